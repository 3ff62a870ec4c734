/**
 * Why a request failed, as one closed list.
 *
 * From the server's answer: `BadRequest` (400), `Unauthorized` (401), `Forbidden` (403), `NotFound` (404
 * with a Status that says so: what a proxy does not find may well exist),
 * `MethodNotAllowed` (405), `AlreadyExists` and `Conflict` (409, told apart by the Status reason), `Gone` (410: the
 * resource version or continue token expired), `Invalid` (422), `TooManyRequests` (429),
 * `TooLargeResourceVersion` (504 whose cause says that the server has not yet seen that version), `ServerTimeout` (504 and 500 with the
 * reason Timeout or ServerTimeout), `ServerError` (any other 5xx), `UnexpectedStatus` (any other).
 *
 * From the way there: `ConnectionFailed` (no connection was made, so nothing was sent), `ConnectionLost` (it broke after the request
 * was sent), `TlsFailed` (the peer's certificate or ours was refused), `DeadlineExceeded`, `Aborted` (by the caller), `MalformedResponse`
 * (an answer that is not what the API promises).
 *
 * From this side: `WriteDenied` (the write gate is closed: this process is not, or no longer surely, the leader).
 */
export type KubeErrorReason =
  | 'BadRequest'
  | 'Unauthorized'
  | 'Forbidden'
  | 'NotFound'
  | 'MethodNotAllowed'
  | 'AlreadyExists'
  | 'Conflict'
  | 'Gone'
  | 'Invalid'
  | 'TooManyRequests'
  | 'TooLargeResourceVersion'
  | 'ServerTimeout'
  | 'ServerError'
  | 'UnexpectedStatus'
  | 'ConnectionFailed'
  | 'ConnectionLost'
  | 'TlsFailed'
  | 'DeadlineExceeded'
  | 'Aborted'
  | 'MalformedResponse'
  | 'WriteDenied';

/** What is known about a failed request. */
export interface KubeErrorDetails {
  readonly reason: KubeErrorReason;
  /** HTTP status, when there was an answer. */
  readonly status?: number;
  /** `GET /api/v1/pods`: what was asked, without its query. */
  readonly request?: string;
  /** How long the server asked to wait (Retry-After), in milliseconds. */
  readonly retryAfterMs?: number;
  /** Field errors of a 422 answer, as the server words them. */
  readonly causes?: readonly { readonly field?: string; readonly message?: string }[];
  readonly cause?: unknown;
}

/** A request to the API server that failed. The reason is for code, the message for people. */
export class KubeError extends Error {
  override readonly name = 'KubeError';
  readonly reason: KubeErrorReason;
  readonly status: number | undefined;
  readonly request: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly causes: NonNullable<KubeErrorDetails['causes']>;

  constructor(message: string, details: KubeErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.reason = details.reason;
    this.status = details.status;
    this.request = details.request;
    this.retryAfterMs = details.retryAfterMs;
    this.causes = details.causes ?? [];
  }

  /**
   * True when a request that changes something may or may not have taken effect: read live before deciding
   * what to do next.
   */
  get outcomeUnknown(): boolean {
    switch (this.reason) {
      case 'ConnectionLost':
      case 'DeadlineExceeded':
      case 'Aborted':
      case 'MalformedResponse':
      case 'ServerTimeout':
      case 'ServerError':
      case 'UnexpectedStatus':
        return true;
      default:
        return false;
    }
  }
}

/** True if `error` is a KubeError with one of the given reasons. */
export function isKubeError(error: unknown, ...reasons: readonly KubeErrorReason[]): error is KubeError {
  return error instanceof KubeError && (reasons.length === 0 || reasons.includes(error.reason));
}

/** Any thrown value as an Error. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
