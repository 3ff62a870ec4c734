// The operator on a stage, and what a user looks at.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RenderRevision } from '@neo4j-operator/cluster';
import {
  type ClusterObject,
  clusters,
  configMaps,
  type DatabaseObject,
  databases,
  secrets,
} from '@neo4j-operator/cluster-access';
import { defineResource, type KubeObject, type Stored } from '@neo4j-operator/reconcile-kit';
import { parseAllDocuments } from 'yaml';
import { composeOperator, runComposed } from '../../../apps/operator/src/compose.ts';
import { type OperatorFactory, Stage, type StageOptions, watchInvariants } from '../../stage/src/index.ts';

const root = join(import.meta.dirname, '../../..');

/** The file that newcomers apply. */
export const quickstart = readFileSync(join(root, 'examples/quickstart.yaml'), 'utf8');

/** The roles that the operator is installed with. */
export const shippedRoles: readonly KubeObject[] = parseAllDocuments(
  readFileSync(join(root, 'config/rbac/cluster-wide.yaml'), 'utf8'),
).map((document) => document.toJS() as KubeObject);

const core = { group: '', version: 'v1', namespaced: true };
export const pods = defineResource({ ...core, plural: 'pods', kind: 'Pod' });
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

/** The operator as it is shipped, but for its flags. */
export function operator(revision?: RenderRevision): OperatorFactory {
  return (ports) => {
    const container = composeOperator(
      { ...ports, ...(revision === undefined ? {} : { revision }) },
      {
        namespaces: undefined,
        leaderElection: false,
        leaseNamespace: 'neo4j-operator',
        identity: 'the-operator',
        clusterDomain: 'cluster.local',
        http: undefined,
      },
    );
    return { run: (signal) => runComposed(container, signal) };
  };
}

/** A stage with the operator under the roles that it is shipped with, and with everything watched that must always hold. */
export async function openThread(options: StageOptions = {}) {
  const stage = await Stage.open({ operator: operator(), rbac: shippedRoles, nodeEvents: false, ...options });
  return { stage, invariants: watchInvariants(stage) };
}

export const cluster = (stage: Stage, name = 'graph'): Stored<ClusterObject> | undefined =>
  stage.get(clusters, 'default', name);

export const database = (stage: Stage, name = 'movies'): Stored<DatabaseObject> | undefined =>
  stage.get(databases, 'default', name);

/** Whether an object has a verdict on its newest generation, and it is the one named. */
export function isCondition(
  object: Stored<ClusterObject> | Stored<DatabaseObject> | undefined,
  type: string,
  status: string,
): boolean {
  const condition = object?.status?.conditions?.find((each) => each.type === type);
  return condition?.status === status && condition.observedGeneration === object?.metadata.generation;
}

/** Whether an object is Ready and nothing is under way. */
export function isSettled(object: Stored<ClusterObject> | Stored<DatabaseObject> | undefined): boolean {
  return isCondition(object, 'Ready', 'True') && isCondition(object, 'Reconciling', 'False');
}

/** Waits until everything that exists of our kinds is settled. */
export async function untilSettled(stage: Stage, maxVirtualMs = 600_000): Promise<number> {
  return stage.until(() => {
    const all = [...stage.list(clusters), ...stage.list(databases)];
    return all.length > 0 && all.every(isSettled);
  }, maxVirtualMs);
}

/**
 * What a cluster is in the end, whichever way it went there: names of objects, what they say, and what Neo4j says; without what differs
 * from run to run by chance or time.
 */
export function finalState(stage: Stage): unknown {
  const named = <T extends KubeObject>(found: readonly Stored<T>[]): readonly string[] =>
    found.map(({ metadata }) => metadata.name).toSorted();
  const { world } = stage;
  return {
    statefulSets: named(stage.list(statefulSets, 'default')),
    services: named(stage.list(services, 'default')),
    claims: named(stage.list(claims, 'default')),
    configMaps: named(stage.list(configMaps, 'default')),
    secrets: named(stage.list(secrets, 'default')),
    pods: named(stage.list(pods, 'default')),
    servers: cluster(stage)?.status?.servers?.map(({ name, state, health, hosting, modeConstraint }) => ({
      name,
      state,
      health,
      modeConstraint,
      hosting: hosting?.toSorted(),
    })),
    database: database(stage)?.status?.servers,
    booted: [...new Set(world.boots.map(({ pod }) => pod.name))].toSorted(),
  };
}
