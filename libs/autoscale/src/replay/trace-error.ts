// What a text that should be a load is refused with.

/** What is wrong with a text that should be a load. */
export type TraceErrorReason =
  'NotCsv' | 'UnknownColumn' | 'AmbiguousColumn' | 'BadTime' | 'BadValue' | 'TooFewRows';

/** A text that cannot be read as a load; the message names the line and what to do. */
export class TraceError extends Error {
  override readonly name = 'TraceError';
  readonly reason: TraceErrorReason;
  /** Counted from 1. */
  readonly line: number | undefined;

  constructor(reason: TraceErrorReason, message: string, line?: number, options?: ErrorOptions) {
    super(line === undefined ? message : `line ${line}: ${message}`, options);
    this.reason = reason;
    this.line = line;
  }
}
