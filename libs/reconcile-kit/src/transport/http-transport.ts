import type { Clock } from '@neo4j-operator/clock';
import { isKubeError, KubeError } from '../core/errors.ts';
import { noMetrics } from '../metrics/none.ts';
import type { RequestMetrics } from '../metrics/ports.ts';
import { headersOf, readBody, streamBody } from './body.ts';
import type { ClusterConfig } from './cluster-config.ts';
import { Connections, type Pools } from './connections.ts';
import { exchange, type OpenAnswer, StaleConnection } from './exchange.ts';
import type { KubeRequest, KubeResponse, KubeStream, KubeTransport } from './transport.ts';

export interface HttpTransportOptions {
  readonly config: ClusterConfig;
  readonly clock: Clock;
  /** Told to the server with each request; names this program in its audit log. */
  readonly userAgent: string;
  readonly metrics?: RequestMetrics;
  /** Milliseconds for requests that name no deadline of their own. Default 30 000. */
  readonly deadlineMs?: number;
}

/**
 * HTTP/1.1 over pooled keep-alive connections.
 *
 * A 401 is answered by reading the credentials again and trying once more: tokens rotate. A GET that went out on a pooled
 * connection which the server had just closed is sent again at once; a request that changes something is not, since it may have arrived.
 */
export function createHttpTransport(options: HttpTransportOptions): KubeTransport {
  const { config, clock } = options;
  const server = new URL(config.server);
  const metrics = options.metrics ?? noMetrics.requests();
  const connections = new Connections(config, clock);
  const closing = new AbortController();
  const live = new Set<() => void>();

  async function send(request: KubeRequest, deadlineSpans: 'headers' | 'body'): Promise<OpenAnswer> {
    if (closing.signal.aborted) throw closedError(request);
    const startedAt = clock.monotonic();
    const deadlineMs = request.deadlineMs ?? options.deadlineMs ?? 30_000;
    const attempt = (pools: Pools): Promise<OpenAnswer> =>
      exchange({
        open: deadlineSpans === 'headers' ? pools.streams : pools.requests,
        clock,
        server,
        headers: {
          accept: 'application/json',
          'user-agent': options.userAgent,
          ...(pools.identity.token === undefined ? {} : { authorization: `Bearer ${pools.identity.token}` }),
        },
        request,
        deadlineMs: Math.max(1, deadlineMs - (clock.monotonic() - startedAt)),
        deadlineSpans,
      });
    const answer = await resendIfStale(attempt, await connections.current(), request);
    if (answer.message.statusCode !== 401) return answer;
    answer.release();
    answer.message.resume();
    metrics.requestRetried({ method: request.method, host: server.host, code: '401' });
    return resendIfStale(attempt, await connections.reload(), request);
  }

  /** Fails requests that are under way when the transport closes. */
  async function untilClosed<T>(
    request: KubeRequest,
    work: (request: KubeRequest) => Promise<T>,
  ): Promise<T> {
    const controller = new AbortController();
    const abort = (): void => {
      controller.abort(request.signal?.reason);
    };
    if (request.signal?.aborted === true) abort();
    request.signal?.addEventListener('abort', abort, { once: true });
    live.add(abort);
    try {
      return await work({ ...request, signal: controller.signal });
    } finally {
      live.delete(abort);
      request.signal?.removeEventListener('abort', abort);
    }
  }

  function report(request: KubeRequest, startedAt: number, code: string, responseBytes: number): void {
    metrics.requestDone({
      method: request.method,
      host: server.host,
      code,
      durationMs: clock.monotonic() - startedAt,
      requestBytes: request.body === undefined ? 0 : Buffer.byteLength(request.body),
      responseBytes,
    });
  }

  async function counted<T extends { readonly status: number }>(
    request: KubeRequest,
    bytes: (answer: T) => number,
    work: () => Promise<T>,
  ): Promise<T> {
    const startedAt = clock.monotonic();
    try {
      const answer = await work();
      report(request, startedAt, String(answer.status), bytes(answer));
      return answer;
    } catch (error) {
      report(request, startedAt, '<error>', 0);
      throw error;
    }
  }

  return {
    request: (request) =>
      counted<KubeResponse>(
        request,
        ({ body }) => body.length,
        () =>
          untilClosed(request, async (linked) => {
            const answer = await send(linked, 'body');
            const { message } = answer;
            return {
              status: message.statusCode ?? 0,
              headers: headersOf(message),
              body: await readBody(answer),
            };
          }),
      ),

    stream: (request) =>
      counted<KubeStream>(
        request,
        () => 0,
        async () => {
          const answer = await send(request, 'headers');
          const close = (): void => {
            answer.message.destroy();
          };
          live.add(close);
          return streamBody(answer, () => live.delete(close));
        },
      ),

    async close() {
      closing.abort();
      for (const end of [...live]) end();
      connections.close();
      await Promise.resolve();
    },
  };
}

async function resendIfStale(
  attempt: (pools: Pools) => Promise<OpenAnswer>,
  pools: Pools,
  request: KubeRequest,
): Promise<OpenAnswer> {
  for (;;) {
    try {
      return await attempt(pools);
    } catch (error) {
      if (!(error instanceof StaleConnection)) throw error;
      if (request.method !== 'GET') throw isKubeError(error.cause) ? error.cause : error;
    }
  }
}

function closedError(request: KubeRequest): KubeError {
  const name = `${request.method} ${request.path}`;
  return new KubeError(`${name}: the transport is closed`, { reason: 'Aborted', request: name });
}
