// How far a cluster and its databases are, and what holds them up.
import type { ClusterObject, DatabaseObject } from '@neo4j-operator/cluster-access';
import type { Condition, Stored } from '@neo4j-operator/reconcile-kit';

/** A pod, as far as progress is concerned. */
export interface PodSeen {
  readonly metadata: { readonly name: string };
  readonly status?: { readonly phase?: string };
}

/** Everything that was seen at one moment. */
export interface Snapshot {
  readonly clusters: readonly Stored<ClusterObject>[];
  readonly databases: readonly Stored<DatabaseObject>[];
  readonly pods: readonly PodSeen[];
}

/** One step of the way, in the order in which they come. */
export interface Milestone {
  /** Nothing for a step that there is not. */
  readonly label: (seen: Snapshot) => string | undefined;
  readonly isReached: (seen: Snapshot) => boolean;
}

export const milestones: readonly Milestone[] = [
  {
    label: ({ pods }) => `${pods.length} ${pods.length === 1 ? 'pod runs' : 'pods run'}`,
    isReached: ({ clusters, pods }) =>
      clusters.length > 0 &&
      pods.length >= wantedServers(clusters) &&
      pods.every(({ status }) => status?.phase === 'Running'),
  },
  {
    label: ({ clusters }) => {
      const count = wantedServers(clusters);
      return count === 1 ? 'the server has come up' : 'the servers have met: the cluster is formed';
    },
    isReached: ({ clusters }) => clusters.length > 0 && clusters.every((each) => holds(each, 'Formed')),
  },
  {
    label: ({ clusters }) => {
      const count = clusters.flatMap(({ status }) => status?.servers ?? []).length;
      return count === 1 ? 'the server is available' : `all ${count} servers are enabled and available`;
    },
    isReached: ({ clusters }) =>
      clusters.length > 0 &&
      clusters.every(({ status }) => {
        const { primaries = 0, secondaries = 0, ready = 0 } = status?.replicas ?? {};
        return ready > 0 && ready === primaries + secondaries;
      }),
  },
  {
    label: ({ clusters }) => `${names('Neo4jEnterpriseCluster', clusters)} Ready`,
    isReached: ({ clusters }) => clusters.length > 0 && clusters.every((each) => holds(each, 'Ready')),
  },
  {
    label: ({ databases }) =>
      databases.length === 0 ? undefined : `${names('Neo4jDatabase', databases)} Ready`,
    isReached: ({ clusters, databases }) =>
      clusters.length > 0 &&
      clusters.every((each) => holds(each, 'Ready')) &&
      databases.every((each) => holds(each, 'Ready')),
  },
];

/** The object that keeps everything from being Ready, and what it says of itself. */
export function obstacle(
  seen: Snapshot,
): { readonly name: string; readonly why: string; readonly isStalled: boolean } | undefined {
  const waiting = [...seen.clusters, ...seen.databases].find((object) => !holds(object, 'Ready'));
  if (waiting === undefined) return undefined;
  const ready = condition(waiting, 'Ready');
  const stalled = condition(waiting, 'Stalled');
  const isStalled = stalled?.status === 'True';
  const told = isStalled ? stalled : ready;
  return {
    name: `${waiting.kind} ${waiting.metadata.name}`,
    why: told === undefined ? 'no status yet' : `${told.reason}: ${told.message}`,
    isStalled,
  };
}

type Ours = Stored<ClusterObject> | Stored<DatabaseObject>;

/** Whether a condition is True of the newest generation. */
function holds(object: Ours, type: string): boolean {
  const found = condition(object, type);
  return found?.status === 'True' && found.observedGeneration === object.metadata.generation;
}

function condition(object: Ours, type: string): Condition | undefined {
  return object.status?.conditions?.find((each) => each.type === type);
}

function wantedServers(clusters: readonly Stored<ClusterObject>[]): number {
  return clusters.reduce((sum, { spec: { topology } }) => sum + topology.primaries + topology.secondaries, 0);
}

function names(kind: string, objects: readonly Ours[]): string {
  return `${kind} ${objects.map(({ metadata }) => metadata.name).join(', ')}`;
}
