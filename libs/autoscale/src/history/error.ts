/**
 * `NotAHistory`: the bytes are something else. `UnknownVersion`: written by another version of the library. `Truncated`: the end is missing.
 * `Corrupt`: the checksum is wrong, or what it covers makes no sense. `OutOfBounds`: more, or other, than a history may hold.
 */
export type HistoryErrorReason = 'NotAHistory' | 'UnknownVersion' | 'Truncated' | 'Corrupt' | 'OutOfBounds';

/** Why a history, or a series for it, cannot be used. The message ends with what to do. */
export class HistoryError extends Error {
  override readonly name = 'HistoryError';
  readonly reason: HistoryErrorReason;
  readonly remedy: string;

  constructor(reason: HistoryErrorReason, problem: string, remedy: string, options?: ErrorOptions) {
    super(`${problem} ${remedy}`, options);
    this.reason = reason;
    this.remedy = remedy;
  }
}
