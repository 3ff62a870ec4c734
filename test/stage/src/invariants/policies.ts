// What users have allowed to be deleted.
import { clusters, databases, labels, managedBy } from '@neo4j-operator/cluster-access';
import type { KubeObject } from '@neo4j-operator/reconcile-kit';
import type { Stage } from '../stage/stage.ts';
import type { ClusterRef } from '../world/world.ts';

/** Whether a cluster is being deleted together with its data. */
export function isDeletedWithData(stage: Stage, { name, namespace }: ClusterRef): boolean {
  const cluster = stage.get(clusters, namespace, name);
  return (
    cluster?.metadata.deletionTimestamp !== undefined && cluster.spec.storage.retentionPolicy === 'Delete'
  );
}

/** Whether somebody wants a database of a cluster to be dropped: it has an object that is being deleted with `Drop`. */
export function isToBeDropped(stage: Stage, { name, namespace }: ClusterRef, database: string): boolean {
  return stage
    .list(databases, namespace)
    .some(
      ({ metadata, spec }) =>
        metadata.deletionTimestamp !== undefined &&
        spec.clusterRef === name &&
        spec.name === database &&
        spec.deletionPolicy === 'Drop',
    );
}

/** The cluster that an object of the operator belongs to by its labels. */
export function ownerOf({ metadata }: Pick<KubeObject, 'metadata'>): ClusterRef | undefined {
  const found = metadata.labels ?? {};
  const name = found[labels.managedBy] === managedBy ? found[labels.cluster] : undefined;
  return name === undefined ? undefined : { namespace: metadata.namespace ?? '', name };
}

/** The cluster that a statement was sent to, by the names of the servers. */
export function clusterAt(addresses: readonly string[]): ClusterRef | undefined {
  for (const address of addresses) {
    const [, name, namespace] = /^(.+)-\d+\.([^.]+)\.svc[.:]/.exec(address) ?? [];
    if (name !== undefined && namespace !== undefined) return { namespace, name };
  }
  return undefined;
}

/** The parts of the path of a namespaced object or collection. */
export function targetOf(path: string): {
  readonly namespace: string;
  readonly plural: string;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
} {
  const [, namespace = '', plural = '', name, subresource] =
    /\/namespaces\/([^/]+)\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(path) ?? [];
  return { namespace, plural, name, subresource };
}
