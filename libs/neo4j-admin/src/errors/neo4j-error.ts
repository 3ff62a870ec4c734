import type { BoltFailure } from '../connection/bolt-connector.ts';
import type { Neo4jErrorReason } from './catalogue.ts';

/**
 * What to do about an error. `retry`: again later, unchanged. `credentials`: with other credentials, or after some seconds; trying
 * quickly leads to a lock-out. `give-up`: it stays wrong until somebody changes something.
 */
export type Remedy = 'retry' | 'credentials' | 'give-up';

/** Why a statement has no result, judged. */
export class Neo4jError extends Error {
  override readonly name = 'Neo4jError';
  readonly reason: Neo4jErrorReason;
  readonly remedy: Remedy;
  /**
   * Whether the statement may have been carried out all the same: the connection broke or time ran out. Read what is there before
   * deciding.
   */
  readonly outcomeUnknown: boolean;
  /** The server's code; empty when the server did not answer. */
  readonly code: string;
  /** The server's GQLSTATUS, 50N42 where it gives no better; empty when the server did not answer. */
  readonly gqlStatus: string;

  constructor(
    message: string,
    properties: {
      readonly reason: Neo4jErrorReason;
      readonly remedy: Remedy;
      readonly outcomeUnknown: boolean;
      readonly failure?: BoltFailure;
      readonly cause?: unknown;
    },
  ) {
    super(message, 'cause' in properties ? { cause: properties.cause } : undefined);
    const { reason, remedy, outcomeUnknown, failure } = properties;
    this.reason = reason;
    this.remedy = remedy;
    this.outcomeUnknown = outcomeUnknown;
    this.code = failure?.origin === 'server' ? failure.code : '';
    this.gqlStatus = failure?.origin === 'server' ? failure.gqlStatus : '';
  }
}
