import { auth, type AuthToken, type AuthTokenManager } from 'neo4j-driver';
import type { BoltEndpoint } from './bolt-connector.ts';

/** What statements fail with that would have needed a login that is held back. */
export class LoginHeldBackError extends Error {
  override readonly name = 'LoginHeldBackError';

  constructor() {
    super('the password was refused before, and one more time could lock the user');
  }
}

/**
 * Gives the driver its token for each connection, as long as logins may be tried: statements that wait within the driver for a connection
 * would otherwise each try a refused password again, one after the other.
 */
export function guardedToken({
  credentials,
  mayLogIn,
}: Pick<BoltEndpoint, 'credentials' | 'mayLogIn'>): Pick<AuthTokenManager, keyof AuthTokenManager> {
  const token: AuthToken = auth.basic(credentials.username, credentials.password);
  return {
    getToken: () => (mayLogIn() ? Promise.resolve(token) : Promise.reject(new LoginHeldBackError())),
    handleSecurityException: () => false,
  };
}
