import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { asError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { nodeHttp } from '../core/node-http.ts';
import { type Check, runChecks } from './checks.ts';
import type { Runnable } from './runnable.ts';
import { listenError } from './start-error.ts';

export interface ProbeServerOptions {
  readonly logger: Logger;
  /** 0 takes any free port. */
  readonly port: number;
  /** Default: all addresses. */
  readonly host?: string;
  /** The flag that sets the port, for the message when it is taken. */
  readonly portFlag: string;
  /** `/healthz`: no here means that only a restart helps. That the process answers at all is the first check. */
  readonly health?: readonly Check[];
  /** `/readyz`. A standby is ready. */
  readonly ready: readonly Check[];
  /** `/metrics`. */
  readonly metrics?: () => Promise<{ readonly contentType: string; readonly body: string }>;
}

export interface ProbeServer extends Runnable {
  /** Where it listens, once it is ready. */
  readonly address: { readonly address: string; readonly port: number } | undefined;
}

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/**
 * The server for probes and metrics: `/healthz`, `/readyz` (with `?verbose` each check is listed; failures always are), `/metrics`.
 *
 * It fails with a StartError if it cannot listen.
 */
export function createProbeServer(options: ProbeServerOptions): ProbeServer {
  const { logger, port, host, portFlag } = options;
  const server = nodeHttp.createServer((request, response) => {
    void answer(options, request).then((reply) => {
      send(response, request.method === 'HEAD', reply);
    });
  });
  return {
    name: 'probes',
    get address() {
      const address = server.address();
      return typeof address === 'object' && address !== null ? address : undefined;
    },

    async run(stop) {
      try {
        server.listen({ port, ...(host === undefined ? {} : { host }) });
        await once(server, 'listening');
      } catch (thrown) {
        throw listenError(thrown, { host, port, flag: portFlag });
      }
      server.on('error', (error) => {
        logger.error({ err: error }, 'The server for probes and metrics failed');
      });
      logger.info({ address: server.address() }, 'Serving probes and metrics');
      if (!stop.aborted) await once(stop, 'abort');
      await close(server);
    },

    async ready(signal) {
      if (server.listening) return true;
      try {
        await once(server, 'listening', { signal });
        return true;
      } catch {
        return false;
      }
    },
  };
}

async function answer(options: ProbeServerOptions, request: IncomingMessage): Promise<Answer> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return text(405, 'only GET is answered\n');
  const [path, query] = (request.url ?? '').split('?');
  const verbose = new URLSearchParams(query).has('verbose');
  switch (path) {
    case '/healthz':
      return probe(options.health ?? [], verbose);
    case '/readyz':
      return probe(options.ready, verbose);
    case '/metrics':
      return metrics(options);
    default:
      return text(404, 'try /healthz, /readyz or /metrics\n');
  }
}

function probe(checks: readonly Check[], verbose: boolean): Answer {
  const report = runChecks(checks);
  return text(report.passed ? 200 : 503, report.passed && !verbose ? 'ok' : report.text);
}

async function metrics({ metrics: render, logger }: ProbeServerOptions): Promise<Answer> {
  if (render === undefined) return text(404, 'no metrics here\n');
  try {
    return { status: 200, ...(await render()) };
  } catch (thrown) {
    logger.error({ err: asError(thrown) }, 'Metrics could not be rendered');
    return text(500, 'metrics could not be rendered, see the log\n');
  }
}

function text(status: number, body: string): Answer {
  return { status, contentType: 'text/plain; charset=utf-8', body };
}

function send(response: ServerResponse, headOnly: boolean, { status, contentType, body }: Answer): void {
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    'x-content-type-options': 'nosniff',
  });
  response.end(headOnly ? undefined : body);
}

/** Scrapers keep their connections open; they must not keep the process. */
function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
