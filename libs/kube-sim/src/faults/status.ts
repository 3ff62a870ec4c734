// Kubernetes' way to say that something went wrong.

const reasons = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  410: 'Expired',
  429: 'TooManyRequests',
  500: 'InternalError',
  502: 'ServiceUnavailable',
  503: 'ServiceUnavailable',
  504: 'Timeout',
} as const;

/** The HTTP statuses that rules can answer with. */
export type FailureCode = keyof typeof reasons;

/** What to say beyond the code. */
export interface FailureDetails {
  /** By default the one that the API server uses with the code. */
  readonly reason?: string;
  readonly message?: string;
  /** When the client may ask again: in `details` and, of an answer, in the header `Retry-After`. */
  readonly retryAfterSeconds?: number;
}

/** A Status object. */
export function failureStatus(code: FailureCode, details: FailureDetails = {}): Record<string, unknown> {
  const { reason = reasons[code], message = 'injected fault', retryAfterSeconds } = details;
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    code,
    ...(retryAfterSeconds === undefined ? {} : { details: { retryAfterSeconds } }),
  };
}

/** A watch event. */
export interface WatchEvent {
  readonly type: string;
  readonly object: Readonly<Record<string, unknown>>;
}

/** The event by which a watch reports that it cannot go on. */
export function errorEvent(code: FailureCode, details?: FailureDetails): WatchEvent {
  return { type: 'ERROR', object: failureStatus(code, details) };
}
