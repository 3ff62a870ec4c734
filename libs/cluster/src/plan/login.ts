import { secrets } from '@neo4j-operator/cluster-access';
import type { ClusterState } from '../model/state.ts';
import { accountOf, adminSecretVersion, isPasswordDue } from './account.ts';
import { doing, nothing, type Step } from './steps.ts';

/**
 * The operator's account and the administrator's password.
 *
 * If the process dies while the account is made, user `neo4j` has the bootstrap password, which is kept, and the account is there or not: the next
 * pass begins anew. After it, the same, and the account works. After the administrator's password is set and not yet noted, it is set
 * again, which changes nothing.
 */
export function planLogin(state: ClusterState): Step {
  const { admin, bootstrap, operator } = state.accounts;
  if (operator.secret === undefined || bootstrap.secret === undefined) return nothing;
  const step = {
    target: { resource: secrets, key: operator.key },
    risk: 'none',
    precondition: { uid: operator.secret.metadata.uid },
  } as const;
  switch (accountOf(state)) {
    case 'missing':
      return doing({
        ...step,
        kind: 'EstablishAccount',
        reason: 'AccountMissing',
        message: "make the operator's account with the password that servers start with",
      });
    case 'works':
      if (isPasswordDue(state) !== true) return nothing;
      return doing({
        ...step,
        kind: 'SetAdminPassword',
        reason: 'AdminPasswordDiffers',
        message: `give user neo4j the password of Secret ${admin.key} (${adminSecretVersion(state) ?? ''})`,
      });
    case 'refused':
    case 'unknown':
      return nothing;
  }
}
