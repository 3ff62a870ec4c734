import { parseKey } from '@neo4j-operator/reconcile-kit';
import { serverName } from '@neo4j-operator/cluster-access';
import { formationOf, mostSystemPrimaries, type Pool, type SystemMode } from '../model/formation.ts';
import type { ClusterState } from '../model/state.ts';
import { isFormed } from './members.ts';

/** A server that is not there yet. */
export interface NewServer {
  readonly number: number;
  readonly name: string;
  readonly pool: Pool;
  readonly systemMode: SystemMode;
}

/** How many servers are asked for, and how many there are. */
export interface ServerCounts {
  readonly wanted: Readonly<Record<Pool, number>>;
  readonly existing: Readonly<Record<Pool, number>>;
  readonly missing: Readonly<Record<Pool, number>>;
  /** More than wanted. None of them is removed. */
  readonly surplus: Readonly<Record<Pool, number>>;
}

/**
 * Compares the pools with what the spec asks for. Once the first claim says how many voters have to meet, so many are made, though the spec
 * has been lowered since: fewer would wait for each other for ever.
 */
export function serverCounts(state: ClusterState): ServerCounts {
  const { formation, servers, spec } = state;
  const { primaries, secondaries } = spec.topology;
  const founders = isFormed(state) ? 0 : (formation?.bootstrapCount ?? 0);
  const wanted = { primary: Math.max(primaries, founders), secondary: secondaries };
  const count = (pool: Pool) => servers.filter((server) => server.pool === pool).length;
  const existing = { primary: count('primary'), secondary: count('secondary') };
  const most = (a: Readonly<Record<Pool, number>>, b: Readonly<Record<Pool, number>>) => ({
    primary: Math.max(0, a.primary - b.primary),
    secondary: Math.max(0, a.secondary - b.secondary),
  });
  return { wanted, existing, missing: most(wanted, existing), surplus: most(existing, wanted) };
}

/**
 * The servers to add next, primaries first, under numbers that no server ever had.
 *
 * A cluster that has not formed gets all of them at once, for it waits for a majority. They are as many as its bootstrap count is a majority of:
 * a spec that grew before that must not bring servers enough for two clusters. One that has formed gets one.
 */
export function nextServers(state: ClusterState): readonly NewServer[] {
  const { missing } = serverCounts(state);
  const pools = [
    ...Array.from({ length: missing.primary }, (): Pool => 'primary'),
    ...Array.from({ length: missing.secondary }, (): Pool => 'secondary'),
  ];
  if (isFormed(state)) return numbered(state, pools.slice(0, 1));
  const { bootstrapCount } = state.formation ?? formationOf(state.spec);
  const mostVoters = Math.min(mostSystemPrimaries, 2 * bootstrapCount - 1);
  // From the seventh on servers of the primaries' pool have no vote, so there they may be as many as wanted.
  const isBounded = mostVoters < mostSystemPrimaries;
  const primaries = isBounded ? Math.max(0, mostVoters - voters(state)) : missing.primary;
  return numbered(state, [
    ...pools.filter((pool) => pool === 'primary').slice(0, primaries),
    ...pools.filter((pool) => pool === 'secondary'),
  ]);
}

function numbered(state: ClusterState, pools: readonly Pool[]): readonly NewServer[] {
  const { name } = parseKey(state.key);
  const last = Math.max(state.lastServer, ...state.servers.map(({ number }) => number));
  let free = mostSystemPrimaries - voters(state);
  return pools.map((pool, index) => {
    const number = last + 1 + index;
    const systemMode: SystemMode = pool === 'primary' && free-- > 0 ? 'PRIMARY' : 'SECONDARY';
    return { number, name: serverName(name, number), pool, systemMode };
  });
}

function voters({ servers }: ClusterState): number {
  return servers.filter(({ systemMode }) => systemMode === 'PRIMARY').length;
}
