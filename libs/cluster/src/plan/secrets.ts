import { type Secret, secrets } from '@neo4j-operator/cluster-access';
import type { Stored } from '@neo4j-operator/reconcile-kit';
import type { SecretRole } from '../model/actions.ts';
import type { ClusterState, SecretState } from '../model/state.ts';
import { joined, nothing, type Step } from './steps.ts';

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
  ]);
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
