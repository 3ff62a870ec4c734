import type { SimFailure } from '../contract.ts';

/** A message that does not fit here. 08N10 for a wrong state, 08N06 for what cannot be read (Status Codes manual). */
export function invalidRequest(gqlStatus: '08N06' | '08N10', message: string): SimFailure {
  return { code: 'Neo.ClientError.Request.Invalid', gqlStatus, message };
}

/** Impersonation needs a privilege that no simulated user has. */
export function cannotImpersonate(user: string): SimFailure {
  return {
    code: 'Neo.ClientError.Security.Forbidden',
    gqlStatus: '42NFF',
    message: `Cannot impersonate the user '${user}'.`,
  };
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
  return {
    code: 'Neo.DatabaseError.General.UnknownError',
    gqlStatus: '50N42',
    message: error instanceof Error ? error.message : String(error),
  };
}
