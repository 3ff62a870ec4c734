// Requests as they come over a socket.
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { ApiFailure } from '../api/failure.ts';
import type { ApiRequest, UserInfo } from '../api/request.ts';
import { userOf } from '../access/index.ts';

/** What the real server takes at most. */
const bodyLimitBytes = 3 * 1024 * 1024;

/**
 * Reads the body of a request, if it has one.
 *
 * @throws ApiFailure 413 for one that is too long; it is still to be read, or the client would not hear of it
 */
export async function readBody(incoming: IncomingMessage): Promise<string | undefined> {
  const { headers } = incoming;
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) return undefined;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > bodyLimitBytes) {
      incoming.resume();
      const message = `Request entity too large: limit is ${bodyLimitBytes}`;
      throw new ApiFailure(413, 'RequestEntityTooLarge', message);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** The request as the model sees it. */
export function apiRequest(incoming: IncomingMessage, user: UserInfo, body: string | undefined): ApiRequest {
  const [path = '', query = ''] = (incoming.url ?? '').split('?', 2);
  return {
    method: incoming.method ?? '',
    path,
    query: new URLSearchParams(query),
    // Node.js gives one string for each header but set-cookie, which is none of a request.
    headers: incoming.headers as Readonly<Record<string, string>>,
    body,
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
