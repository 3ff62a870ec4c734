// The few requests that the harness and the suites make themselves, on purpose without any client library.
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import type { Credentials } from './credentials.ts';

/** An answer of the API server, of whatever status. */
export interface ApiAnswer {
  readonly status: number;
  /** The parsed body if it is JSON, else its text. */
  readonly body: unknown;
}

/** A request to the API server. */
export interface ApiCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query, escaped. */
  readonly path: string;
  /** An object to be sent as JSON. */
  readonly body?: unknown;
  /** By default `application/json`, for a PATCH `application/merge-patch+json`. */
  readonly contentType?: string;
}

const deadlineMs = 30_000;
const callAgent = 'controlplane-harness';

/**
 * Makes one request on a connection of its own.
 *
 * @throws Error if there is no answer, for example while the API server is down
 */
export async function apiCall(credentials: Credentials, call: ApiCall): Promise<ApiAnswer> {
  const { identity } = credentials;
  const body = call.body === undefined ? undefined : JSON.stringify(call.body);
  const patch = call.method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  return new Promise((resolve, reject) => {
    const sent = request(
      new URL(call.path, credentials.server),
      {
        method: call.method,
        ca: credentials.ca,
        agent: false,
        timeout: deadlineMs,
        ...('token' in identity ? {} : { cert: identity.cert, key: identity.key }),
        headers: {
          'user-agent': callAgent,
          accept: 'application/json',
          // Without a length Node sends the body of a DELETE in a way in which the server takes no notice of it.
          ...(body === undefined
            ? {}
            : {
                'content-type': call.contentType ?? patch,
                'content-length': String(Buffer.byteLength(body)),
              }),
          ...('token' in identity ? { authorization: `Bearer ${identity.token}` } : {}),
        },
      },
      (answer) => {
        text(answer).then((received) => {
          resolve({ status: answer.statusCode ?? 0, body: parse(received) });
        }, reject);
      },
    );
    sent.once('error', reject);
    sent.once('timeout', () => {
      sent.destroy(new Error(`no answer to ${call.method} ${call.path} within ${String(deadlineMs)} ms`));
    });
    sent.end(body);
  });
}

/** Like `apiCall`, for requests that have to succeed. */
export async function apiCallOk(
  credentials: Credentials,
  call: ApiCall,
  alsoGood: readonly number[] = [],
): Promise<unknown> {
  const { status, body } = await apiCall(credentials, call);
  if ((status >= 200 && status < 300) || alsoGood.includes(status)) return body;
  throw new Error(`${call.method} ${call.path} was answered ${String(status)}: ${JSON.stringify(body)}`);
}

function parse(received: string): unknown {
  try {
    return JSON.parse(received);
  } catch {
    return received;
  }
}
