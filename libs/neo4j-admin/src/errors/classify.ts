import type { BoltFailure } from '../connection/bolt-connector.ts';
import type { Neo4jErrorReason } from './catalogue.ts';
import { Neo4jError, type Remedy } from './neo4j-error.ts';

type ServerFailure = Extract<BoltFailure, { origin: 'server' }>;
type TransportFailure = Extract<BoltFailure, { origin: 'transport' }>;
type Verdict = readonly [reason: Neo4jErrorReason, remedy: Remedy];

/**
 * By code. Messages are no interface of the server since 2025.04 (operations manual, "Errors and notifications") and are never read.
 */
const byCode: Readonly<Record<string, Verdict>> = {
  'Neo.ClientError.Security.Unauthorized': ['Unauthorized', 'credentials'],
  'Neo.ClientError.Security.AuthenticationRateLimit': ['LockedOut', 'credentials'],
  'Neo.ClientError.Security.CredentialsExpired': ['PasswordExpired', 'credentials'],
  'Neo.ClientError.Security.AuthorizationExpired': ['AuthorizationExpired', 'retry'],
  'Neo.ClientError.Security.TokenExpired': ['AuthorizationExpired', 'credentials'],
  'Neo.ClientError.Security.Forbidden': ['Forbidden', 'give-up'],
  'Neo.ClientError.Cluster.NotALeader': ['NotLeader', 'retry'],
  'Neo.ClientError.General.ForbiddenOnReadOnlyDatabase': ['ReadOnly', 'give-up'],
  'Neo.ClientError.Database.DatabaseNotFound': ['DatabaseNotFound', 'give-up'],
  'Neo.ClientError.Database.ExistingDatabaseFound': ['AlreadyExists', 'give-up'],
  'Neo.ClientError.Database.ExistingAliasFound': ['AlreadyExists', 'give-up'],
  'Neo.ClientError.Statement.EntityNotFound': ['NotFound', 'give-up'],
  'Neo.ClientError.Statement.UnsupportedAdministrationCommand': ['UnsupportedEdition', 'give-up'],
  'Neo.ClientError.Statement.NotSystemDatabaseError': ['WrongDatabase', 'give-up'],
  'Neo.ClientError.Statement.SyntaxError': ['UnsupportedVersion', 'give-up'],
  'Neo.ClientError.Procedure.ProcedureNotFound': ['UnsupportedVersion', 'give-up'],
  'Neo.ClientError.Transaction.InvalidBookmark': ['BookmarkUnknown', 'retry'],
  'Neo.ClientError.Transaction.InvalidBookmarkMixture': ['BookmarkUnknown', 'retry'],
  'Neo.TransientError.Transaction.BookmarkTimeout': ['LagsBehind', 'retry'],
  'Neo.ClientError.Transaction.TransactionTimedOut': ['TimedOut', 'retry'],
  'Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration': ['TimedOut', 'retry'],
  'Neo.ClientError.Transaction.Terminated': ['TransactionTerminated', 'retry'],
  'Neo.ClientError.Transaction.LockClientStopped': ['TransactionTerminated', 'retry'],
  'Neo.TransientError.Transaction.Terminated': ['TransactionTerminated', 'retry'],
  'Neo.TransientError.General.DatabaseUnavailable': ['DatabaseUnavailable', 'retry'],
  'Neo.DatabaseError.Database.DatabaseLimitReached': ['LimitReached', 'give-up'],
  'Neo.DatabaseError.Database.UnableToStartDatabase': ['DatabaseUnavailable', 'retry'],
};

/**
 * By GQLSTATUS, for codes that cover many things (`ArgumentError`, `InvalidArguments`). 5.26 sends 50N42 for nearly all of them, so what
 * hangs on these has to be decided by reading the state as well.
 */
const byStatus: Readonly<Record<string, Verdict>> = {
  '08N07': ['NotLeader', 'retry'],
  // The only ones of this table that 5.26 sends as well.
  '22N85': ['PasswordTooShort', 'give-up'],
  '22N89': ['SamePassword', 'give-up'],
  '42N00': ['DatabaseNotFound', 'give-up'],
  '42N09': ['NotFound', 'give-up'],
  '42N10': ['NotFound', 'give-up'],
  '42N11': ['AlreadyExists', 'give-up'],
  '42N82': ['HasAliases', 'give-up'],
  '42NFD': ['PasswordExpired', 'credentials'],
  '51N27': ['UnsupportedEdition', 'give-up'],
  '51N28': ['WrongDatabase', 'give-up'],
  '51N29': ['NotLeader', 'retry'],
  '51N43': ['CannotDeallocate', 'give-up'],
  '51N44': ['CannotDropServer', 'give-up'],
  '51N45': ['CannotCordon', 'give-up'],
  '51N46': ['CannotAlterServer', 'give-up'],
  '51N47': ['CannotRenameServer', 'give-up'],
  '51N52': ['TopologyImpossible', 'give-up'],
  '51N53': ['TopologyImpossible', 'give-up'],
  '51N55': ['LimitReached', 'give-up'],
  '51N56': ['TopologyImpossible', 'give-up'],
  '51N57': ['TopologyImpossible', 'give-up'],
};

/** By what went wrong on the way. */
const byTransport: Readonly<Record<TransportFailure['kind'], Verdict>> = {
  unreachable: ['Unreachable', 'retry'],
  // Neither is cured by waiting, and neither may be taken for a server that is down.
  'tls-untrusted': ['TlsNotTrusted', 'give-up'],
  'tls-expected': ['TlsExpected', 'give-up'],
  'tls-refused': ['TlsRefused', 'give-up'],
  protocol: ['NotBolt', 'give-up'],
  acquisition: ['TooBusy', 'retry'],
  lost: ['ConnectionLost', 'retry'],
  timeout: ['TimedOut', 'retry'],
  routing: ['NoRoute', 'retry'],
  'login-held-back': ['Unauthorized', 'credentials'],
  closed: ['Closed', 'retry'],
};

/**
 * Judges a failure: by code first, by GQLSTATUS where the code says little.
 *
 * @param what - what was tried, for the message: `graph-1.example:7687: SHOW SERVERS`; without values
 */
export function classify(failure: BoltFailure, what: string): Neo4jError {
  if (failure.origin === 'transport') {
    const [reason, remedy] = byTransport[failure.kind];
    return new Neo4jError(`${what}: ${failure.message}`, {
      reason,
      remedy,
      outcomeUnknown: failure.mayHaveRun,
      failure,
      ...('cause' in failure ? { cause: failure.cause } : {}),
    });
  }
  const [reason, remedy] = serverVerdict(failure);
  return new Neo4jError(`${what}: ${failure.code}: ${failure.message}`, {
    reason,
    remedy,
    outcomeUnknown: isOutcomeUnknown(failure),
    failure,
  });
}

function serverVerdict(failure: ServerFailure): Verdict {
  const known = byCode[failure.code];
  if (known !== undefined) return known;
  for (const status of [failure.gqlStatus, ...failure.gqlCauses]) {
    const refined = byStatus[status];
    if (refined !== undefined) return refined;
  }
  if (failure.code.startsWith('Neo.TransientError.')) return ['Transient', 'retry'];
  if (failure.code.startsWith('Neo.ClientError.')) return ['InvalidArgument', 'give-up'];
  return ['ServerFault', 'retry'];
}

/**
 * Whether it may have been carried out, at least in part, although the server answers with an error: what ended it may have come after a
 * commit, as with WAIT and with `CALL ... IN TRANSACTIONS`, or the leader could not tell whether the others have it.
 */
function isOutcomeUnknown({ code }: ServerFailure): boolean {
  if (precedes.has(code) || code.startsWith('Neo.TransientError.Security.')) return false;
  if (code.startsWith('Neo.ClientError.')) return interrupting.test(code);
  return true;
}

/** Of the kinds that usually come late, those that come before anything is done, or after all of it was undone. */
const precedes: ReadonlySet<string> = new Set([
  'Neo.DatabaseError.Database.DatabaseLimitReached',
  'Neo.TransientError.General.DatabaseUnavailable',
  'Neo.TransientError.Transaction.BookmarkTimeout',
  'Neo.TransientError.Transaction.DeadlockDetected',
]);

const interrupting = /^Neo\.ClientError\.Transaction\.(TransactionTimedOut|Terminated|LockClientStopped)/;
