import { annotations, type Secret, secrets } from '@neo4j-operator/cluster-access';
import type { Stored } from '@neo4j-operator/reconcile-kit';
import type { SecretRole } from '../model/actions.ts';
import type { ClusterState, SecretState } from '../model/state.ts';
import { doing, joined, nothing, type Step } from './steps.ts';

/**
 * The Secrets that are missing, before anything else: a volume whose password nobody has kept could never be opened again.
 *
 * If the process dies after one of them, there is a password and neither pod nor volume; the next pass finds it and makes the others.
 */
export function planSecrets(state: ClusterState): Step {
  const { admin, bootstrap, operator } = state.accounts;
  return joined([
    ifMissing('bootstrap', bootstrap, 'the password that servers start with'),
    ifMissing('operator-account', operator, "the password of the operator's account"),
    admin.isGenerated ? ifMissing('admin', admin, 'the password of the administrator') : nothing,
    forgetPassword(state),
  ]);
}

/**
 * Secrets that were kept may outlive the volumes. What they say of passwords is not true of those that are made now, whose users have the
 * bootstrap password. If the process dies after it, there is no volume yet that it could be missed for.
 */
function forgetPassword({ accounts: { operator }, servers }: ClusterState): Step {
  if (servers.length > 0 || operator.secret?.metadata.annotations?.[annotations.adminPassword] === undefined)
    return nothing;
  return doing({
    kind: 'ForgetPassword',
    target: { resource: secrets, key: operator.key },
    risk: 'none',
    precondition: { uid: operator.secret.metadata.uid },
    reason: 'AdminPasswordDiffers',
    message: 'forget that the administrator has the password of the Secret: all volumes are new',
  });
}

/** The Secrets of ours that exist, with what each is for. That of a user is not among them. */
export function ourSecrets({ accounts }: ClusterState): readonly (readonly [SecretRole, Stored<Secret>])[] {
  const { admin, bootstrap, operator } = accounts;
  const found = [
    ['bootstrap', bootstrap.secret],
    ['operator-account', operator.secret],
    ['admin', admin.isGenerated ? admin.secret : undefined],
  ] as const;
  return found.flatMap(([role, secret]) => (secret === undefined ? [] : [[role, secret] as const]));
}

/** No precondition: the executor reads live, uses what is there and is ours, and says so if it is not. */
function ifMissing(role: SecretRole, { key, secret }: SecretState, what: string): Step {
  if (secret !== undefined) return nothing;
  return {
    actions: [
      {
        kind: 'CreateSecret',
        target: { resource: secrets, key },
        risk: 'none',
        reason: 'SecretMissing',
        message: `make Secret ${key} with ${what}`,
        role,
      },
    ],
    blocked: [],
  };
}
