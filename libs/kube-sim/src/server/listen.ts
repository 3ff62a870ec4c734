// An HTTPS server in front of the model. It speaks HTTP/1.1 only: clients that prefer HTTP/2 settle for that when TLS is set up.
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import type { Clock } from '@neo4j-operator/clock';
import { ApiFailure } from '../api/failure.ts';
import type { Handler, UserInfo } from '../api/request.ts';
import { authenticate } from '../access/index.ts';
import { type RequestRecord, type Script, exchangeThrough, recordOf } from '../faults/index.ts';
import type { Reply } from '../faults/in-process.ts';
import { createAuthority } from './certificates.ts';
import { Connections } from './connections.ts';
import { ProtobufReader } from './protobuf.ts';
import { SocketReply } from './reply.ts';
import { apiRequest, certificateUser, readBody } from './request.ts';
import { type ServerAddress, type ServerUser, Users } from './users.ts';
import type { KeyPair } from './certificates.ts';

/** What is served: a simulated control plane, or as much of it as a server needs. */
export interface Served {
  readonly handler: Handler;
  /** The rules for faults. */
  readonly faults: Script;
  /** For faults that take time. */
  readonly clock: Clock;
  /** Told of the authority's certificate, PEM, which pods are to know. */
  readonly trust?: (rootCa: string) => void;
}

/** How it is served. */
export interface ListenOptions {
  /** Called with each request when it is complete and its user known, before it takes effect. */
  readonly onRequest?: (record: RequestRecord) => void;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** By default any that is free. */
  readonly port?: number;
  /** DNS names and IPv4 addresses under which clients know the server, beyond host and localhost. */
  readonly names?: readonly string[];
  /**
   * How far a watch may fall behind before it is cut off, in bytes beyond what it was to be sent when it was opened. Default 16 MiB.
   */
  readonly backlogBytes?: number;
}

/** A running server. */
export interface ApiServer {
  readonly address: ServerAddress;
  /** The connections from clients. */
  readonly connections: { readonly open: number; readonly total: number; resetAll(): void };
  /** A user with a bearer token; by default with a new one, in no group but that of all known users. */
  tokenUser(name: string, groups?: readonly string[], token?: string): ServerUser<{ readonly token: string }>;
  /** A user with a client certificate. */
  certificateUser(name: string, groups?: readonly string[]): ServerUser<KeyPair>;
  /** Ends all connections and stops listening; harmless when called twice. */
  close(): Promise<void>;
}

/** Starts a server with an authority and a certificate of its own. */
export async function listen(
  { handler, faults, clock, trust }: Served,
  options: ListenOptions = {},
): Promise<ApiServer> {
  const { host = '127.0.0.1', port: wanted = 0, names = [], backlogBytes = 16 * 1024 * 1024 } = options;
  const authority = createAuthority('kube-sim');
  const https = createHttpsServer({
    ...authority.issueServer([...new Set([host, '127.0.0.1', 'localhost', ...names])]),
    ca: authority.cert,
    requestCert: true,
    rejectUnauthorized: false,
  });
  // A client may keep its connection as long as it likes.
  https.keepAliveTimeout = 0;
  https.headersTimeout = 0;
  https.requestTimeout = 0;
  const connections = new Connections();
  // A connection below TLS can be reset, which one of TLS cannot.
  const tcp = createServer({ noDelay: true }, (socket) => {
    connections.add(socket);
    https.emit('connection', socket);
  });
  tcp.listen(wanted, host);
  await once(tcp, 'listening');
  const { port } = tcp.address() as AddressInfo;
  const address = { server: `https://${host}:${port}`, ca: authority.cert };
  trust?.(authority.cert);
  const users = new Users(address, authority);
  const certificates = new WeakMap<object, { readonly user: UserInfo | undefined }>();

  const userOf = (incoming: IncomingMessage): UserInfo => {
    const socket = incoming.socket;
    const known = certificates.get(socket) ?? { user: certificateUser(socket) };
    certificates.set(socket, known);
    return authenticate({
      headers: incoming.headers as Readonly<Record<string, string>>,
      tokens: users.tokens,
      ...(known.user === undefined ? {} : { certificate: known.user }),
    });
  };

  const protobuf = new ProtobufReader();
  let count = 0;
  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const reply = new SocketReply({ incoming, outgoing, connections, clock, backlogBytes });
    try {
      const user = userOf(incoming);
      const request = apiRequest(incoming, user, await readBody(incoming), protobuf);
      const { method, path, query, headers, body = '' } = request;
      const details = { method, path, query, userAgent: headers['user-agent'] ?? '', body };
      const record = { ...recordOf(++count, details), user: user.name };
      options.onRequest?.(record);
      exchangeThrough(faults, { handler, request, record, reply, clock });
    } catch (error) {
      if (error instanceof ApiFailure) refuse(reply, error);
      // Else the client has left while it sent its body.
      else reply.breakOff('reset', false);
    }
  };
  https.on('request', (incoming, outgoing) => void serve(incoming, outgoing));

  return {
    address,
    connections,
    tokenUser: (name, groups, token) => users.byToken(name, groups, token),
    certificateUser: (name, groups) => users.byCertificate(name, groups),
    close: async () => {
      if (!tcp.listening) return;
      const closed = once(tcp, 'close');
      tcp.close();
      https.closeAllConnections();
      connections.resetAll();
      await closed;
    },
  };
}

function refuse(reply: Reply, { status }: ApiFailure): void {
  reply.begin(status.code, { 'content-type': 'application/json' });
  reply.write(`${JSON.stringify(status)}\n`);
  reply.end();
}
