/** Why an input was refused before anything was sent. Stable identifiers, for conditions and metrics. */
export type InvalidInputReason =
  | 'Empty'
  | 'TooLong'
  | 'ForbiddenCharacter'
  | 'ForbiddenName'
  | 'OutOfRange'
  | 'NotSupportedByVersion'
  | 'Conflict';

/** An input that cannot be put into a statement, or that the server would take for something else. */
export class InvalidInputError extends Error {
  override readonly name = 'InvalidInputError';
  /** What the caller calls it: `username`, `secondaries`. */
  readonly field: string;
  readonly reason: InvalidInputReason;

  constructor(field: string, reason: InvalidInputReason, problem: string) {
    super(`${field}: ${problem}`);
    this.field = field;
    this.reason = reason;
  }
}
