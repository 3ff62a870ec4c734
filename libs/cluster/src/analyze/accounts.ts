import {
  type ClusterObject,
  clusterOf,
  labels,
  objectNames,
  type Secret,
  secretText,
} from '@neo4j-operator/cluster-access';
import { keyOf, type ObjectKey, objectKey, type Stored } from '@neo4j-operator/reconcile-kit';
import type { SecretRole } from '../model/actions.ts';
import type { Accounts, AdminSecretState, SecretState } from '../model/state.ts';
import { checkAdminSecret } from '../validate/index.ts';
import type { AnalyzePorts } from './ports.ts';

/** The key of the Secret with the administrator's password: the one that the user names, or ours. */
export function adminSecretKey({ metadata, spec }: ClusterObject): ObjectKey {
  return objectKey(metadata.namespace, spec.auth?.adminSecret ?? objectNames.generatedAdmin(metadata.name));
}

/** Whether a Secret was made for this cluster and for this purpose. Secrets outlive their cluster, so they have no owner. */
export function isSecretOf(cluster: Stored<ClusterObject>, role: SecretRole, secret: Stored): boolean {
  return clusterOf(secret) === keyOf(cluster) && secret.metadata.labels?.[labels.role] === role;
}

/** Reads the three Secrets of a cluster. What has the name of ours and is somebody else's is as good as absent: it is never used. */
export async function readAccounts(
  object: Stored<ClusterObject>,
  secrets: AnalyzePorts['secrets'],
  signal: AbortSignal,
): Promise<Accounts> {
  const { namespace, name } = object.metadata;
  const ours = async (key: ObjectKey, role: SecretRole): Promise<SecretState> => {
    const secret = await secrets.read(key, signal);
    return { key, secret: secret !== undefined && isSecretOf(object, role, secret) ? secret : undefined };
  };
  const [bootstrap, operator, admin] = await Promise.all([
    ours(objectKey(namespace, objectNames.bootstrap(name)), 'bootstrap'),
    ours(objectKey(namespace, objectNames.operatorAccount(name)), 'operator-account'),
    object.spec.auth?.adminSecret === undefined
      ? ours(adminSecretKey(object), 'admin').then((state) => adminState(state, true))
      : secrets
          .read(adminSecretKey(object), signal)
          .then((secret) => adminState({ key: adminSecretKey(object), secret }, false)),
  ]);
  return { bootstrap, operator, admin };
}

function adminState({ key, secret }: SecretState, isGenerated: boolean): AdminSecretState {
  return {
    key,
    secret,
    isGenerated,
    password: secretText(secret, 'password'),
    problem: problemOf(key, secret, isGenerated),
  };
}

function problemOf(
  key: ObjectKey,
  secret: Stored<Secret> | undefined,
  isGenerated: boolean,
): string | undefined {
  if (secret !== undefined) return checkAdminSecret(secret);
  if (isGenerated) return undefined;
  return `there is no Secret ${key}, which spec.auth.adminSecret names: create it with the key password, or remove the field to have one generated`;
}
