import type { Clock } from '@neo4j-operator/clock';
import type { Credentials } from './bolt-connector.ts';

/** Why a login is not even tried. */
export type LoginRefusal =
  | { readonly kind: 'refused' }
  /** For so long, in milliseconds. */
  | { readonly kind: 'locked'; readonly remainingMs: number };

interface UserRecord {
  /** Refused logins since the last one that was taken, with whatever password, as the server counts. */
  refusals: number;
  readonly wrongPasswords: Set<string>;
  /** On the monotonic clock. */
  lockedUntil: number;
}

/** `dbms.security.auth_lock_time` is 5 s unless configured otherwise. */
const lockMs = 6_000;

/**
 * Keeps wrong passwords from locking the user, which the server does after three refused logins: it counts them until one is taken,
 * however long ago they were. So a refused password is tried a second time, in case it had not reached that server yet, and then no more
 * until somebody says that it is right now. A password that was not tried yet is tried once in any case.
 */
export class LoginGuard {
  readonly #clock: Clock;
  readonly #mostRefusals: number;
  readonly #users = new Map<string, UserRecord>();

  constructor(clock: Clock, mostRefusals: number) {
    this.#clock = clock;
    this.#mostRefusals = mostRefusals;
  }

  /** Whether a login must not be tried now. */
  refusal({ password, username }: Credentials): LoginRefusal | undefined {
    const user = this.#users.get(username);
    if (user === undefined) return undefined;
    const remainingMs = user.lockedUntil - this.#clock.monotonic();
    if (remainingMs > 0) return { kind: 'locked', remainingMs };
    const isUsedUp = user.wrongPasswords.has(password) && user.refusals >= this.#mostRefusals;
    return isUsedUp ? { kind: 'refused' } : undefined;
  }

  /** Whether logins of this user have failed since the last one that was taken: then they go one at a time. */
  isDoubtful({ username }: Credentials): boolean {
    return (this.#users.get(username)?.refusals ?? 0) > 0;
  }

  /** A new connection was logged in. */
  accepted({ username }: Credentials): void {
    this.#users.delete(username);
  }

  refused({ password, username }: Credentials): void {
    const user = this.#record(username);
    user.refusals++;
    user.wrongPasswords.add(password);
  }

  /** The user is locked, by us or by somebody else; the password was not even compared. */
  locked({ username }: Credentials): void {
    this.#record(username).lockedUntil = this.#clock.monotonic() + lockMs;
  }

  /** Lets refused passwords be tried again. */
  forget(): void {
    this.#users.clear();
  }

  #record(username: string): UserRecord {
    const known = this.#users.get(username) ?? { refusals: 0, wrongPasswords: new Set(), lockedUntil: 0 };
    this.#users.set(username, known);
    return known;
  }
}
