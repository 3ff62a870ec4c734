import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type Listener, type ListenOptions, openPort } from '../bolt/listener.ts';
import { type HttpReply, replyTo } from './responses.ts';
import type { HttpView } from './view.ts';

/**
 * Puts an HTTP server in front of a simulated server, until one of the two is closed or stopped.
 *
 * @throws what Node gives for a port that cannot be opened or a certificate that cannot be used
 */
export function listenHttp(view: HttpView, options: ListenOptions): Promise<Listener> {
  return listen(options, view, (request) =>
    replyTo(view, {
      method: request.method ?? 'GET',
      path: pathOf(request),
      authorization: request.headers.authorization,
    }),
  );
}

/** A server that answers each request at once. */
export function listen(
  options: ListenOptions,
  owner: Pick<HttpView, 'onStop'>,
  answer: (request: IncomingMessage) => HttpReply,
): Promise<Listener> {
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const { status, contentType, headers, body } = answer(request);
    response.writeHead(status, { 'Content-Type': contentType, ...headers }).end(body);
  };
  const { tls } = options;
  const server =
    tls === undefined
      ? createHttpServer(handle)
      : createHttpsServer({ key: tls.key, cert: tls.cert }, handle);
  return openPort(server, options, (callback) => owner.onStop(callback));
}

/** Without the query. */
export function pathOf(request: IncomingMessage): string {
  const [path = '/'] = (request.url ?? '/').split('?');
  return path;
}
