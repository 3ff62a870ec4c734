// What has to be so of databases in the end.
import { annotations, databases } from '@neo4j-operator/cluster-access';
import type { DatabaseRecord, SystemState } from '@neo4j-operator/neo4j-sim';
import { leaderOf, type Stage } from '../../stage/src/index.ts';
import type { Past } from './simulation-user.spec-helper.ts';
import { type ClusterWish, type DatabaseWish, graph, type Wish } from './simulation-wish.spec-helper.ts';

/** What an object is to say, and what Neo4j is to have been asked for. */
interface Expected {
  readonly ready: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly primaries?: number;
  readonly secondaries?: number;
  readonly status?: 'online' | 'offline';
}

/** What is not as it should be of the databases. Without `system` there is no cluster. */
export function databaseFindings(
  stage: Stage,
  { cluster, databases: wanted }: Wish,
  past: Past,
  system: SystemState | undefined,
): readonly string[] {
  const found = stage
    .list(databases, graph.namespace)
    .filter(({ metadata }) => !wanted.has(metadata.name))
    .map(({ metadata }) => `the object ${metadata.name} is left`);
  for (const [name, wish] of wanted) {
    const condition = conditionOf(stage, name);
    if (condition === undefined) {
      found.push(`${name} has no verdict on its newest generation`);
      continue;
    }
    const isDuplicate = condition.reason === 'Duplicate';
    const others = [...wanted].filter(
      ([other, { database }]) => other !== name && database === wish.database,
    );
    if (isDuplicate && others.some(([other]) => conditionOf(stage, other)?.reason !== 'Duplicate')) continue;
    const expected =
      cluster === undefined || system === undefined
        ? noCluster
        : expect(stage, name, wish, cluster, system, past);
    if (condition.status !== expected.ready || condition.reason !== expected.reason) {
      found.push(
        `${name} is ${condition.status}/${condition.reason} and not ${expected.ready}/${expected.reason}: ${condition.message}`,
      );
      continue;
    }
    const record = system?.databases.get(wish.database);
    if (record !== undefined) found.push(...recordFindings(stage, record, expected));
  }
  if (cluster === undefined || system === undefined) return found;
  return [
    ...found,
    ...defaultFindings(stage, wanted, cluster, system),
    ...strayFindings(stage, wanted, past, system),
  ];
}

const noCluster: Expected = { ready: 'False', reason: 'ClusterNotFound' };

function conditionOf(stage: Stage, name: string) {
  const object = stage.get(databases, graph.namespace, name);
  const ready = object?.status?.conditions?.find(({ type }) => type === 'Ready');
  return ready?.observedGeneration === object?.metadata.generation ? ready : undefined;
}

function expect(
  stage: Stage,
  name: string,
  wish: DatabaseWish,
  cluster: ClusterWish,
  system: SystemState,
  past: Past,
): Expected {
  const { database, state } = wish;
  const recordedId = stage.get(databases, graph.namespace, name)?.metadata.annotations?.[
    annotations.databaseId
  ];
  const record = system.databases.get(database);
  const isDefault = database === 'neo4j';
  if (recordedId !== undefined && record === undefined && past.fresh > 0) return refusal('DatabaseLost');
  if (recordedId !== undefined && record !== undefined && record.id !== recordedId && past.fresh > 0)
    return refusal('IdentityChanged');
  if (recordedId === undefined && record !== undefined && !isDefault) return refusal('DatabaseExists');
  if (cluster.edition === 'community' && !isDefault) return refusal('UnsupportedEdition');
  const asked = askedOf(wish, cluster, system, record);
  if (cluster.edition === 'community') {
    return asked.primaries === 1 && asked.secondaries === 0 && state === 'online'
      ? well(state, { primaries: 1, secondaries: 0 })
      : refusal('UnsupportedEdition');
  }
  const target = reachable(asked, system, record);
  if (target === undefined) return refusal('TopologyImpossible');
  const { held, primaries, secondaries } = target;
  if (held !== undefined) {
    return state === 'offline' ? refusal(held) : { ...refusal(held), primaries, secondaries, status: state };
  }
  return well(state, state === 'offline' ? {} : { primaries, secondaries });
}

function refusal(reason: string): Expected {
  return { ready: 'False', reason };
}

function well(status: 'online' | 'offline', topology: Pick<Expected, 'primaries' | 'secondaries'>): Expected {
  return { ready: 'True', reason: status === 'online' ? 'Online' : 'Offline', status, ...topology };
}

interface Copies {
  readonly primaries: number;
  readonly secondaries: number;
}

function askedOf(
  { primaries, secondaries }: DatabaseWish,
  cluster: ClusterWish,
  system: SystemState,
  record: DatabaseRecord | undefined,
): Copies {
  return {
    primaries: primaries ?? defaultPrimaries(cluster, record),
    secondaries: secondaries === 'pool' ? hostsFor(system, 'SECONDARY') : secondaries,
  };
}

/** Where nobody says a number, a database with several primaries keeps them rather than going to one. */
function defaultPrimaries(
  { defaultPrimaries: said, primaries }: ClusterWish,
  record: DatabaseRecord | undefined,
): number {
  return said ?? (primaries >= 3 ? 3 : (record?.primaries ?? 1));
}

function hostsFor({ servers }: SystemState, constraint: 'NONE' | 'SECONDARY'): number {
  return [...servers.values()].filter(
    ({ options, state }) => state === 'Enabled' && options.modeConstraint === constraint,
  ).length;
}

/** As much of it as there is room for; nothing if not even the primaries of a new database have room. */
function reachable(
  asked: Copies,
  system: SystemState,
  record: DatabaseRecord | undefined,
): (Copies & { readonly held?: string }) | undefined {
  const either = hostsFor(system, 'NONE');
  let { primaries } = asked;
  let held: string | undefined;
  if (record !== undefined && record.primaries > 1 && primaries === 1) {
    primaries = record.primaries;
    held = 'OnePrimaryImpossible';
  } else if (primaries > either && primaries > (record?.primaries ?? 0)) {
    if (record === undefined) return undefined;
    primaries = record.primaries;
    held = 'TopologyImpossible';
  }
  const secondariesBeside = (count: number): { readonly secondaries: number; readonly room: number } => {
    const room = hostsFor(system, 'SECONDARY') + Math.max(0, either - count);
    const kept = Math.max(room, Math.min(asked.secondaries, record?.secondaries ?? 0));
    return { room, secondaries: asked.secondaries <= room ? asked.secondaries : kept };
  };
  const { room, secondaries } = secondariesBeside(primaries);
  if (asked.secondaries <= room) return { primaries, secondaries, ...(held === undefined ? {} : { held }) };
  held ??= 'TopologyImpossible';
  if (record === undefined || secondaries <= room) return { primaries, secondaries, held };
  // It would take more servers than there are to have more primaries beside the secondaries that there are.
  return {
    primaries: Math.min(primaries, record.primaries),
    secondaries: secondariesBeside(record.primaries).secondaries,
    held,
  };
}

function recordFindings(stage: Stage, record: DatabaseRecord, expected: Expected): readonly string[] {
  const { name, primaries, secondaries, status } = record;
  const found: string[] = [];
  if (expected.status !== undefined && status !== expected.status) found.push(`${name} is ${status}`);
  if (
    expected.primaries !== undefined &&
    (primaries !== expected.primaries || secondaries !== expected.secondaries)
  ) {
    found.push(
      `${name} has ${primaries}+${secondaries} and not ${expected.primaries}+${expected.secondaries}`,
    );
  }
  if (expected.ready === 'True' && status === 'online') found.push(...copyFindings(stage, record));
  return found;
}

/** Whether every copy is there and is well, and somebody takes writes. */
function copyFindings(
  stage: Stage,
  { hosts, id, name, primaries, secondaries }: DatabaseRecord,
): readonly string[] {
  const running = stage.world.serversOf(graph);
  const online = hosts.filter(
    ({ server }) =>
      running.find((each) => each.server.id === server)?.server.copies.get(id)?.status === 'online',
  );
  if (online.length !== primaries + secondaries) {
    return [`${online.length} copies of ${name} are online, not ${primaries + secondaries}`];
  }
  return leaderOf(stage.world, graph, name) === undefined ? [`nobody leads ${name}`] : [];
}

/** Whether the default database was stopped by an object that has gone, so that its copies cannot be what the cluster asks for. */
export function isDefaultHeld(
  { databases: wanted }: Wish,
  cluster: ClusterWish,
  system: SystemState,
): boolean {
  const record = system.databases.get('neo4j');
  if (record?.status !== 'offline' || cluster.edition === 'community') return false;
  if ([...wanted.values()].some(({ database }) => database === 'neo4j')) return false;
  return (
    record.primaries !== defaultPrimaries(cluster, record) ||
    record.secondaries !== hostsFor(system, 'SECONDARY')
  );
}

/** The default database, unless an object has it. */
function defaultFindings(
  stage: Stage,
  wanted: Wish['databases'],
  cluster: ClusterWish,
  system: SystemState,
): readonly string[] {
  const record = system.databases.get('neo4j');
  if (record === undefined) return ['there is no default database'];
  if (cluster.edition === 'community' || [...wanted.values()].some(({ database }) => database === 'neo4j'))
    return [];
  const primaries = defaultPrimaries(cluster, record);
  const secondaries = hostsFor(system, 'SECONDARY');
  if (record.status === 'offline') return [];
  const expected: Expected = { ready: 'True', reason: 'Online', status: 'online', primaries, secondaries };
  return recordFindings(stage, record, expected);
}

/** Databases are there that belong to somebody, and those that were to be dropped are not. */
function strayFindings(
  stage: Stage,
  wanted: Wish['databases'],
  past: Past,
  system: SystemState,
): readonly string[] {
  const claimed = new Set([...wanted.values()].map(({ database }) => database));
  return [...system.databases.keys()].flatMap((name) => {
    if (name === 'neo4j' || name === 'system' || claimed.has(name) || past.foreign.has(name)) return [];
    const policy = past.left.get(name);
    if (policy === undefined) return [`the database ${name} belongs to nobody`];
    return policy === 'Retain' || wasReleased(stage) ? [] : [`the database ${name} was to be dropped`];
  });
}

/** An object may go without its database if nobody could reach that for long. */
function wasReleased(stage: Stage): boolean {
  const reasons = ['ClusterGone', 'ClusterDeleted', 'GraceOver', 'IdentityChanged'];
  return stage.events(graph.namespace).some(({ reason }) => reasons.includes(reason));
}
