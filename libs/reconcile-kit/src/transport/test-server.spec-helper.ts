import 'reflect-metadata';
import type { webcrypto } from 'node:crypto';
import { createServer as createHttpsServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** A certificate authority that lives as long as the test. */
export interface Authority {
  readonly certificate: X509Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
  /** PEM */
  readonly ca: string;
}

/** Certificates are valid from 2020 on, until this unless said otherwise. */
const farAway = new Date('2120-01-01T00:00:00Z');

export async function createAuthority(): Promise<Authority> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=test authority',
    notBefore: new Date('2020-01-01T00:00:00Z'),
    notAfter: farAway,
    keys,
    signingAlgorithm: algorithm,
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
  });
  return { certificate, keys, ca: certificate.toString('pem') };
}

/** A leaf for a server (`dns`) or a client, signed by the authority. */
export async function issue(
  authority: Authority,
  options: { readonly dns?: string; readonly notAfter?: Date } = {},
): Promise<{ readonly cert: string; readonly key: string }> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.create({
    serialNumber: '02',
    subject: 'CN=test leaf',
    issuer: authority.certificate.subject,
    notBefore: new Date('2020-01-01T00:00:00Z'),
    notAfter: options.notAfter ?? farAway,
    publicKey: keys.publicKey,
    signingKey: authority.keys.privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
      new SubjectAlternativeNameExtension([{ type: 'dns', value: options.dns ?? 'localhost' }]),
    ],
  });
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return {
    cert: certificate.toString('pem'),
    key: `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`,
  };
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A server on the loopback interface that counts its connections. */
export interface TestServer {
  readonly url: string;
  /** How many connections were ever made. */
  readonly connections: number;
  /** Those that are open now. */
  readonly sockets: ReadonlySet<Socket>;
  /** Resolves once no connection is open. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** An HTTPS server. With `ca` it asks for a client certificate of that authority. */
export function startHttps(
  tls: { readonly cert: string; readonly key: string; readonly ca?: string },
  handle: Handler,
): Promise<TestServer> {
  const server = createHttpsServer(
    { ...tls, requestCert: tls.ca !== undefined, keepAliveTimeout: 0 },
    handle,
  );
  return start(server, 'https');
}

/** A server that does with each TCP connection what `handle` says. */
export function startTcp(handle: (socket: Socket) => void): Promise<TestServer> {
  return start(
    createTcpServer((socket) => {
      handle(socket);
      // An end that is not read is never noticed.
      socket.resume();
    }),
    'http',
  );
}

async function start(server: Server, scheme: string): Promise<TestServer> {
  const sockets = new Set<Socket>();
  const waiting = new Set<() => void>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      sockets.delete(socket);
      if (sockets.size > 0) return;
      for (const resolve of waiting) resolve();
      waiting.clear();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `${scheme}://localhost:${(server.address() as AddressInfo).port}`,
    get connections() {
      return connections;
    },
    sockets,
    idle: () =>
      sockets.size === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            waiting.add(resolve);
          }),
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => {
          resolve();
        });
      }),
  };
}
