import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '@neo4j-operator/clock';
import { asError, KubeError } from '../core/errors.ts';
import { networkError } from './network-error.ts';
import type { KubeRequest } from './transport.ts';

/** Opens a request on a pool: `https.request` or `http.request` bound to it. */
export type OpenRequest = (options: RequestOptions) => ClientRequest;

export interface ExchangeOptions {
  readonly open: OpenRequest;
  readonly clock: Clock;
  readonly server: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly request: KubeRequest;
  readonly deadlineMs: number;
  /** Does the deadline end with the headers, or with the body? */
  readonly deadlineSpans: 'headers' | 'body';
}

/** An answer whose body has not been read. `fail` maps what breaks it; `release` must be called when it is over. */
export interface OpenAnswer {
  readonly message: IncomingMessage;
  readonly fail: (error: unknown) => KubeError;
  readonly release: () => void;
}

/** The request went out on a pooled connection that the server had closed meanwhile; nothing of an answer came. */
export class StaleConnection extends Error {}

/**
 * Sends a request and waits for the headers of the answer.
 *
 * One that needs admission is sent only when its connection stands: until then it may wait long for a free one.
 */
export function exchange(options: ExchangeOptions): Promise<OpenAnswer> {
  const { clock, server, request, deadlineMs } = options;
  const name = `${request.method} ${request.path}`;
  const { signal, admit } = request;
  const until = clock.monotonic() + deadlineMs;
  return new Promise((resolve, reject) => {
    let connected = false;
    let answered = false;
    let stop: KubeError | undefined;
    const fail = (error: unknown): KubeError =>
      stop ??
      networkError({
        error: error as NodeJS.ErrnoException,
        request: name,
        server: server.origin,
        connected,
      });
    let outgoing: ClientRequest;
    try {
      outgoing = options.open({
        method: request.method,
        path: pathOf(server, request, {}),
        headers: {
          ...options.headers,
          ...request.headers,
          ...(request.body === undefined
            ? {}
            : { 'content-length': String(Buffer.byteLength(request.body)) }),
        },
      });
    } catch (error) {
      // Certificates that do not fit together are found when the connection is opened.
      reject(fail(error));
      return;
    }
    const halt = (reason: 'DeadlineExceeded' | 'Aborted', message: string): void => {
      stop = new KubeError(`${name}: ${message}`, { reason, request: name, cause: signal?.reason });
      end(stop);
    };
    const end = (error: Error): void => {
      outgoing.destroy(error);
      if (answered) return;
      // A request that waits for a free connection would tell of its end only when it gets one.
      release();
      reject(error);
    };
    const onAbort = (): void => {
      halt('Aborted', 'given up');
    };
    const onTimeout = (): void => {
      halt(
        'DeadlineExceeded',
        `no ${answered ? 'complete ' : ''}answer within ${String(Math.round(deadlineMs))} ms`,
      );
    };
    const timer = clock.setTimer(deadlineMs, onTimeout);
    const release = (): void => {
      timer.cancel();
      signal?.removeEventListener('abort', onAbort);
    };

    const sendAdmitted = (ask: NonNullable<KubeRequest['admit']>): void => {
      const leftMs = Math.floor(until - clock.monotonic());
      // A server takes a time-out of zero for none.
      if (leftMs < 1) {
        onTimeout();
        return;
      }
      try {
        ask(leftMs);
      } catch (error) {
        end(asError(error));
        return;
      }
      outgoing.path = pathOf(server, request, { timeout: `${String(leftMs)}ms` });
      outgoing.end(request.body);
    };
    whenConnected(outgoing, server, () => {
      connected = true;
      if (admit !== undefined && !outgoing.destroyed) sendAdmitted(admit);
    });
    outgoing.once('response', (message) => {
      answered = true;
      if (options.deadlineSpans === 'headers') timer.cancel();
      resolve({ message, fail, release });
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      if (answered) return;
      release();
      const stale =
        outgoing.reusedSocket &&
        stop === undefined &&
        (error.code === 'ECONNRESET' || error.code === 'EPIPE');
      reject(stale ? new StaleConnection(error.message, { cause: fail(error) }) : fail(error));
    });
    if (signal?.aborted === true) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
    if (admit === undefined) outgoing.end(request.body);
  });
}

/** Calls back when the request has a connection that stands and, with TLS, is trusted. */
function whenConnected(outgoing: ClientRequest, server: URL, then: () => void): void {
  outgoing.once('socket', (socket: Socket) => {
    if (socket.connecting) socket.once(server.protocol === 'https:' ? 'secureConnect' : 'connect', then);
    else then();
  });
}

function pathOf(server: URL, { path, query }: KubeRequest, more: Readonly<Record<string, string>>): string {
  const given = Object.entries({ ...query, ...more }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const search = given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
  return `${server.pathname === '/' ? '' : server.pathname}${path}${search}`;
}
