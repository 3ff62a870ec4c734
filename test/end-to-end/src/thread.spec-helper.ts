// What a user has and looks at, on a stage in real time.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ClusterObject,
  clusters,
  configMaps,
  type DatabaseObject,
  databases,
  ourSelector,
  secrets,
} from '@neo4j-operator/cluster-access';
import { defineResource, type KubeObject, type Resource, type Stored } from '@neo4j-operator/reconcile-kit';
import { type RealStage, workspace } from '../../stage/src/index.ts';

/** A pod, as far as tests look at it. */
export interface Pod extends KubeObject {
  readonly spec: { readonly nodeName?: string };
  readonly status?: {
    readonly containerStatuses?: readonly {
      readonly containerID?: string;
      readonly restartCount: number;
      readonly ready: boolean;
    }[];
  };
}

const core = { group: '', version: 'v1', namespaced: true };
export const pods = defineResource<Pod>({ ...core, plural: 'pods', kind: 'Pod' });
export const services = defineResource({ ...core, plural: 'services', kind: 'Service' });
export const claims = defineResource({
  ...core,
  plural: 'persistentvolumeclaims',
  kind: 'PersistentVolumeClaim',
});
export const statefulSets = defineResource({
  group: 'apps',
  version: 'v1',
  plural: 'statefulsets',
  kind: 'StatefulSet',
  namespaced: true,
});
const budgets = defineResource({
  group: 'policy',
  version: 'v1',
  plural: 'poddisruptionbudgets',
  kind: 'PodDisruptionBudget',
  namespaced: true,
});

/** The file that newcomers apply. */
export const quickstartFile = join(workspace, 'examples/quickstart.yaml');
export const quickstart = readFileSync(quickstartFile, 'utf8');

/** The cluster in it. */
export const graph = { namespace: 'default', name: 'graph' };

export function clusterOn(stage: RealStage, name = 'graph'): Promise<Stored<ClusterObject> | undefined> {
  return stage.get(clusters, 'default', name);
}

export function databaseOn(stage: RealStage, name = 'movies'): Promise<Stored<DatabaseObject> | undefined> {
  return stage.get(databases, 'default', name);
}

type Judged = Stored<ClusterObject> | Stored<DatabaseObject>;

/** Tries until nothing is thrown, such as by an expectation. */
export function eventually(stage: RealStage, check: () => Promise<void>, withinMs?: number): Promise<void> {
  return stage.until(async () => {
    await check();
    return true;
  }, withinMs);
}

/** A condition that speaks of the newest generation. */
export function conditionOf(object: Judged | undefined, type: string) {
  const condition = object?.status?.conditions?.find((each) => each.type === type);
  return condition?.observedGeneration === object?.metadata.generation ? condition : undefined;
}

/** Whether an object is Ready and nothing is under way. */
export function isSettled(object: Judged | undefined): boolean {
  return (
    conditionOf(object, 'Ready')?.status === 'True' && conditionOf(object, 'Reconciling')?.status === 'False'
  );
}

/** Waits until everything of our kinds is settled, and the cluster has so many servers. */
export async function untilSettled(stage: RealStage, servers: number, withinMs?: number): Promise<void> {
  await stage.until(async () => {
    const all: readonly Judged[] = [
      ...(await stage.list(clusters, 'default')),
      ...(await stage.list(databases, 'default')),
    ];
    const ready = all.map((each) => ('replicas' in (each.status ?? {}) ? readyServers(each) : undefined));
    return all.length > 0 && all.every(isSettled) && ready.includes(servers);
  }, withinMs);
}

function readyServers(object: Judged): number | undefined {
  return (object as Stored<ClusterObject>).status?.replicas?.ready;
}

/** Objects that the operator made, by kind: all names. */
export async function ownObjects(stage: RealStage): Promise<Readonly<Record<string, readonly string[]>>> {
  const kinds: readonly Resource[] = [statefulSets, services, claims, configMaps, secrets, pods, budgets];
  const found: [string, readonly string[]][] = [];
  for (const kind of kinds) {
    const named = (await stage.list(kind, 'default'))
      .filter(({ metadata }) => isOurs(metadata.labels))
      .map(({ metadata }) => metadata.name);
    if (named.length > 0) found.push([kind.plural, named.toSorted()]);
  }
  return Object.fromEntries(found);
}

function isOurs(labels: Readonly<Record<string, string>> = {}): boolean {
  return Object.entries(labels).some(([key, value]) => `${key}=${value}` === ourSelector);
}

/** What a cluster is in the end, without what differs from run to run by chance or time. */
export async function finalState(stage: RealStage): Promise<unknown> {
  const cluster = await clusterOn(stage);
  const database = await databaseOn(stage);
  const verdicts = (object: Judged | undefined): readonly string[] | undefined =>
    object?.status?.conditions?.map(({ type, status, reason }) => `${type}=${status} ${reason}`).toSorted();
  return {
    objects: await ownObjects(stage),
    cluster: verdicts(cluster),
    database: verdicts(database),
    copies: database?.status?.servers,
    servers: cluster?.status?.servers?.map(({ name, state, health, hosting, modeConstraint }) => ({
      name,
      state,
      health,
      modeConstraint,
      hosting: hosting?.toSorted(),
    })),
    boots: stage.world.boots.map(({ pod }) => pod.name).toSorted(),
  };
}

/** Names and values of the Secrets that the operator made. */
export async function secretValues(stage: RealStage): Promise<readonly string[]> {
  return (await stage.list(secrets, 'default'))
    .filter(({ metadata }) => isOurs(metadata.labels))
    .map(({ metadata, data }) => `${metadata.name} ${metadata.uid} ${JSON.stringify(data)}`);
}

/** Each server's pod and how often its container has started: what a disturbance would change. */
export async function podsOn(stage: RealStage): Promise<Readonly<Record<string, string>>> {
  return Object.fromEntries(
    (await stage.list(pods, 'default')).map(({ metadata, status }) => [
      metadata.name,
      [
        metadata.uid,
        ...(status?.containerStatuses ?? []).map(
          ({ containerID = '', restartCount }) => `${containerID} ${restartCount}`,
        ),
      ].join(' '),
    ]),
  );
}

/** The ids of the servers, by name. */
export async function identities(stage: RealStage): Promise<Readonly<Record<string, string | undefined>>> {
  const servers = (await clusterOn(stage))?.status?.servers ?? [];
  return Object.fromEntries(servers.map(({ name, id }) => [name, id]));
}
