// What holds of the constraints together, whatever the situation.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DatabaseObservation, PoolName, ServerObservation, ServerState } from '../observation.ts';
import { applyRules } from './apply.ts';
import { constraints } from './constraints.ts';
import { inputOf, noon, type Situation, servers } from './pool.spec-helper.ts';

const states: readonly ServerState[] = ['ready', 'ready', 'ready', 'ready', 'unready', 'joining', 'draining'];

const fewServers = (prefix: string): fc.Arbitrary<readonly ServerObservation[]> =>
  fc
    .array(
      fc.record(
        {
          state: fc.constantFrom(...states),
          zone: fc.constantFrom('a', 'b', 'c'),
          createdAt: fc.nat(5),
          primaryOf: fc.subarray(['orders', 'system']),
        },
        { requiredKeys: ['state'] },
      ),
      { maxLength: 9 },
    )
    .map((list) => list.map((server, index) => ({ ...server, name: `${prefix}-${index + 1}` })));

const quietServers = fc.integer({ min: 1, max: 9 }).map((ready) => servers({ ready }));

const databases: fc.Arbitrary<readonly DatabaseObservation[]> = fc.array(
  fc.record({
    name: fc.constantFrom('orders', 'neo4j'),
    primaries: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 7 }) }, fc.constant(NaN)),
    secondaries: fc.oneof(fc.nat(9), fc.constant('pool' as const)),
    minSecondaries: fc.nat(5),
  }),
  { maxLength: 3 },
);

const anySituations: fc.Arbitrary<Situation> = fc.record(
  {
    servers: fc.oneof(quietServers, fewServers('graph')),
    other: fewServers('other'),
    asked: fc.nat(10),
    policy: fc.record(
      {
        minReplicas: fc.nat(6),
        maxReplicas: fc.nat(12),
        pause: fc.constantFrom('none', 'scaleUp', 'scaleDown', 'all'),
        coolDownAfterScaleUp: fc.constantFrom(0, 60_000),
        coolDownAfterScaleDown: fc.constantFrom(0, 60_000),
        schedule: fc.constantFrom([], [{ cron: '0 8 * * *', timezone: 'UTC', minReplicas: 7 }]),
        zones: fc.record({
          minReplicasPerZone: fc.nat(3),
          maxZoneSkew: fc.integer({ min: 1, max: 3 }),
          zonePreference: fc.subarray(['a', 'b', 'd']),
        }),
        quorum: fc.record({ enabled: fc.boolean(), minHealthyPrimaries: fc.nat(6) }),
      },
      { requiredKeys: [] },
    ),
    observation: fc.record(
      {
        databases,
        maintenance: fc.constantFrom(true, false, false, false),
        operation: fc.record({ type: fc.constantFrom('scale', 'upgrade'), id: fc.constant('op-1') }),
      },
      { requiredKeys: [] },
    ),
    lastChange: fc.record({
      time: fc.constant(noon - 90_000),
      from: fc.nat(5),
      to: fc.nat(5),
      completedAt: fc.constantFrom(undefined, noon - 30_000, noon + 30_000),
    }),
  },
  { requiredKeys: ['servers'] },
);

/** In most of those above something forbids a change; in these only the bounds do. */
const quietSituations: fc.Arbitrary<Situation> = fc.record({
  servers: quietServers,
  policy: fc.record({ minReplicas: fc.nat(6), maxReplicas: fc.nat(12) }),
});

const situations = fc.oneof(anySituations, quietSituations);

const pools = fc.constantFrom<PoolName>('primaries', 'secondaries');
const wishes = fc.oneof({ weight: 5, arbitrary: fc.nat(14) }, fc.double(), fc.integer());

function law(check: (name: PoolName, situation: Situation, wanted: number) => void): void {
  fc.assert(fc.property(pools, situations, wishes, check), { numRuns: 500 });
}

function result(name: PoolName, situation: Situation, wanted: number) {
  const input = inputOf(name, situation);
  return { input, ...applyRules(constraints, input, wanted) };
}

describe('whatever is seen and wished for, the constraints', () => {
  it('give a whole number that is at most one step away from the present one', () => {
    let changes = 0;
    law((name, situation, wanted) => {
      const { replicas, input } = result(name, situation, wanted);
      expect(Number.isInteger(replicas) && replicas >= 0).toBe(true);
      expect(Math.abs(replicas - input.asked)).toBeLessThanOrEqual(name === 'primaries' ? 2 : 1);
      changes += replicas === input.asked ? 0 : 1;
    });
    expect(changes).toBeGreaterThan(20);
  });

  it('never leave the bounds, and never go farther away from them', () => {
    law((name, situation, wanted) => {
      const { replicas, input } = result(name, situation, wanted);
      const { minReplicas: min, maxReplicas: max } = input.policy;
      const outside = (count: number) => Math.max(0, min - count, count - max);
      if (min > max) expect(replicas).toBe(input.asked);
      else expect(outside(replicas)).toBeLessThanOrEqual(outside(input.asked));
    });
  });

  it('give an odd number of primaries, or the present one', () => {
    law((_, situation, wanted) => {
      const { replicas, input } = result('primaries', situation, wanted);
      expect(replicas % 2 === 1 || replicas === input.asked).toBe(true);
    });
  });

  it('give the present number under maintenance, another operation or a pause', () => {
    const reasons = fc.constantFrom<Pick<Situation, 'policy' | 'observation'>>(
      { observation: { maintenance: true } },
      { observation: { operation: { type: 'backup', id: 'op-2' } } },
      { policy: { pause: 'all' } },
    );
    fc.assert(
      fc.property(pools, situations, wishes, reasons, (name, situation, wanted, reason) => {
        const held: Situation = {
          ...situation,
          policy: { ...situation.policy, ...reason.policy },
          observation: { ...situation.observation, ...reason.observation },
        };
        const { replicas, input } = result(name, held, wanted);
        expect(replicas).toBe(input.asked);
      }),
      { numRuns: 300 },
    );
  });

  it('only hold after the step was taken', () => {
    const step = constraints.findIndex(({ name }) => name === 'OneStepAtATime');
    law((name, situation, wanted) => {
      const input = inputOf(name, situation);
      for (const rule of constraints.slice(step + 1)) {
        const verdict = rule.apply({ ...input, replicas: Math.max(0, Math.ceil(wanted) || 0) });
        if (verdict !== undefined) expect(verdict.replicas).toBe(input.asked);
      }
    });
  });

  it('account for each change of the number, from the wish to the result', () => {
    law((name, situation, wanted) => {
      const { replicas, limits, input } = result(name, situation, wanted);
      let current = Number.isFinite(wanted) ? Math.max(0, Math.ceil(wanted)) : input.asked;
      for (const { from, to, message } of limits) {
        expect(from).toBe(current);
        expect(message).toMatch(/^[^\n]+\.$/);
        expect(message).not.toMatch(/NaN|Infinity|undefined/);
        current = to;
      }
      expect(replicas).toBe(current);
    });
  });

  it('never remove a server while one of its pool is away, joins or leaves', () => {
    law((name, situation, wanted) => {
      const { replicas, input } = result(name, situation, wanted);
      if (input.pool.servers.some(({ state }) => state !== 'ready'))
        expect(replicas).toBeGreaterThanOrEqual(input.asked);
    });
  });
});

describe('the quorum', () => {
  const events = fc.array(
    fc.record({
      wanted: fc.nat(13),
      /** Which server fails or is repaired, joins or has left, if there is such a one. */
      happens: fc.constantFrom('nothing', 'failure', 'repair', 'repair', 'progress', 'progress'),
      which: fc.nat(20),
    }),
    { minLength: 10, maxLength: 60 },
  );
  const topologies = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 3 });
  const starts = fc.constantFrom(3, 5, 7);

  it('is kept by every change in any run with failures, whichever servers go', () => {
    const seen = { growths: 0, shrinks: 0 };
    fc.assert(
      fc.property(starts, topologies, events, (start, topology, run) => {
        let present = servers({ ready: start });
        let made = start;
        const observed = topology.map((primaries, index) => ({
          name: `db-${index}`,
          primaries,
          secondaries: 0,
        }));
        for (const { wanted, happens, which } of run) {
          present = after(present, happens, which);
          const asked = present.filter(({ state }) => state !== 'draining').length;
          const { replicas } = result(
            'primaries',
            { servers: present, asked, observation: { databases: observed } },
            wanted,
          );
          const ready = present.filter(({ state }) => state === 'ready').length;
          const left = ready - Math.max(0, asked - replicas);
          if (replicas < asked) {
            for (const voters of [present.length, ...topology]) expect(left * 2).toBeGreaterThan(voters);
            expect(left).toBeGreaterThanOrEqual(Math.max(0, ...topology));
          }
          if (replicas > asked) expect(ready * 2).toBeGreaterThan(replicas);
          seen[replicas > asked ? 'growths' : 'shrinks'] += replicas === asked ? 0 : 1;
          const added = Array.from({ length: Math.max(0, replicas - asked) }, () => ({
            name: `graph-${++made}`,
            state: 'joining' as const,
          }));
          present = [...drain(present, asked - replicas, which), ...added];
        }
      }),
      { numRuns: 200 },
    );
    expect(seen.growths).toBeGreaterThan(50);
    expect(seen.shrinks).toBeGreaterThan(50);
  });

  function after(
    present: readonly ServerObservation[],
    happens: string,
    which: number,
  ): readonly ServerObservation[] {
    const pick = (...wanted: readonly ServerState[]) => {
      const those = present.filter(({ state }) => wanted.includes(state));
      return those[which % Math.max(1, those.length)];
    };
    const become = (chosen: ServerObservation | undefined, state: ServerState) =>
      present.map((server) => (server === chosen ? { ...server, state } : server));
    if (happens === 'failure') return become(pick('ready'), 'unready');
    if (happens === 'repair') return become(pick('unready'), 'ready');
    if (happens === 'nothing') return present;
    const chosen = pick('joining', 'draining');
    return chosen?.state === 'draining'
      ? present.filter((server) => server !== chosen)
      : become(chosen, 'ready');
  }

  function drain(
    present: readonly ServerObservation[],
    count: number,
    first: number,
  ): readonly ServerObservation[] {
    const ready = present.filter(({ state }) => state === 'ready');
    const going = new Set(
      Array.from({ length: Math.max(0, count) }, (_, index) => ready[(first + index) % ready.length]),
    );
    return present.map((server) => (going.has(server) ? { ...server, state: 'draining' as const } : server));
  }
});
