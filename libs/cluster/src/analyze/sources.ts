// What a cluster's controller looks at, and which clusters a change is about.
import {
  type ClusterAccess,
  type ClusterObject,
  clusterOf,
  clusters,
  configMaps,
  type DatabaseObject,
  databases,
  ourSelector,
  secrets,
} from '@neo4j-operator/cluster-access';
import {
  type Delta,
  type KubeObject,
  type ObjectKey,
  objectKey,
  type OwnedSource,
  ownedSource,
  type Resource,
  type Source,
  type Stored,
  type WatchSource,
  watchSource,
} from '@neo4j-operator/reconcile-kit';
import { map } from 'rxjs';
import { claims, disruptionBudgets, pods, services, statefulSets } from '../model/resources.ts';
import { AdminSecretIndex } from './admin-secrets.ts';
import { byCluster } from './belonging.ts';
import { databasesByCluster } from './databases.ts';

/** What is made for a cluster and goes with it. */
export const ownedResources: readonly Resource[] = [statefulSets, services, configMaps, disruptionBudgets];

/** What else is looked at. */
export const watchedResources: readonly Resource[] = [pods, claims, secrets, databases];

/** Owned objects with our labels. */
export const owned: readonly OwnedSource[] = ownedResources.map((resource) =>
  ownedSource({ resource, labelSelector: ourSelector, options: { indexers: byCluster } }),
);

/**
 * What is watched besides. A cluster whose object is gone is let go of here: if its finalizer was taken off by hand no pass tells.
 */
export function watchesOf(access: Pick<ClusterAccess, 'close'>): readonly WatchSource[] {
  const adminSecrets = new AdminSecretIndex();
  const labelled = (resource: Resource): WatchSource => ({
    resource,
    labelSelector: ourSelector,
    options: { indexers: byCluster },
    map: ofLabels,
  });
  return [
    watchSource<ClusterObject>({
      resource: clusters,
      map: (delta) => {
        adminSecrets.note(delta);
        if (delta.type === 'deleted') void access.close(delta.key);
        return [];
      },
    }),
    labelled(pods),
    labelled(claims),
    {
      resource: secrets,
      options: { metadataOnly: true },
      map: (delta) => [...ofLabels(delta), ...adminSecrets.clustersOf(delta.key)],
    },
    watchSource<DatabaseObject>({
      resource: databases,
      options: { indexers: databasesByCluster, project: nameAndCluster },
      map: ofDatabase,
    }),
  ];
}

/** What Neo4j itself tells. */
export function sourcesOf({ changes$ }: Pick<ClusterAccess, 'changes$'>): readonly Source[] {
  return [{ name: 'view changed', keys$: changes$.pipe(map(({ cluster }) => [cluster])) }];
}

function ofLabels(delta: Delta<KubeObject>): readonly ObjectKey[] {
  return versions(delta).flatMap((object) => clusterOf(object) ?? []);
}

/** Whether a database has an object is all that matters here: its name and cluster never change. */
function ofDatabase(delta: Delta<DatabaseObject>): readonly ObjectKey[] {
  if (delta.type === 'updated') return [];
  return versions(delta).map(({ metadata, spec }) => objectKey(metadata.namespace, spec.clusterRef));
}

function versions<T extends KubeObject>(delta: Delta<T>): readonly Stored<T>[] {
  switch (delta.type) {
    case 'added':
      return [delta.next];
    case 'updated':
      return [delta.prev, delta.next];
    case 'deleted':
      return [delta.prev];
  }
}

/** There may be a thousand, and nothing else of them is looked at. */
function nameAndCluster({
  apiVersion,
  kind,
  metadata,
  spec,
}: Stored<DatabaseObject>): Stored<DatabaseObject> {
  const { name, namespace, resourceVersion, uid } = metadata;
  return {
    apiVersion,
    kind,
    metadata: { name, ...(namespace === undefined ? {} : { namespace }), resourceVersion, uid },
    spec: { ...spec, clusterRef: spec.clusterRef, name: spec.name },
  };
}
