import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ServerObservation } from '../observation.ts';
import type { ZonePolicy } from '../policy/types.ts';
import { secondaries } from './pool.spec-helper.ts';
import { adviseZones } from './zones.ts';

const loose: ZonePolicy = { minReplicasPerZone: 0, maxZoneSkew: 1, zonePreference: [] };

function server(name: string, zone: string, more: Partial<ServerObservation> = {}): ServerObservation {
  return { name, zone, state: 'ready', ...more };
}

/** `aab`: two servers in zone a and one in zone b, the first the oldest. */
function spread(zones: string): readonly ServerObservation[] {
  return Array.from(zones, (zone, index) => server(`graph-${index + 1}`, zone, { createdAt: index }));
}

function advise(servers: readonly ServerObservation[], replicas: number, zones: Partial<ZonePolicy> = {}) {
  return adviseZones({ policy: { zones: { ...loose, ...zones } }, pool: { servers } }, replicas);
}

function leaving(servers: readonly ServerObservation[], replicas: number, zones: Partial<ZonePolicy> = {}) {
  return advise(servers, replicas, zones)?.shrink.map((one) => one.server);
}

it('is soon given, whatever is asked for', () => {
  const many = spread('abc'.repeat(1000));
  expect(advise(many, 2 ** 31)?.grow).toHaveLength(1000);
  const one = leaving(many, 1, { minReplicasPerZone: 1 });
  expect(new Set(one).size).toBe(1000);
}, 5_000);

describe('the zone to grow into', () => {
  it('is the one with the fewest servers, those that join counted and those that leave not', () => {
    const servers = [
      server('graph-1', 'a'),
      server('graph-2', 'b', { state: 'joining' }),
      server('graph-3', 'c', { state: 'draining' }),
    ];
    expect(advise(servers, 5)).toEqual({ grow: ['c', 'a', 'b'], shrink: [] });
  });

  it('is among equals the preferred one, then the first by name', () => {
    expect(advise(spread('cba'), 5, { zonePreference: ['c'] })?.grow).toEqual(['c', 'a']);
  });

  it('may be one that only the preference knows', () => {
    expect(advise(spread('ab'), 3, { zonePreference: ['a', 'b', 'd'] })?.grow).toEqual(['d']);
  });

  it('is unknown where no zones are', () => {
    expect(advise([{ name: 'graph-1', state: 'ready' }], 3)).toEqual({ grow: [], shrink: [] });
  });
});

describe('the server that leaves', () => {
  it('is in the fullest zone', () => {
    expect(advise(spread('aab'), 2)?.shrink).toEqual([{ server: 'graph-2', zone: 'a' }]);
    expect(advise(spread('abb'), 2)?.shrink).toEqual([{ server: 'graph-3', zone: 'b' }]);
  });

  it('holds no primary copy, as far as the skew allows', () => {
    const hosts = spread('abba').map((one) => (one.zone === 'a' ? { ...one, primaryOf: ['system'] } : one));
    expect(leaving(hosts, 2, { maxZoneSkew: 2 })).toEqual(['graph-3', 'graph-2']);
    expect(leaving(hosts, 2, { maxZoneSkew: 1 })).toEqual(['graph-3', 'graph-4']);
  });

  it('joins, or else is unready, before one that is ready leaves', () => {
    const servers = [
      server('graph-1', 'a', { state: 'unready' }),
      server('graph-2', 'a', { state: 'joining' }),
      server('graph-3', 'a', { createdAt: 9 }),
    ];
    expect(leaving(servers, 0)).toEqual(['graph-2', 'graph-1', 'graph-3']);
  });

  it('is in the zone that is preferred least, then the newest, then the last by name', () => {
    expect(leaving(spread('ba'), 1, { zonePreference: ['a', 'b'] })).toEqual(['graph-1']);
    expect(leaving(spread('aaa'), 2)).toEqual(['graph-3']);
    const alike = ['graph-1', 'graph-3', 'graph-2'].map((name) => server(name, 'a'));
    expect(leaving(alike, 2)).toEqual(['graph-3']);
  });

  it('does not leave where a zone would have too few', () => {
    expect(leaving(spread('aabb'), 1, { minReplicasPerZone: 1 })).toEqual(['graph-4', 'graph-2']);
  });

  it('is also chosen where the policy says nothing about zones', () => {
    const pool = { servers: spread('aab') };
    expect(adviseZones({ policy: { zones: undefined }, pool }, 2)?.shrink).toEqual([
      { server: 'graph-2', zone: 'a' },
    ]);
  });

  it('is nobody while the size stays', () => {
    expect(advise(spread('ab'), 2)).toBeUndefined();
    expect(advise(spread('ab'), Infinity)).toBeUndefined();
  });
});

describe('the rules about zones', () => {
  it('raise a pool to the minimum of all zones', () => {
    const zones = { ...loose, minReplicasPerZone: 2, zonePreference: ['c'] };
    const { replicas, limits } = secondaries({ servers: spread('aabb'), policy: { zones } }, 4);
    expect(replicas).toBe(5);
    expect(limits[0]).toEqual({
      rule: 'ZoneMinimum',
      from: 4,
      to: 6,
      message: 'minReplicasPerZone is 2, and there are 3 zones.',
    });
  });

  it('hold a shrink to the maximum where every zone has no more than its minimum', () => {
    const policy = { zones: { ...loose, minReplicasPerZone: 1 }, maxReplicas: 2 };
    expect(secondaries({ servers: spread('abc'), policy }, 3)).toMatchObject({
      replicas: 3,
      rules: ['MaxReplicas', 'ZoneSkew'],
    });
  });

  it('let a pool that is out of balance shrink towards it', () => {
    expect(secondaries({ servers: spread('aaaab'), policy: { zones: loose } }, 2).replicas).toBe(4);
  });
});

describe('any sequence of growths and shrinks that follow the advice', () => {
  const zoneNames = ['a', 'b', 'c', 'd'];
  const policies = fc.record({
    minReplicasPerZone: fc.integer({ min: 0, max: 2 }),
    maxZoneSkew: fc.integer({ min: 1, max: 3 }),
    zonePreference: fc.subarray(zoneNames, { minLength: 1 }),
  });
  /** A size to go to, and what the servers that join are like. */
  const steps = fc.array(
    fc.record({
      replicas: fc.integer({ min: 0, max: 14 }),
      state: fc.constantFrom<ServerObservation['state']>('ready', 'unready', 'joining'),
      primaryOf: fc.constantFrom<readonly string[]>([], ['orders']),
      createdAt: fc.nat(3),
    }),
    { minLength: 1, maxLength: 12 },
  );

  it('keeps the skew within its bound, and each zone at its minimum as soon as there are enough servers', () => {
    fc.assert(
      fc.property(policies, fc.subarray(zoneNames), steps, (zones, start, sequence) => {
        let servers: readonly ServerObservation[] = start.map((zone, index) =>
          server(`start-${index}`, zone),
        );
        let wereEnough = false;
        for (const [turn, { replicas, ...like }] of sequence.entries()) {
          const advice = adviseZones({ policy: { zones }, pool: { servers } }, replicas);
          const gone = new Set(advice?.shrink.map((one) => one.server));
          const added = advice?.grow.map((zone, index) => server(`turn-${turn}-${index}`, zone, like)) ?? [];
          servers = [...servers.filter(({ name }) => !gone.has(name)), ...added];

          const seen = new Set([...zones.zonePreference, ...servers.map(({ zone }) => zone)]);
          const counts = [...seen].map((zone) => servers.filter((one) => one.zone === zone).length);
          expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(zones.maxZoneSkew);
          const areEnough = servers.length >= seen.size * zones.minReplicasPerZone;
          if (wereEnough || (areEnough && added.length > 0))
            expect(Math.min(...counts)).toBeGreaterThanOrEqual(zones.minReplicasPerZone);
          wereEnough ||= areEnough && Math.min(...counts) >= zones.minReplicasPerZone;
          if (added.length > 0 || advice === undefined) expect(servers).toHaveLength(replicas);
        }
      }),
      { numRuns: 300 },
    );
  });
});
