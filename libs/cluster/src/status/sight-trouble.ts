// Why a cluster cannot be seen though there are servers to ask.
import { Neo4jError, reasons as neo4jReasons } from '@neo4j-operator/neo4j-admin';
import { parseKey } from '@neo4j-operator/reconcile-kit';
import type { ClusterState } from '../model/state.ts';
import { accountOf } from '../plan/account.ts';
import { meetingGraceMs, settlingGraceMs } from './grace.ts';
import type { Times } from './pod-trouble.ts';
import type { Trouble } from './trouble.ts';

const refusals: ReadonlySet<Neo4jError['reason']> = new Set([
  'Unauthorized',
  'PasswordExpired',
  'NoCredentials',
  // The account was made and its role not yet granted.
  'Forbidden',
]);

/** Why the operator does not get an answer from the cluster; undefined if it does. */
export function sightTrouble(
  state: ClusterState,
  times: Times,
  passError: Error | undefined,
): Trouble | undefined {
  const { sight } = state;
  if (sight.kind !== 'failed') return undefined;
  const { reason } = sight.error;
  const lastedMs = times.now - times.notReadySince;
  if (refusals.has(reason)) return loginTrouble(state, lastedMs, passError);
  if (reason === 'LockedOut') {
    return {
      reason: 'UserLocked',
      isLasting: lastedMs > settlingGraceMs,
      servers: [],
      what: 'Neo4j has locked the user of the operator after too many refused logins',
      remedy:
        'it unlocks after some seconds; if it stays, find out who else logs in as neo4j-operator with a wrong password',
    };
  }
  return {
    reason: 'ClusterUnreachable',
    isLasting: lastedMs > settlingGraceMs,
    servers: [],
    // Without the error's own message: it names the server that was asked, which is another each time.
    what: `the cluster does not answer: ${neo4jReasons[reason]} (${reason})`,
    remedy: 'check the pods, and that the operator reaches them on port 7687',
  };
}

/**
 * A refused login. Before the operator's account exists that is the normal beginning; if the bootstrap password is refused as well, the
 * volume is older than the Secret.
 */
function loginTrouble(state: ClusterState, lastedMs: number, passError: Error | undefined): Trouble {
  const { bootstrap, operator } = state.accounts;
  const account = parseKey(operator.key).name;
  if (accountOf(state) === 'refused') {
    return {
      reason: 'LoginRefused',
      isLasting: lastedMs > settlingGraceMs,
      servers: [],
      what: `Neo4j refuses the password of Secret ${account}, which it once accepted`,
      remedy: `restore Secret ${account}, or run ALTER USER \`neo4j-operator\` SET PASSWORD ... CHANGE NOT REQUIRED as the administrator, with what it has`,
    };
  }
  const initial = parseKey(bootstrap.key).name;
  const isRefused = isRefusal(passError);
  return {
    reason: isRefused || lastedMs > meetingGraceMs ? 'LoginRefused' : 'Forming',
    isLasting: lastedMs > (isRefused ? settlingGraceMs : meetingGraceMs),
    servers: [],
    what: isRefused
      ? `Neo4j refuses the passwords of Secrets ${account} and ${initial}: the volumes were first used with others`
      : `the account of the operator (Secret ${account}) is not there yet`,
    remedy: `restore Secret ${account} or ${initial} as it was then; if the data are not needed, delete the cluster and its claims and apply it again`,
  };
}

function isRefusal(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof Neo4jError && refusals.has(cause.reason)) return true;
  }
  return false;
}
