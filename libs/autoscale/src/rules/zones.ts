// Where servers go, and which of them leave, so that zones stay even.
import type { ZoneAdvice } from '../decision.ts';
import type { PoolObservation, ServerObservation } from '../observation.ts';
import type { PoolPolicy, ZonePolicy } from '../policy/types.ts';
import { staying } from './servers.ts';
import type { Rule, RuleInput } from './types.ts';
import { hold, plural, shrinks } from './verdict.ts';

/** The most servers that an advice names; a pool never has more. What is asked for may be any number. */
const mostAdvised = 1_000;

/** What the advice is made from; a `RuleInput` will do. */
export interface ZoneQuestion {
  readonly policy: Pick<PoolPolicy, 'zones'>;
  readonly pool: PoolObservation;
}

/**
 * Where to put the servers that are missing up to `replicas`, or which to remove down to it; undefined when the servers that are there
 * and do not leave are as many already.
 *
 * A server goes to the zone that has fewest, joining ones counted; among equals to the one that `zonePreference` names first, then by
 * name. One may leave where `minReplicasPerZone` and `maxZoneSkew` stay kept, or the fullest zone loses it: first those that hold no
 * primary copy, then from the fullest zone, then joining before unready before ready ones, then from the zone that is preferred least,
 * then the newest, then the last by name. `shrink` is shorter than asked for when no more may leave, and neither names more than 1,000.
 *
 * The zones are those that servers are in and those that `zonePreference` names: to keep an empty zone in mind, name it there. A server
 * whose zone is not known counts in none. Without a policy for zones they are kept even where that is possible, and nothing is forbidden.
 */
export function adviseZones({ policy, pool }: ZoneQuestion, replicas: number): ZoneAdvice | undefined {
  const zones = policy.zones ?? anyZones;
  const servers = staying(pool);
  if (!Number.isFinite(replicas) || replicas === servers.length) return undefined;
  return {
    grow: zonesToGrow(zones, pool, Math.min(mostAdvised, replicas - servers.length)),
    shrink: serversToShrink(zones, pool, Math.min(mostAdvised, servers.length - replicas)),
  };
}

/** Zones that servers are in or that the policy names, in the order in which equals are filled. */
function zonesSeen(zones: ZonePolicy, pool: PoolObservation): readonly string[] {
  const named = zones.zonePreference;
  const others = pool.servers.flatMap(({ zone }) =>
    zone === undefined || named.includes(zone) ? [] : [zone],
  );
  return [...new Set([...named, ...others.sort(byText)])];
}

export const zoneMinimum: Rule = {
  name: 'ZoneMinimum',
  apply: ({ policy: { zones }, pool, replicas }) => {
    if (zones === undefined) return undefined;
    const seen = zonesSeen(zones, pool).length;
    const floor = seen * zones.minReplicasPerZone;
    if (replicas >= floor) return undefined;
    return {
      replicas: floor,
      message: `minReplicasPerZone is ${zones.minReplicasPerZone}, and there are ${plural(seen, 'zone')}.`,
    };
  },
};

/** Holds a shrink for which no server can be advised. A growth goes where servers are fewest, which makes no skew above 1. */
export const zoneSkew: Rule = {
  name: 'ZoneSkew',
  apply: (input) => {
    const { zones } = input.policy;
    if (zones === undefined || !shrinks(input) || isFullyAdvised(input)) return undefined;
    return hold(
      input,
      `No server can leave with at least ${zones.minReplicasPerZone} in each zone and a skew of at most ${zones.maxZoneSkew}.`,
    );
  },
};

function isFullyAdvised({ policy, pool, replicas }: RuleInput): boolean {
  const advice = adviseZones({ policy, pool }, replicas);
  return (
    advice === undefined || advice.shrink.length >= Math.min(mostAdvised, staying(pool).length - replicas)
  );
}

const anyZones: ZonePolicy = { minReplicasPerZone: 0, maxZoneSkew: Infinity, zonePreference: [] };

function zonesToGrow(zones: ZonePolicy, pool: PoolObservation, count: number): readonly string[] {
  const seen = zonesSeen(zones, pool);
  const counts = countByZone(seen, staying(pool));
  const grow: string[] = [];
  while (grow.length < count) {
    const [least] = extremes(counts);
    const zone = seen.find((name) => counts.get(name) === least);
    if (zone === undefined) break;
    grow.push(zone);
    counts.set(zone, least + 1);
  }
  return grow;
}

function serversToShrink(zones: ZonePolicy, pool: PoolObservation, count: number): ZoneAdvice['shrink'] {
  const seen = zonesSeen(zones, pool);
  const left = [...staying(pool)];
  const leaving: ServerObservation[] = [];
  while (leaving.length < count) {
    const counts = countByZone(seen, left);
    const closed = zonesThatKeepAll(zones, counts);
    const order = byReadinessToLeave(seen, counts);
    let server: ServerObservation | undefined;
    for (const one of left)
      if (!closed.has(one.zone) && (server === undefined || order(one, server) < 0)) server = one;
    if (server === undefined) break;
    leaving.push(server);
    left.splice(left.indexOf(server), 1);
  }
  return leaving.map(({ name, zone }) => ({ server: name, zone }));
}

/** The zones that may not lose a server; one whose zone is not known may always leave. */
function zonesThatKeepAll(
  zones: ZonePolicy,
  counts: ReadonlyMap<string, number>,
): ReadonlySet<string | undefined> {
  const [least, most] = extremes(counts);
  const mayLoseOne = (count: number): boolean => {
    if (count - 1 < zones.minReplicasPerZone) return false;
    // The fullest zone may always: what it loses lowers the skew, keeps it, or makes it 1.
    return count === most || most - Math.min(least, count - 1) <= zones.maxZoneSkew;
  };
  return new Set([...counts].filter(([, count]) => !mayLoseOne(count)).map(([zone]) => zone));
}

function extremes(counts: ReadonlyMap<string, number>): readonly [least: number, most: number] {
  let [least, most] = [Infinity, -Infinity];
  for (const count of counts.values()) [least, most] = [Math.min(least, count), Math.max(most, count)];
  return [least, most];
}

function countByZone(seen: readonly string[], servers: readonly ServerObservation[]): Map<string, number> {
  const counts = new Map(seen.map((zone) => [zone, 0]));
  for (const { zone } of servers) if (zone !== undefined) counts.set(zone, (counts.get(zone) ?? 0) + 1);
  return counts;
}

const stateOrder: readonly ServerObservation['state'][] = ['joining', 'unready', 'ready'];

function byReadinessToLeave(seen: readonly string[], counts: ReadonlyMap<string, number>) {
  return (a: ServerObservation, b: ServerObservation): number =>
    Number((a.primaryOf?.length ?? 0) > 0) - Number((b.primaryOf?.length ?? 0) > 0) ||
    (counts.get(b.zone ?? '') ?? 0) - (counts.get(a.zone ?? '') ?? 0) ||
    stateOrder.indexOf(a.state) - stateOrder.indexOf(b.state) ||
    seen.indexOf(b.zone ?? '') - seen.indexOf(a.zone ?? '') ||
    (b.createdAt ?? 0) - (a.createdAt ?? 0) ||
    byText(b.name, a.name);
}

/** By code units: the order must not depend on a locale. */
function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
