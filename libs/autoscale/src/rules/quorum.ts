// A majority of the primaries that vote must be ready, before and after every change.
import type { Observation, PoolName, PoolObservation, ServerObservation } from '../observation.ts';
import { countState, staying } from './servers.ts';
import type { Rule, RuleInput } from './types.ts';
import { grows, hold, plural, shrinks } from './verdict.ts';

/** More than half: the votes that a Raft group of `voters` needs for each transaction and each change of its members. */
export function majority(voters: number): number {
  return Math.floor(voters / 2) + 1;
}

/** A pool of primaries, and how many of them are to go. */
export interface QuorumQuestion {
  /** Servers of the pool before the change, whatever their state: each may vote in the `system` database. */
  readonly members: number;
  readonly ready: number;
  /** Servers that are to go. Which ones is not asked: they are taken to be ready ones, which is the worst case. */
  readonly removed: number;
  /** The number of primaries in each database's topology. */
  readonly primaries: readonly number[];
}

/**
 * Whether the servers that stay ready are a majority of the pool as it was, which confirms the removals, and as many as a majority of
 * every database needs. A count that is not a number keeps nothing.
 */
export function keepsQuorum({ members, ready, removed, primaries }: QuorumQuestion): boolean {
  const left = ready - removed;
  return left >= majority(members) && primaries.every((count) => left >= majority(count));
}

/**
 * Whether asking for `replicas` servers of `pool` now would leave fewer ready servers than a quorum needs. A pool that has lost its quorum
 * by itself is not at risk by a decision that changes nothing; secondaries are, where they vote in the `system` database.
 */
export function quorumAtRisk(observation: Observation, pool: PoolName, replicas: number): boolean {
  return riskOf(observation, pool, replicas) !== undefined;
}

/**
 * Neo4j accepts an even number of primaries, but the last one adds no failure that the cluster survives and one more vote to wait for.
 * A growth takes one server more, or one fewer where that is above the maximum; a shrink removes one server fewer, or one more where
 * keeping it is above the maximum.
 */
export const oddPrimaries: Rule = {
  name: 'OddPrimaries',
  apply: (input) => {
    const { replicas, asked, policy } = input;
    if (policy.step !== 2 || replicas === asked || replicas % 2 === 1) return undefined;
    const more = replicas + 1;
    const fewer = replicas - 1;
    if (more <= policy.maxReplicas) return { replicas: more, message: oddMessage(replicas) };
    if (fewer >= policy.minReplicas) return { replicas: fewer, message: oddMessage(replicas) };
    return hold(input, `No odd number lies between ${policy.minReplicas} and ${policy.maxReplicas}.`);
  },
};

function oddMessage(replicas: number): string {
  return `Primaries come in odd numbers, and ${replicas} is even.`;
}

/** Nothing switches it off. */
export const quorumMajority: Rule = {
  name: 'QuorumMajority',
  apply: (input) => {
    if (input.replicas === input.asked) return undefined;
    const risk = riskOf(withAsked(input), input.name, input.replicas);
    return risk === undefined ? undefined : hold(input, risk);
  },
};

/** Off with `quorumProtection.enabled: false`; a majority is kept all the same. */
export const minHealthyPrimaries: Rule = {
  name: 'MinHealthyPrimaries',
  apply: (input) => {
    const { quorum } = input.policy;
    if (input.name !== 'primaries' || quorum?.enabled !== true || !shrinks(input)) return undefined;
    const left = countState(input.pool, 'ready') - removedBy(input.pool, input.replicas);
    if (left >= quorum.minHealthyPrimaries) return undefined;
    return hold(
      input,
      `${plural(Math.max(0, left), 'ready primary', 'ready primaries')} would be left, and minHealthyPrimaries is ${quorum.minHealthyPrimaries}.`,
    );
  },
};

/**
 * An unready server is expected back. Until then its load lies on the others, so what they measure is no ground for removing one; and a
 * second server that goes on purpose turns one failure into two. A secondary's failure also holds the primaries, which serve its reads
 * meanwhile. Secondaries may grow to make up for one that is away; primaries may not, for each new one raises the majority that those
 * still ready have to reach.
 */
export const unhealthyServer: Rule = {
  name: 'UnhealthyServer',
  apply: (input) => {
    const own = unready(input.pool);
    if (own !== undefined && (shrinks(input) || (grows(input) && input.name === 'primaries')))
      return hold(input, `${own.name} is not ready.`);
    if (input.name !== 'primaries' || !shrinks(input)) return undefined;
    const other = unready(input.observation.pools.secondaries);
    return other === undefined ? undefined : hold(input, `${other.name} is not ready.`);
  },
};

function unready(pool: PoolObservation | undefined): ServerObservation | undefined {
  return pool?.servers.find((server) => server.state === 'unready');
}

/** The rules look at the pool that they were given, and at the number that was asked for even where the pool does not carry it. */
function withAsked({ observation, name, pool, asked }: RuleInput): Observation {
  return {
    ...observation,
    pools: { ...observation.pools, [name]: { ...pool, desired: asked } },
  };
}

/** What a change to `replicas` would break, as a sentence; undefined when it breaks nothing. */
function riskOf(observation: Observation, name: PoolName, replicas: number): string | undefined {
  const pool = observation.pools[name];
  if (pool === undefined) return undefined;
  const members = Math.max(pool.servers.length, pool.desired ?? 0);
  const asked = pool.desired ?? staying(pool).length;
  if (replicas > asked) return name === 'primaries' ? growthRisk(pool, replicas, members) : undefined;
  const removed = removedBy(pool, replicas);
  if (replicas === asked || removed === 0) return undefined;
  return (
    (name === 'primaries' ? shrinkRisk(observation, pool, removed, members) : undefined) ??
    systemRisk(observation, pool, removed)
  );
}

/** Servers that join count as voters before they can vote: from 1 to 3 no majority is ready until one has joined. */
function growthRisk(pool: PoolObservation, replicas: number, members: number): string | undefined {
  const ready = countState(pool, 'ready');
  const voters = Math.max(members, replicas);
  if (keepsQuorum({ members: voters, ready, removed: 0, primaries: [] })) return undefined;
  return `${ready} of ${voters} primaries would be ready until the new ones have joined, and a majority is ${majority(voters)}.`;
}

function shrinkRisk(
  observation: Observation,
  pool: PoolObservation,
  removed: number,
  members: number,
): string | undefined {
  const ready = countState(pool, 'ready');
  const left = Math.max(0, ready - removed);
  const databases = observation.databases ?? [];
  if (!keepsQuorum({ members, ready, removed, primaries: [] }))
    return `${left} of ${plural(members, 'primary', 'primaries')} would be left ready, and a majority is ${majority(members)}.`;
  for (const { name, primaries } of databases) {
    if (!keepsQuorum({ members, ready, removed, primaries: [primaries] }))
      return `${left} ready primaries would be left, and ${name} needs a majority of ${primaries}.`;
    // Copies leave a server before it goes, which takes a majority of those that vote now.
    const voters = votersFor(observation, name);
    const online = voters.filter((server) => server.state === 'ready').length;
    if (voters.length > 0 && online < majority(Math.max(primaries, voters.length)))
      return `${online} of ${voters.length} primary copies of ${name} are online, which is no majority.`;
  }
  return undefined;
}

/** The `system` database votes on fixed servers, which may be of either pool, and its copies cannot be moved before one goes. */
function systemRisk(observation: Observation, pool: PoolObservation, removed: number): string | undefined {
  const voters = votersFor(observation, 'system');
  const online = voters.filter((server) => server.state === 'ready').length;
  const here = voters.filter((server) => server.state === 'ready' && pool.servers.includes(server)).length;
  const left = online - Math.min(removed, here);
  if (here === 0 || left >= majority(voters.length)) return undefined;
  return `${left} of ${voters.length} servers that vote in system would be left ready, and a majority is ${majority(voters.length)}.`;
}

function votersFor({ pools }: Observation, database: string): readonly ServerObservation[] {
  return [...(pools.primaries?.servers ?? []), ...(pools.secondaries?.servers ?? [])].filter((server) =>
    server.primaryOf?.includes(database),
  );
}

function removedBy(pool: PoolObservation, replicas: number): number {
  return Math.max(0, staying(pool).length - replicas);
}
