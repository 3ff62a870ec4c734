// Requests as they come over a socket.
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { ApiFailure } from '../api/failure.ts';
import type { ApiRequest, UserInfo } from '../api/request.ts';
import { userOf } from '../access/index.ts';
import { type ProtobufReader, protobufType } from './protobuf.ts';

/** What the real server takes at most. */
const bodyLimitBytes = 3 * 1024 * 1024;

/**
 * Reads the body of a request, if it has one.
 *
 * @throws ApiFailure 413 for one that is too long. It is read to its end all the same: who is still sending does not listen
 */
export async function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const { headers } = incoming;
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) return undefined;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > bodyLimitBytes) chunks.length = 0;
    else chunks.push(chunk);
  }
  if (length > bodyLimitBytes) {
    const message = `Request entity too large: limit is ${bodyLimitBytes}`;
    throw new ApiFailure(413, 'RequestEntityTooLarge', message);
  }
  return Buffer.concat(chunks);
}

/** The request as the model sees it. A body in protobuf that can be read is JSON from here on. */
export function apiRequest(
  incoming: IncomingMessage,
  user: UserInfo,
  body: Buffer | undefined,
  protobuf: ProtobufReader,
): ApiRequest {
  // Node.js gives one string for each header but set-cookie, which is none of a request.
  const headers = incoming.headers as Readonly<Record<string, string>>;
  const isProtobuf = body !== undefined && headers['content-type']?.startsWith(protobufType) === true;
  const json = isProtobuf ? protobuf.json(body) : undefined;
  const [path = '', ...query] = (incoming.url ?? '').split('?');
  return {
    method: incoming.method ?? '',
    path,
    query: new URLSearchParams(query.join('?')),
    headers: json === undefined ? headers : { ...headers, 'content-type': 'application/json' },
    body: json ?? body?.toString(),
    user,
  };
}

/**
 * The user of a connection's client certificate, undefined if the client has shown none.
 *
 * @throws ApiFailure 401 for a certificate that is not of the server's authority
 */
export function certificateUser(socket: Socket): UserInfo | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const { subject } = socket.getPeerCertificate() as { subject?: { CN?: string; O?: string | string[] } };
  if (subject === undefined) return undefined;
  if (!socket.authorized) throw new ApiFailure(401, 'Unauthorized', 'Unauthorized');
  return userOf(subject.CN ?? '', [subject.O ?? []].flat());
}
