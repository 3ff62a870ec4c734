/** How a TerminalError came about, and whether the change that it waits for may go unseen. */
export interface TerminalErrorOptions extends ErrorOptions {
  /** Milliseconds until the object is looked at again, if what has to change is nothing that is watched. */
  readonly lookAgainMs?: number;
}

/**
 * Trying again cannot help until somebody changes something: the object is reported as `Stalled` with this reason and
 * is not queued again until it, or something it depends on, changes; or after `lookAgainMs`.
 */
export class TerminalError extends Error {
  override readonly name = 'TerminalError';
  /** A reason from the library's catalogue: CamelCase, as conditions take it. */
  readonly reason: string;
  /** Milliseconds until the object is looked at again though nothing that is watched has changed. */
  readonly lookAgainMs: number | undefined;

  constructor(reason: string, message: string, options?: TerminalErrorOptions) {
    super(message, options);
    this.reason = reason;
    this.lookAgainMs = options?.lookAgainMs;
  }
}

/** What an action was planned on is no longer so; the next pass plans anew. Not a failure. */
export class PreconditionFailed extends Error {
  override readonly name = 'PreconditionFailed';
}

/** A pass took longer than it may. */
export class PassTimeout extends Error {
  override readonly name = 'PassTimeout';
}
