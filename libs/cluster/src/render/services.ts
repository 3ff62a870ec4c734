import { annotations, type ClusterObject, clusterLabels, labels } from '@neo4j-operator/cluster-access';
import { controllerReference, type Stored } from '@neo4j-operator/reconcile-kit';
import type { Service } from '../model/resources.ts';
import type { NamedPort } from './ports.ts';

/** What one Service differs in from another. */
export interface ServiceInput {
  readonly cluster: Stored<ClusterObject>;
  readonly name: string;
  readonly ports: readonly NamedPort[];
  /** Labels beside those of the cluster, on the Service and on the pods that it selects. */
  readonly server?: number;
  readonly isHeadless?: boolean;
  /** Default: inside of the Kubernetes cluster alone. */
  readonly type?: string;
  /** Whether servers are found by it that are not ready: those that form a cluster are not, and have to find each other. */
  readonly publishesNotReady: boolean;
  readonly lastServer?: number;
}

/** A Service of a cluster. */
export function renderService(input: ServiceInput): Service {
  const { cluster, name, ports, server, lastServer } = input;
  const { name: clusterName, namespace } = cluster.metadata;
  const ofServer = server === undefined ? {} : { [labels.server]: String(server) };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      labels: { ...clusterLabels(clusterName), ...ofServer },
      ...(lastServer === undefined ? {} : { annotations: { [annotations.lastServer]: String(lastServer) } }),
      ownerReferences: [controllerReference(cluster, namespace)],
    },
    spec: {
      type: input.type ?? 'ClusterIP',
      ...(input.isHeadless === true ? { clusterIP: 'None' } : {}),
      // The API server leaves out what is false, and would never show it as it was rendered.
      ...(input.publishesNotReady ? { publishNotReadyAddresses: true } : {}),
      selector: { [labels.name]: 'neo4j', [labels.cluster]: clusterName, ...ofServer },
      ports: ports.map((port) => ({ ...port, protocol: 'TCP' })),
    },
  };
}
