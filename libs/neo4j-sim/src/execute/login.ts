import type { SimAuth, SimLogin } from '../contract.ts';
import type { SimServer } from '../model/server.ts';
import { failureOf } from './refusal.ts';

/**
 * Checks a login against the system database as this server has it; a quorum is not needed. After too many failures every login of the
 * user is refused for a while, the right one too.
 */
export function login(server: SimServer, auth: SimAuth): SimLogin {
  if (!server.configuration.security.authEnabled) return { ok: true, user: '', credentialsExpired: false };
  if (!server.isMember) {
    return {
      ok: false,
      failure: failureOf(
        'TransientError.General.DatabaseUnavailable',
        ['08N09'],
        "Database 'system' is unavailable.",
      ),
    };
  }
  const { lockout, state } = server;
  if (lockout.isLocked(auth.principal)) {
    return {
      ok: false,
      failure: failureOf(
        'ClientError.Security.AuthenticationRateLimit',
        ['42NFF'],
        'The client has provided incorrect authentication details too many times in a row.',
      ),
    };
  }
  const user = state.users.get(auth.principal);
  const isRight = auth.scheme === 'basic' && user?.native?.password === auth.credentials && !user.suspended;
  if (!isRight) {
    lockout.failed(auth.principal);
    return {
      ok: false,
      failure: failureOf(
        'ClientError.Security.Unauthorized',
        ['42NFF'],
        'The client is unauthorized due to authentication failure.',
      ),
    };
  }
  lockout.succeeded(auth.principal);
  return { ok: true, user: user.name, credentialsExpired: user.native.changeRequired };
}
