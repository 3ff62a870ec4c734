import type { Clock } from '@neo4j-operator/clock';

/** `dbms.security.auth_max_failed_attempts` and `dbms.security.auth_lock_time`. */
export interface LockoutLimits {
  /** 0 for no limit. */
  readonly maxFailedAttempts: number;
  readonly lockTimeMs: number;
}

/** Counts refused logins, for each user on its own. A server keeps its own count, and forgets it when it stops. */
export class Lockout {
  readonly #clock: Clock;
  readonly #limits: LockoutLimits;
  readonly #failures = new Map<string, { count: number; lastAt: number }>();

  constructor(clock: Clock, limits: LockoutLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Whether logins of this user are refused, the right password too. */
  isLocked(user: string): boolean {
    const failed = this.#failures.get(user);
    const { lockTimeMs, maxFailedAttempts } = this.#limits;
    if (failed === undefined || maxFailedAttempts === 0 || failed.count < maxFailedAttempts) return false;
    return this.#clock.monotonic() - failed.lastAt < lockTimeMs;
  }

  failed(user: string): void {
    const count = (this.#failures.get(user)?.count ?? 0) + 1;
    this.#failures.set(user, { count, lastAt: this.#clock.monotonic() });
  }

  succeeded(user: string): void {
    this.#failures.delete(user);
  }
}
