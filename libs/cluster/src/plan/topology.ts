import { defaultDatabasePrimaries } from '@neo4j-operator/api-types';
import { type DatabaseView, mostSecondaries, type Topology } from '@neo4j-operator/neo4j-admin';
import { formationOf } from '../model/formation.ts';
import type { ClusterState, ServerState } from '../model/state.ts';
import { editionOf, isMember, viewOf } from './members.ts';
import { serverCounts } from './wanted.ts';

/** How the default database stands to what the spec asks for. */
export type DefaultTopology =
  /** Nothing to compare: it is not ours to set, not to be seen, or not there. */
  | { readonly kind: 'none' }
  /** Servers are still to come or to be enabled. */
  | { readonly kind: 'waits' }
  | { readonly kind: 'asWanted'; readonly database: DatabaseView; readonly wanted: Topology }
  | { readonly kind: 'differs'; readonly database: DatabaseView; readonly wanted: Topology };

/**
 * The topology that the default database should have with the servers that are members now; undefined while none may host a primary.
 *
 * Never more copies than members: a wish that cannot be placed is refused as a whole.
 */
export function wantedTopology(state: ClusterState): Topology | undefined {
  const { defaultDatabase } = state.spec.topology;
  const members = state.servers.filter((server) => isMember(state, server));
  const inPool = (pool: ServerState['pool']) => members.filter((server) => server.pool === pool).length;
  const primaries = Math.min(primariesOf(state), inPool('primary'));
  if (primaries === 0) return undefined;
  const asked = defaultDatabase.secondaries === 'pool' ? inPool('secondary') : defaultDatabase.secondaries;
  return { primaries, secondaries: Math.min(asked, members.length - primaries, mostSecondaries) };
}

/**
 * What the spec says. Where it says nothing, a number of servers that was lowered does not ask for the one primary that a database with several
 * cannot go to: the servers stay, and so do the copies.
 */
function primariesOf(state: ClusterState): number {
  const wanted = defaultDatabasePrimaries(state.spec);
  if (wanted > 1 || state.spec.topology.defaultDatabase.primaries !== undefined) return wanted;
  return Math.max(wanted, defaultDatabaseOf(state)?.requested?.primaries ?? 0);
}

/** The default database as the cluster shows it. Names of databases know no capitals. */
export function defaultDatabaseOf(state: ClusterState): DatabaseView | undefined {
  const { defaultDatabase } = state.formation ?? formationOf(state.spec);
  const name = defaultDatabase.toLowerCase();
  return viewOf(state)?.databases.find((database) => database.name.toLowerCase() === name);
}

/**
 * Compares the default database with what the spec asks for. The server places it once, when the cluster forms, with as many copies as
 * there is room for, and never tries again: fewer copies than it says itself are a difference too.
 */
export function defaultTopology(state: ClusterState): DefaultTopology {
  if (editionOf(state) === 'community' || state.defaultDatabaseHasOwner) return { kind: 'none' };
  const database = defaultDatabaseOf(state);
  if (database?.requested === undefined) return { kind: 'none' };
  const { missing } = serverCounts(state);
  if (missing.primary + missing.secondary > 0) return { kind: 'waits' };
  if (!state.servers.every((server) => isMember(state, server))) return { kind: 'waits' };
  const wanted = wantedTopology(state);
  if (wanted === undefined) return { kind: 'waits' };
  const isAsWanted = isAsked(database, wanted) && isPlaced(database, wanted);
  return { kind: isAsWanted ? 'asWanted' : 'differs', database, wanted };
}

/** Copies of a role, whatever state they are in. */
export function copiesOf({ copies }: DatabaseView, role: 'primary' | 'secondary'): number {
  return copies.filter((copy) => copy.role === role).length;
}

/** Whether Neo4j was asked for just these copies. */
export function isAsked({ requested }: DatabaseView, { primaries, secondaries }: Topology): boolean {
  return requested?.primaries === primaries && requested.secondaries === secondaries;
}

/** Whether it has found a place for them. */
export function isPlaced(database: DatabaseView, { primaries, secondaries }: Topology): boolean {
  return copiesOf(database, 'primary') >= primaries && copiesOf(database, 'secondary') >= secondaries;
}
