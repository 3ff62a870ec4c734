/** How much a cluster's connections may take. All times in milliseconds. */
export interface ConnectionLimits {
  /** The most connections to one cluster, and the most statements under way. */
  readonly connections: number;
  /** How many of these are for direct links, one connection each. */
  readonly directLinks: number;
  /** How many of the statements under way may be on data, so that administration is not kept waiting. */
  readonly dataStatements: number;
  /** How long a statement waits at each of: its turn, its credentials, a connection. */
  readonly acquisitionMs: number;
  /** For TCP, TLS and handshake together. */
  readonly connectMs: number;
  /** For an administration statement; data statements name their own. */
  readonly queryMs: number;
  /** Links that have not been used for so long are closed. */
  readonly idleMs: number;
  /** So many failures in a row and a server is left alone, at first for `breakerMs`, then for twice as long each time. */
  readonly breakerFailures: number;
  readonly breakerMs: number;
  readonly longestBreakerMs: number;
  /** The most refused logins with one password; one below the number at which the server locks the user. */
  readonly refusedLogins: number;
}

/** `dbms.security.auth_max_failed_attempts` is 3 unless configured otherwise. */
export const defaultLimits: ConnectionLimits = {
  connections: 20,
  directLinks: 6,
  dataStatements: 14,
  acquisitionMs: 5_000,
  connectMs: 5_000,
  queryMs: 10_000,
  idleMs: 30_000,
  breakerFailures: 3,
  breakerMs: 1_000,
  longestBreakerMs: 30_000,
  refusedLogins: 2,
};
