// How what the demo has made is taken away again.
import { labels } from '@neo4j-operator/cluster-access';
import type { KubeObject } from '@neo4j-operator/reconcile-kit';
import { operatorNamespace, ours } from './own-cluster-objects.ts';

/** What was applied, and where what names no namespace went. */
export interface Removed {
  readonly file: string;
  readonly objects: readonly KubeObject[];
  readonly namespace: string;
}

/** Lines that say what stays and how to remove it. The order counts: objects with finalizers go while the operator still runs. */
export function removal({ file, namespace, objects }: Removed): readonly string[] {
  const clusters = objects.filter(({ kind }) => kind === 'Neo4jEnterpriseCluster');
  return [
    '',
    'All of it stays in your cluster. To remove it, in this order:',
    '',
    `  kubectl delete -n ${namespace} --ignore-not-found -f ${file}`,
    // The data and the passwords of a cluster outlive it.
    ...clusters.map(
      ({ metadata }) =>
        `  kubectl delete -n ${metadata.namespace ?? namespace} pvc,secrets,configmaps -l ${labels.cluster}=${metadata.name}   # the data, for good`,
    ),
    `  kubectl delete namespace ${operatorNamespace}`,
    `  kubectl delete clusterroles,clusterrolebindings,crds -l ${ours}`,
    '',
  ];
}
