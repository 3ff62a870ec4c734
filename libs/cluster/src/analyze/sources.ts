// What a cluster's controller looks at, and which clusters a change is about.
import {
  type ClusterAccess,
  type ClusterObject,
  clusterOf,
  clusterOfDatabase,
  clusters,
  configMaps,
  databaseIndexes,
  type DatabaseObject,
  databases,
  ourIndexes,
  ourSelector,
  secrets,
} from '@neo4j-operator/cluster-access';
import {
  type Delta,
  type KubeObject,
  type ObjectKey,
  type OwnedSource,
  ownedSource,
  type Resource,
  type Source,
  versionsOf,
  type WatchSource,
  watchSource,
} from '@neo4j-operator/reconcile-kit';
import { map } from 'rxjs';
import { claims, disruptionBudgets, pods, services, statefulSets } from '../model/resources.ts';
import { AdminSecretIndex } from './admin-secrets.ts';

/** What is made for a cluster and goes with it. */
export const ownedResources: readonly Resource[] = [statefulSets, services, configMaps, disruptionBudgets];

/** What else is looked at. */
export const watchedResources: readonly Resource[] = [pods, claims, secrets, databases];

/** Owned objects with our labels. */
export const owned: readonly OwnedSource[] = ownedResources.map((resource) =>
  ownedSource({ resource, labelSelector: ourSelector, options: { indexers: ourIndexes } }),
);

/**
 * What is watched besides. A cluster whose object is gone is let go of here: if its finalizer was taken off by hand no pass tells.
 */
export function watchesOf(access: Pick<ClusterAccess, 'close'>): readonly WatchSource[] {
  const adminSecrets = new AdminSecretIndex();
  const labelled = (resource: Resource): WatchSource => ({
    resource,
    labelSelector: ourSelector,
    options: { indexers: ourIndexes },
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
      options: { indexers: databaseIndexes },
      map: ofDatabase,
    }),
  ];
}

/** What Neo4j itself tells. */
export function sourcesOf({ changes$ }: Pick<ClusterAccess, 'changes$'>): readonly Source[] {
  return [{ name: 'view changed', keys$: changes$.pipe(map(({ cluster }) => [cluster])) }];
}

function ofLabels(delta: Delta<KubeObject>): readonly ObjectKey[] {
  return versionsOf(delta).flatMap((object) => clusterOf(object) ?? []);
}

/** Whether a database has an object is all that matters here: its name never changes, the cluster that it refers to may be corrected. */
function ofDatabase(delta: Delta<DatabaseObject>): readonly ObjectKey[] {
  const clusters = new Set(versionsOf(delta).map(clusterOfDatabase));
  return delta.type === 'updated' && clusters.size === 1 ? [] : [...clusters];
}
