import type { IncomingMessage } from 'node:http';

/** A request as the proxy saw it. What happens to it is filled in as it happens. */
export interface RequestRecord {
  /** Counted from 1 since the proxy was started, in the order in which requests were complete. */
  readonly number: number;
  readonly method: string;
  /** Without the query, escaped as the client sent it. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly userAgent: string;
  readonly body: string;
  /** Whether it asks for a watch. */
  readonly watch: boolean;
  /** What the API server answered; undefined if it was not asked or has not answered yet. */
  readonly upstreamStatus?: number;
  /** What the client was answered; undefined if it got no answer. */
  readonly status?: number;
  /** What went wrong on its way other than by a rule: the API server could not be reached, or an action or a hook threw. */
  readonly error?: string;
}

/** The record while it is being filled in. */
export type OpenRecord = { -readonly [K in keyof RequestRecord]: RequestRecord[K] };

/** Makes the record of a request whose body has been read. */
export function recordOf(number: number, request: IncomingMessage, body: string): OpenRecord {
  const [path = '', query = ''] = (request.url ?? '').split('?', 2);
  const parameters = new URLSearchParams(query);
  return {
    number,
    method: request.method ?? '',
    path,
    query: parameters,
    userAgent: request.headers['user-agent'] ?? '',
    body,
    watch: ['1', 'true'].includes(parameters.get('watch') ?? ''),
  };
}
