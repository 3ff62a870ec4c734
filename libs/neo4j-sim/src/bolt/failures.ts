import type { SimEndpoint, SimFailure } from '../contract.ts';

type RequestCode = 'Neo.ClientError.Request.Invalid' | 'Neo.ClientError.Request.InvalidFormat';

/** A message that may not come in this state. */
export function wrongState(message: string): SimFailure {
  return chain('Neo.ClientError.Request.Invalid', ['08N06', '08N10'], message);
}

/**
 * A message with a field that is missing or of the wrong kind.
 *
 * @param statuses - from the general to the particular; the Status Codes manual lists them
 */
export function badField(
  statuses: readonly [string, ...string[]],
  message: string,
  code: RequestCode = 'Neo.ClientError.Request.Invalid',
): SimFailure {
  return chain(code, statuses, message);
}

/** Enterprise: impersonation needs a privilege that no simulated user has. Community: there is no such thing. */
export function cannotImpersonate(user: string, edition: SimEndpoint['edition']): SimFailure {
  const message = `Cannot impersonate the user '${user}'.`;
  return edition === 'community'
    ? { code: 'Neo.ClientError.Statement.ArgumentError', gqlStatus: '51N27', message }
    : { code: 'Neo.ClientError.Security.Forbidden', gqlStatus: '42NFF', message };
}

/** The password has to be changed, or had to be when the user logged in. */
export function credentialsExpired(): SimFailure {
  return chain(
    'Neo.ClientError.Security.CredentialsExpired',
    ['42NFF', '42NFD'],
    'The password has to be changed, and then the login repeated.',
  );
}

/** The client has interrupted what it was waiting for. */
export function terminated(): SimFailure {
  return {
    code: 'Neo.TransientError.Transaction.Terminated',
    gqlStatus: '50N42',
    message: 'The transaction has been terminated: the client has interrupted it.',
  };
}

/** The model behind the endpoint has broken down; a real server has such failures as well. */
export function unexpected(error: unknown): SimFailure {
  const message = error instanceof Error ? error.message : String(error);
  return chain('Neo.DatabaseError.General.UnknownError', ['50N00', '50N09'], message);
}

function chain(code: string, statuses: readonly [string, ...string[]], message: string): SimFailure {
  const [gqlStatus, next, ...others] = statuses;
  if (next === undefined) return { code, gqlStatus, message };
  return { code, gqlStatus, message, cause: chain(code, [next, ...others], message) };
}
