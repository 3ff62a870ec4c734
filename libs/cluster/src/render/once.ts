// Objects that are made by POST and have no owner: they outlive the cluster, since its data cannot be read without them.
import {
  annotations,
  type ClusterObject,
  clusterLabels,
  labels,
  objectNames,
  type Secret,
  serverName,
} from '@neo4j-operator/cluster-access';
import { canonical, canonicalQuantity, type Stored } from '@neo4j-operator/reconcile-kit';
import type { SecretRole } from '../model/actions.ts';
import type { Formation, Pool, SystemMode } from '../model/formation.ts';
import type { Claim } from '../model/resources.ts';

/** What the claim of a new server follows from. */
export interface ClaimInput {
  readonly cluster: Stored<ClusterObject>;
  readonly number: number;
  readonly pool: Pool;
  readonly systemMode: SystemMode;
  readonly formation: Formation;
}

/** The claim of a new server. Whoever makes it allots the number to the server. */
export function renderClaim({ cluster, number, pool, systemMode, formation }: ClaimInput): Claim {
  const { name, namespace } = cluster.metadata;
  const { size, className } = cluster.spec.storage;
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name: serverName(name, number),
      ...(namespace === undefined ? {} : { namespace }),
      labels: {
        ...clusterLabels(name),
        [labels.server]: String(number),
        [labels.pool]: pool,
        [labels.role]: 'data',
      },
      annotations: {
        [annotations.formation]: JSON.stringify(canonical(formation)),
        [annotations.systemMode]: systemMode,
      },
    },
    spec: {
      accessModes: ['ReadWriteOnce'],
      ...(className === undefined ? {} : { storageClassName: className }),
      resources: { requests: { storage: canonicalQuantity(size) } },
    },
  };
}

/** The user name of the operator's own account. */
export const operatorUser = 'neo4j-operator';

/**
 * A Secret with a new password.
 *
 * @param generate - makes a password of letters and digits: one with a slash or a dash at its start would be taken for something else on
 *   its way into a server
 */
export function renderSecret(
  cluster: Stored<ClusterObject>,
  role: SecretRole,
  generate: () => string,
): Secret {
  const { name, namespace } = cluster.metadata;
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: secretName(name, role),
      ...(namespace === undefined ? {} : { namespace }),
      labels: { ...clusterLabels(name), [labels.role]: role },
    },
    type: 'Opaque',
    data: encoded(login(role, generate())),
  };
}

function secretName(cluster: string, role: SecretRole): string {
  switch (role) {
    case 'bootstrap':
      return objectNames.bootstrap(cluster);
    case 'operator-account':
      return objectNames.operatorAccount(cluster);
    case 'admin':
      return objectNames.generatedAdmin(cluster);
    default:
      return role satisfies never;
  }
}

function login(role: SecretRole, password: string): Readonly<Record<string, string>> {
  switch (role) {
    case 'bootstrap':
      return { username: 'neo4j', password, [authKey]: `neo4j/${password}` };
    case 'operator-account':
      return { username: operatorUser, password };
    case 'admin':
      return { username: 'neo4j', password };
    default:
      return role satisfies never;
  }
}

/** The key of the bootstrap Secret that the image reads the first password from. */
export const authKey = 'auth';

function encoded(values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const entries = Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  return Object.fromEntries(entries) as Record<string, string>;
}
