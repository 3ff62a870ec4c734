// The HTTPS server of a node, where the API server fetches the logs of its pods.
import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '@neo4j-operator/clock';
import type { Pod } from '../kubelet/resources.ts';
import { findRun, isOver } from '../logs/find-run.ts';
import { type LogQuery, parseLogQuery, renderLine, selectLines } from '../logs/log-query.ts';
import type { LogStore } from '../logs/log-store.ts';
import type { RunLog } from '../logs/run-log.ts';
import type { SelfSigned } from './certificate.ts';

/** The pods of a node, as the API has them. */
export interface NodePods {
  find(namespace: string, name: string): Pod | undefined;
  /** Calls back when a pod has changed or is gone; returns what ends that. */
  onChange(uid: string, callback: () => void): () => void;
}

export interface NodeServerOptions {
  readonly address: string;
  readonly certificate: SelfSigned;
  readonly pods: NodePods;
  readonly logs: LogStore;
  readonly clock: Clock;
}

export interface NodeServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Starts it on a free port. Whoever reaches this machine's loopback addresses may ask: it holds what test programs print. */
export async function startNodeServer(options: NodeServerOptions): Promise<NodeServer> {
  const server = createServer(options.certificate, (request, response) => {
    answer(options, request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, options.address, resolve);
  });
  return { port: (server.address() as AddressInfo).port, close: () => close(server) };
}

function answer(options: NodeServerOptions, request: IncomingMessage, response: ServerResponse): void {
  const url = URL.parse(request.url ?? '/', 'https://node');
  const segments = url === null ? undefined : decoded(url.pathname);
  if (url === null || segments === undefined) {
    refuse(response, 400, '400 Bad Request');
    return;
  }
  const [, route, ...rest] = segments;
  if (route === 'healthz' || route === 'readyz' || route === 'livez') refuse(response, 200, 'ok');
  else if (route === 'containerLogs' && rest.length === 3) {
    const [namespace = '', pod = '', container = ''] = rest;
    answerLogs(options, { namespace, pod, container }, url.searchParams, response);
  } else refuse(response, 404, '404 page not found');
}

/** The parts of a path; undefined if they are not escaped as they should be. */
function decoded(path: string): readonly string[] | undefined {
  try {
    return path.split('/').map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

interface Asked {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

function answerLogs(
  { pods, logs, clock }: NodeServerOptions,
  { namespace, pod: name, container }: Asked,
  parameters: URLSearchParams,
  response: ServerResponse,
): void {
  const query = parseLogQuery(parameters);
  if (query === undefined) {
    refuse(response, 400, '{"message": "Unable to decode query."}');
    return;
  }
  const pod = pods.find(namespace, name);
  if (pod === undefined) {
    refuse(response, 404, `pod "${name}" does not exist`);
    return;
  }
  const run = findRun(pod, container, query.previous === true);
  if ('message' in run) {
    refuse(response, run.status, run.message);
    return;
  }
  const uid = pod.metadata.uid ?? '';
  const log = logs.find(uid, container, run.restartCount);
  response.writeHead(200, { 'content-type': 'text/plain' });
  // The client sees that the log is there even before it has a line.
  response.flushHeaders();
  if (log === undefined) {
    response.end();
    return;
  }
  const send = limited(response, query);
  for (const line of selectLines(log.lines, query, clock.now())) send(renderLine(line, query));
  if (query.follow !== true || query.previous === true) response.end();
  else
    follow(response, log, query, send, (callback) => {
      const check = (): void => {
        if (isOver(pods.find(namespace, name), container, run.restartCount)) callback();
      };
      const unsubscribe = pods.onChange(uid, check);
      check();
      return unsubscribe;
    });
}

/** Goes on until the run is over, the limit is reached or the client has left. */
function follow(
  response: ServerResponse,
  log: RunLog,
  query: LogQuery,
  send: (text: string | undefined) => void,
  whenOver: (callback: () => void) => () => void,
): void {
  const ends: (() => void)[] = [];
  const end = (): void => {
    response.end();
  };
  response.once('close', () => {
    for (const each of ends) each();
  });
  ends.push(
    log.follow({
      line: (line) => {
        send(renderLine(line, query));
      },
      end,
    }),
    whenOver(end),
  );
}

/** Sends until so many bytes have gone out. */
function limited(
  response: ServerResponse,
  { limitBytes = Infinity }: LogQuery,
): (text: string | undefined) => void {
  let left = limitBytes;
  return (text) => {
    if (text === undefined || response.writableEnded) return;
    const bytes = Buffer.from(text);
    response.write(bytes.length > left ? bytes.subarray(0, left) : bytes);
    left -= bytes.length;
    if (left <= 0) response.end();
  };
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'text/plain' });
  response.end(message);
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
  server.closeAllConnections();
  await closed;
}
