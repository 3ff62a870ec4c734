/** A request as it is written down. What happens to it is filled in as it happens. */
export interface RequestRecord {
  /** Counted from 1, in the order in which requests were complete. */
  readonly number: number;
  readonly method: string;
  /** Without the query, escaped as the client sent it. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly userAgent: string;
  readonly body: string;
  /** Whether it asks for a watch. */
  readonly watch: boolean;
  /** Who asked, if whoever writes this down knows. */
  readonly user?: string;
  /** What the server answered; undefined if it was not asked or has not answered yet. */
  readonly upstreamStatus?: number;
  /** What the client was answered; undefined if it got no answer. */
  readonly status?: number;
  /** What went wrong on its way other than by a rule: the server could not be reached, or an action or a hook threw. */
  readonly error?: string;
}

/** The record while it is being filled in. */
export type OpenRecord = { -readonly [K in keyof RequestRecord]: RequestRecord[K] };

/** Makes the record of a request. */
export function recordOf(
  number: number,
  request: Pick<RequestRecord, 'method' | 'path' | 'query' | 'userAgent' | 'body'>,
): OpenRecord {
  const watch = request.query.get('watch');
  return { number, ...request, watch: watch === '1' || watch === 'true' };
}
