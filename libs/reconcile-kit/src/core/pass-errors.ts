/**
 * Trying again cannot help until somebody changes something: the object is reported as `Stalled` with this reason and
 * is not queued again until it, or something it depends on, changes.
 */
export class TerminalError extends Error {
  override readonly name = 'TerminalError';
  /** A reason from the library's catalogue: CamelCase, as conditions take it. */
  readonly reason: string;

  constructor(reason: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
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
