import type { Clock } from '@neo4j-operator/clock';
import { isKubeError, KubeError } from '../core/errors.ts';
import { noMetrics } from '../metrics/none.ts';
import type { RequestMetrics } from '../metrics/ports.ts';
import { headersOf, readBody, streamBody } from './body.ts';
import type { ClusterConfig } from './cluster-config.ts';
import { Connections, type Pools, sameIdentity } from './connections.ts';
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
 * A 401 is answered by reading the credentials again and, if they are others now, trying once more: tokens rotate. A GET
 * that went out on a pooled connection which the server had just closed is sent again at once; a request that changes
 * something is not, since it may have arrived.
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
    const inTime = (pools: Promise<Pools>): Promise<Pools> =>
      waitInTime(pools, request, clock, deadlineMs - (clock.monotonic() - startedAt));
    const pools = await inTime(connections.current());
    const answer = await resendIfStale(attempt, pools, request);
    if (answer.message.statusCode !== 401) return answer;
    const renewed = await inTime(connections.reload()).catch((error: unknown) => {
      answer.release();
      answer.message.destroy();
      throw error;
    });
    if (sameIdentity(pools.identity, renewed.identity)) return answer;
    answer.release();
    // Its body may never end, and nothing would hold it to a deadline.
    answer.message.destroy();
    metrics.requestRetried({ method: request.method, host: server.host, code: '401' });
    return resendIfStale(attempt, renewed, request);
  }

  /** The same request, aborted by the closing of the transport too. `unlink` must be called when it is over. */
  function linkToClosing(request: KubeRequest): {
    readonly linked: KubeRequest;
    readonly unlink: () => void;
  } {
    const controller = new AbortController();
    const abort = (): void => {
      controller.abort(request.signal?.reason);
    };
    if (request.signal?.aborted === true) abort();
    request.signal?.addEventListener('abort', abort, { once: true });
    live.add(abort);
    return {
      linked: { ...request, signal: controller.signal },
      unlink: () => {
        live.delete(abort);
        request.signal?.removeEventListener('abort', abort);
      },
    };
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
        async () => {
          const { linked, unlink } = linkToClosing(request);
          try {
            const answer = await send(linked, 'body');
            const { message } = answer;
            return {
              status: message.statusCode ?? 0,
              headers: headersOf(message),
              body: await readBody(answer),
            };
          } finally {
            unlink();
          }
        },
      ),

    stream: (request) =>
      counted<KubeStream>(
        request,
        () => 0,
        async () => {
          const { linked, unlink } = linkToClosing(request);
          try {
            return streamBody(await send(linked, 'headers'), unlink);
          } catch (error) {
            unlink();
            throw error;
          }
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

/** Waits for credentials no longer than their request has time: a plugin may hang, and late is too late to send it. */
function waitInTime(
  pools: Promise<Pools>,
  request: KubeRequest,
  clock: Clock,
  remainingMs: number,
): Promise<Pools> {
  const name = `${request.method} ${request.path}`;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      release();
      reject(
        new KubeError(`${name}: given up`, {
          reason: 'Aborted',
          request: name,
          cause: request.signal?.reason,
        }),
      );
    };
    const timer = clock.setTimer(remainingMs, () => {
      release();
      reject(new KubeError(`${name}: no credentials in time`, { reason: 'DeadlineExceeded', request: name }));
    });
    const release = (): void => {
      timer.cancel();
      request.signal?.removeEventListener('abort', onAbort);
    };
    if (request.signal?.aborted === true) onAbort();
    else request.signal?.addEventListener('abort', onAbort, { once: true });
    pools.then(resolve, reject).finally(release);
  });
}

function closedError(request: KubeRequest): KubeError {
  const name = `${request.method} ${request.path}`;
  return new KubeError(`${name}: the transport is closed`, { reason: 'Aborted', request: name });
}
