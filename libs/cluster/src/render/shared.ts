import {
  annotations,
  type ClusterObject,
  clusterLabels,
  labels,
  objectNames,
} from '@neo4j-operator/cluster-access';
import type { Edition } from '@neo4j-operator/neo4j-admin';
import { controllerReference, type Stored } from '@neo4j-operator/reconcile-kit';
import type { DisruptionBudget, Service } from '../model/resources.ts';
import { portsFor } from './ports.ts';
import { renderService } from './services.ts';

/** What the objects that a cluster has once follow from. */
export interface SharedInput {
  readonly cluster: Stored<ClusterObject>;
  /** The highest number that a server has ever had. */
  readonly lastServer: number;
  /** Whether one server may be taken away at will. */
  readonly mayDisrupt: boolean;
  /** Whether everything was well at some time since the object of the cluster was made. Default: whether one server may be taken away. */
  readonly wasWell?: boolean;
  readonly edition: Edition;
}

/** The objects that a cluster has once. */
export interface SharedRendered {
  /** For clients: servers that are ready. */
  readonly client: Service;
  /** Gives the pods their names in DNS. */
  readonly headless: Service;
  /** For administration: servers in any state. */
  readonly admin: Service;
  /** Over the servers that may host primaries. */
  readonly budget: DisruptionBudget;
}

/** Renders the objects that a cluster has once. */
export function renderShared(input: SharedInput): SharedRendered {
  const { cluster, edition } = input;
  const { name } = cluster.metadata;
  return {
    client: renderService({
      cluster,
      name: objectNames.client(name),
      type: cluster.spec.service.type,
      ports: portsFor('clients', edition),
      publishesNotReady: false,
    }),
    headless: renderService({
      cluster,
      name: objectNames.headless(name),
      ports: portsFor('servers', edition),
      isHeadless: true,
      publishesNotReady: true,
    }),
    admin: renderService({
      cluster,
      name: objectNames.admin(name),
      ports: portsFor('administration', edition),
      publishesNotReady: true,
      lastServer: input.lastServer,
    }),
    budget: renderBudget(input),
  };
}

function renderBudget({ cluster, mayDisrupt, wasWell = mayDisrupt }: SharedInput): DisruptionBudget {
  const { name, namespace } = cluster.metadata;
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: {
      name: objectNames.budget(name),
      ...(namespace === undefined ? {} : { namespace }),
      labels: clusterLabels(name),
      ...(wasWell ? { annotations: { [annotations.wasWell]: 'true' } } : {}),
      ownerReferences: [controllerReference(cluster, namespace)],
    },
    spec: {
      maxUnavailable: mayDisrupt ? 1 : 0,
      selector: {
        matchLabels: { [labels.name]: 'neo4j', [labels.cluster]: name, [labels.pool]: 'primary' },
      },
    },
  };
}
