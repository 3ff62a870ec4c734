import { parseRetryAfter } from '../backoff/retry-after.ts';
import { KubeError, type KubeErrorReason } from '../core/errors.ts';
import type { KubeResponse } from '../transport/transport.ts';

interface StatusBody {
  readonly kind?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly details?: {
    readonly name?: string;
    readonly retryAfterSeconds?: number;
    readonly causes?: readonly {
      readonly reason?: string;
      readonly field?: string;
      readonly message?: string;
    }[];
  };
}

/**
 * The error that an answer outside 2xx stands for.
 *
 * @param request - names what was asked: `GET /api/v1/pods`
 * @param nowMs - wall-clock time in epoch milliseconds, for a Retry-After that is a date
 * @param name - the object that was asked for; if another one was not found, that says nothing of it
 */
export function statusError(
  response: KubeResponse,
  request: string,
  nowMs: number,
  name?: string,
): KubeError {
  const body = parseStatus(response.body);
  const retryAfterMs = retryAfter(response.headers, body, nowMs);
  const causes = body?.details?.causes ?? [];
  return new KubeError(
    `${request}: ${body?.message ?? `the API server answered ${String(response.status)}`}`,
    {
      reason: reasonOf(response.status, body, name),
      status: response.status,
      request,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      causes: causes.map(({ field, message }) => ({
        ...(field === undefined ? {} : { field }),
        ...(message === undefined ? {} : { message }),
      })),
    },
  );
}

/** The error that an ERROR event of a watch stands for; its object is a Status. */
export function watchStatusError(status: unknown, request: string): KubeError {
  const code = isStatus(status) && typeof status.code === 'number' ? status.code : 500;
  return statusError(
    { status: code, headers: {}, body: new TextEncoder().encode(JSON.stringify(status ?? {})) },
    request,
    0,
  );
}

function reasonOf(status: number, body: StatusBody | undefined, name: string | undefined): KubeErrorReason {
  if (body?.details?.causes?.some((cause) => cause.reason === 'ResourceVersionTooLarge') === true) {
    return 'TooLargeResourceVersion';
  }
  switch (status) {
    case 400:
      return 'BadRequest';
    case 401:
      return 'Unauthorized';
    case 403:
      return 'Forbidden';
    case 404:
      return body?.reason === 'NotFound' && isAbout(body, name) ? 'NotFound' : 'UnexpectedStatus';
    case 405:
      return 'MethodNotAllowed';
    case 409:
      return body?.reason === 'AlreadyExists' ? 'AlreadyExists' : 'Conflict';
    case 410:
      return 'Gone';
    case 422:
      return 'Invalid';
    case 429:
      return 'TooManyRequests';
    case 504:
      return 'ServerTimeout';
    default:
      if (body?.reason === 'Timeout' || body?.reason === 'ServerTimeout') return 'ServerTimeout';
      return status >= 500 ? 'ServerError' : 'UnexpectedStatus';
  }
}

/** A Status that names no object is about the one that was asked for. */
function isAbout(body: StatusBody, name: string | undefined): boolean {
  const named = body.details?.name;
  return name === undefined || named === undefined || named === '' || named === name;
}

/** The header wins over the body: proxies and priority-and-fairness set only the header. */
function retryAfter(
  headers: KubeResponse['headers'],
  body: StatusBody | undefined,
  nowMs: number,
): number | undefined {
  const seconds = body?.details?.retryAfterSeconds;
  return (
    parseRetryAfter(headers['retry-after'], nowMs) ?? (seconds === undefined ? undefined : seconds * 1000)
  );
}

function parseStatus(body: Uint8Array): StatusBody | undefined {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(body));
    return isStatus(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function isStatus(value: unknown): value is StatusBody & { readonly code?: unknown } {
  return typeof value === 'object' && value !== null && (value as StatusBody).kind === 'Status';
}
