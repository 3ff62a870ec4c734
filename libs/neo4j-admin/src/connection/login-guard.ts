import type { Credentials } from './bolt-connector.ts';

/**
 * Keeps wrong passwords from locking the user: the server does that after three refused logins in a row, and it counts them until one is
 * taken, however long ago they were. So the same password is tried a second time, in case it had not reached that server yet, and then no
 * more until there is another one or somebody says that it is right now.
 *
 * As long as a password has not been taken once, statements go one at a time, or a burst of them would be a burst of logins.
 */
export class LoginGuard {
  readonly #mostRefusals: number;
  #credentials: Credentials | undefined;
  #refusals = 0;
  #isProven = false;
  #queue: Promise<void> = Promise.resolve();

  constructor(mostRefusals: number) {
    this.#mostRefusals = mostRefusals;
  }

  /** Takes note of the credentials that are used from now on; other ones start anew. */
  use(credentials: Credentials): void {
    const { password, username } = credentials;
    if (this.#credentials?.username === username && this.#credentials.password === password) return;
    this.#credentials = credentials;
    this.forget();
  }

  /** Lets the same password be tried again. */
  forget(): void {
    this.#refusals = 0;
    this.#isProven = false;
  }

  get mayLogIn(): boolean {
    return this.#refusals < this.#mostRefusals;
  }

  /** Runs work that may log in; alone until a login was taken. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#mayRunFreely()) return work();
    const previous = this.#queue;
    const mine = Promise.withResolvers<undefined>();
    this.#queue = mine.promise;
    try {
      await previous;
      // Whoever was before may have proven it, and then there is no need to keep the others waiting.
      if (this.#mayRunFreely()) mine.resolve(undefined);
      return await work();
    } finally {
      mine.resolve(undefined);
    }
  }

  #mayRunFreely(): boolean {
    return this.#isProven;
  }

  /** A login with these credentials was taken. */
  accepted(credentials: Credentials): void {
    if (credentials !== this.#credentials) return;
    this.#refusals = 0;
    this.#isProven = true;
  }

  /** A login with these credentials was refused. */
  refused(credentials: Credentials): void {
    if (credentials !== this.#credentials) return;
    this.#refusals++;
    this.#isProven = false;
  }
}
