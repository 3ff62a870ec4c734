// Probes and hooks over the network, as a kubelet makes them.
import { request as httpRequest } from 'node:http';
import { connect as connectHttp2, type IncomingHttpHeaders } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import type { Dial, Dialer } from '../kubelet/contract.ts';

/** Asks a pod's address. It never rejects; that nothing listens, or nothing answers in time, is undefined. */
export const dial: Dialer = async (what) => {
  if (what.signal.aborted) return undefined;
  switch (what.type) {
    case 'httpGet':
      return askHttp(what);
    case 'tcpSocket':
      return askTcp(what);
    case 'grpc':
      return askGrpc(what);
  }
};

/** What a kubelet reads of an answer: one that goes on need not end, one that does not has to. */
const mostBytes = 10_240;

/** Redirects are not followed: to another host they count as success, to the same they hardly occur. */
function askHttp({ scheme, host, port, path, headers, signal }: Dial): Promise<number | undefined> {
  return new Promise((resolve) => {
    const send = scheme === 'https' ? httpsRequest : httpRequest;
    const request = send(
      {
        host,
        port,
        path: path.startsWith('/') ? path : `/${path}`,
        headers: { 'user-agent': 'kube-probe/1.37', accept: '*/*', connection: 'close', ...headers },
        agent: false,
        signal,
        // As a kubelet: a probe asks whether the server is well, not who it is.
        ...(scheme === 'https' ? { rejectUnauthorized: false } : {}),
      },
      (answer) => {
        let bytes = 0;
        answer.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes <= mostBytes) return;
          resolve(answer.statusCode);
          request.destroy();
        });
        answer.once('end', () => {
          resolve(answer.statusCode);
        });
        answer.on('error', () => {
          resolve(undefined);
        });
      },
    );
    request.on('error', () => {
      resolve(undefined);
    });
    request.end();
  });
}

function askTcp({ host, port, signal }: Dial): Promise<number | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (answer: number | undefined) => (): void => {
      socket.destroy();
      signal.removeEventListener('abort', onAbort);
      resolve(answer);
    };
    const onAbort = end(undefined);
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('connect', end(200));
    socket.on('error', end(undefined));
  });
}

const serving = 1;

/** `grpc.health.v1.Health/Check`: one message with the service's name, answered by one with its state. */
function askGrpc({ host, port, path, signal }: Dial): Promise<number | undefined> {
  return new Promise((resolve) => {
    const session = connectHttp2(`http://${host}:${String(port)}`);
    let received = Buffer.alloc(0);
    let isOk = false;
    const end = (): void => {
      session.destroy();
      signal.removeEventListener('abort', end);
      // A length prefix of five bytes, then field 1 as a varint.
      resolve(isOk && received[5] === 0x08 && received[6] === serving ? 200 : undefined);
    };
    signal.addEventListener('abort', end, { once: true });
    session.on('error', end);
    const stream = session.request({
      ':method': 'POST',
      ':path': '/grpc.health.v1.Health/Check',
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    stream.on('trailers', (trailers: IncomingHttpHeaders) => {
      isOk = trailers['grpc-status'] === '0';
    });
    stream.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
    });
    stream.on('error', end);
    stream.on('close', end);
    stream.end(healthRequest(path));
  });
}

function healthRequest(service: string): Buffer {
  const name = Buffer.from(service);
  const message = name.length === 0 ? name : Buffer.concat([Buffer.from([0x0a, name.length]), name]);
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}
