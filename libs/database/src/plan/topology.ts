import { defaultDatabasePrimaries } from '@neo4j-operator/api-types';
import type { ClusterObject, DatabaseObject } from '@neo4j-operator/cluster-access';
import type { Edition, ServerView, Topology } from '@neo4j-operator/neo4j-admin';

/** What a topology follows from. */
export interface TopologyInput {
  readonly spec: DatabaseObject['spec'];
  readonly cluster: ClusterObject['spec'];
  readonly edition: Edition;
  /** As the cluster sees them, Dropped ones included. */
  readonly servers: readonly ServerView[];
  /** What Neo4j was asked for before; absent for a database that is to be made. */
  readonly current: Topology | undefined;
}

/** Why a database does not get what is asked for. */
export interface Held {
  readonly reason: 'TopologyImpossible' | 'OnePrimaryImpossible' | 'UnsupportedEdition';
  readonly message: string;
  /** Servers that are still to come do not help: somebody has to change something. */
  readonly final: boolean;
}

/** What Neo4j is to be asked for. */
export interface TopologyDecision {
  readonly asked: Topology;
  /** Absent if there can be no database at all as it stands. */
  readonly target: Topology | undefined;
  readonly held: Held | undefined;
}

/**
 * What is asked for as far as there are servers for it. The number of primaries is never less than asked for in a database that is made,
 * since one primary is another kind of database than several, and no number is lowered because servers are missing.
 */
export function decideTopology(input: TopologyInput): TopologyDecision {
  const asked = askedTopology(input);
  if (input.edition === 'community') return communityTopology(asked);
  const room = roomOf(input.servers);
  const primaries = decidePrimaries(input, asked, room);
  if (primaries.count === undefined) return { asked, target: undefined, held: primaries.held };
  const secondaries = decideSecondaries(input, asked, primaries.count, room);
  const { current } = input;
  if (current !== undefined && secondaries.count > secondaries.available) {
    // More primaries beside the secondaries that are there would be refused as a whole, so the primaries stay.
    const { count } = decideSecondaries(input, asked, current.primaries, room);
    const target = { primaries: Math.min(primaries.count, current.primaries), secondaries: count };
    return { asked, target, held: primaries.held ?? secondaries.held };
  }
  return {
    asked,
    target: { primaries: primaries.count, secondaries: secondaries.count },
    held: primaries.held ?? secondaries.held,
  };
}

/** What the spec asks for, in numbers. */
export function askedTopology({ spec, cluster, servers, current }: Omit<TopologyInput, 'edition'>): Topology {
  const { primaries = unsaidPrimaries(cluster, current), secondaries } = spec.topology;
  return { primaries, secondaries: secondaries === 'pool' ? poolSize(servers) : secondaries };
}

/**
 * As many as the default database has. When the cluster is to have fewer servers than before that may come to one, which a database with
 * several primaries cannot go to and nobody has asked for.
 */
function unsaidPrimaries(cluster: ClusterObject['spec'], current: Topology | undefined): number {
  const primaries = defaultDatabasePrimaries(cluster);
  const isSaid = cluster.topology.defaultDatabase.primaries !== undefined;
  return primaries > 1 || isSaid ? primaries : Math.max(primaries, current?.primaries ?? 0);
}

/** Enabled servers of the pool that hosts secondaries only. */
function poolSize(servers: readonly ServerView[]): number {
  return servers.filter(({ modeConstraint, state }) => state === 'Enabled' && modeConstraint === 'SECONDARY')
    .length;
}

/** How many enabled servers may host what. */
interface Room {
  readonly primariesOnly: number;
  readonly secondariesOnly: number;
  readonly either: number;
}

function roomOf(servers: readonly ServerView[]): Room {
  const enabled = servers.filter(({ state }) => state === 'Enabled');
  const count = (constraint: ServerView['modeConstraint']): number =>
    enabled.filter(({ modeConstraint }) => modeConstraint === constraint).length;
  return {
    primariesOnly: count('PRIMARY'),
    secondariesOnly: count('SECONDARY'),
    either: count('NONE') + count('unknown'),
  };
}

function decidePrimaries(
  { cluster, current }: TopologyInput,
  asked: Topology,
  room: Room,
): { readonly count: number | undefined; readonly held: Held | undefined } {
  if (current !== undefined && current.primaries > 1 && asked.primaries === 1) {
    const message =
      `spec.topology.primaries: a database with ${current.primaries} primaries cannot go to 1; ` +
      `ask for at least 2, or back it up and restore it into a new database with 1`;
    return { count: current.primaries, held: { reason: 'OnePrimaryImpossible', message, final: true } };
  }
  const available = room.primariesOnly + room.either;
  if (asked.primaries <= available || asked.primaries <= (current?.primaries ?? 0)) {
    return { count: asked.primaries, held: undefined };
  }
  const message =
    `spec.topology.primaries: ${copies(asked.primaries, 'primary', 'primaries')} asked for and ${servers(available)} can host one; ` +
    `ask for at most ${available}, or add servers to the cluster`;
  const final = asked.primaries > cluster.topology.primaries;
  return { count: current?.primaries, held: { reason: 'TopologyImpossible', message, final } };
}

function decideSecondaries(
  { cluster, current }: TopologyInput,
  asked: Topology,
  primaries: number,
  room: Room,
): { readonly count: number; readonly available: number; readonly held: Held | undefined } {
  const available =
    room.secondariesOnly + Math.max(0, room.either - Math.max(0, primaries - room.primariesOnly));
  if (asked.secondaries <= available) return { count: asked.secondaries, available, held: undefined };
  const kept = Math.min(asked.secondaries, current?.secondaries ?? 0);
  const message =
    `spec.topology.secondaries: ${copies(asked.secondaries, 'secondary', 'secondaries')} asked for and ${servers(available)} can host one ` +
    `beside the ${copies(primaries, 'primary', 'primaries')}; ask for at most ${available}, or add servers to the cluster`;
  const { topology } = cluster;
  const final = asked.secondaries > topology.secondaries + Math.max(0, topology.primaries - primaries);
  return {
    count: Math.max(available, kept),
    available,
    held: { reason: 'TopologyImpossible', message, final },
  };
}

function communityTopology(asked: Topology): TopologyDecision {
  const target = { primaries: 1, secondaries: 0 };
  if (asked.primaries === 1 && asked.secondaries === 0) return { asked, target, held: undefined };
  const message =
    'spec.topology: Community Edition has one copy of a database; ask for 1 primary and no secondaries, or use Enterprise Edition';
  return { asked, target, held: { reason: 'UnsupportedEdition', message, final: true } };
}

function copies(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

function servers(count: number): string {
  return count === 1 ? '1 enabled server' : `${count} enabled servers`;
}
