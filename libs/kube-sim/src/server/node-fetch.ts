// Requests from the control plane to the HTTPS servers of nodes.
import type { IncomingMessage, RequestOptions } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { ApiFailure, type FieldCause } from '../api/failure.ts';
import { lateBody } from '../api/late-body.ts';
import type { LateAnswer } from '../api/request.ts';

/** A path on a node's server. */
export interface NodeTarget {
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

/** Fetches a pod's log. It never rejects: that a node says no, or nothing, is an answer in the words of the API server. */
export async function fetchFromNode(target: NodeTarget, pod: string, gone: AbortSignal): Promise<LateAnswer> {
  try {
    const answer = await open(target, gone);
    const { statusCode: status = 0 } = answer;
    if (status < 200 || status > 206) {
      return failed(refusal(status, (await buffer(answer)).toString(), pod));
    }
    return { status: 200, headers: { 'content-type': 'text/plain' }, body: untilBroken(answer) };
  } catch (error) {
    const { host, port, path } = target;
    const why =
      (error as NodeJS.ErrnoException).code === 'ECONNREFUSED' ? 'connection refused' : String(error);
    const message = `Get "https://${host}:${port}${path}": dial tcp ${host}:${port}: connect: ${why}`;
    return failed(new ApiFailure(500, undefined, message));
  }
}

async function open({ host, port, path }: NodeTarget, signal: AbortSignal): Promise<IncomingMessage> {
  // Loaded only when a log is asked for.
  const { request } = await import('node:https');
  return await new Promise((resolve, reject) => {
    // A node signs its certificate itself, and the real server does not verify it either unless it is told to.
    const options: RequestOptions & { rejectUnauthorized: boolean } = {
      host,
      port,
      path,
      signal,
      agent: false,
      rejectUnauthorized: false,
    };
    const sent = request(options, resolve);
    sent.on('error', reject);
    sent.end();
  });
}

/** A log that breaks off ends there. */
async function* untilBroken(answer: IncomingMessage): AsyncGenerator<Uint8Array> {
  try {
    yield* answer as AsyncIterable<Buffer>;
  } catch {
    return;
  }
}

function refusal(status: number, said: string, pod: string): ApiFailure {
  const where = `( pods/log ${pod})`;
  const details = { name: pod, kind: 'pods/log' };
  switch (status) {
    case 400:
      return new ApiFailure(400, 'BadRequest', said);
    case 404:
      return new ApiFailure(
        404,
        'NotFound',
        `the server could not find the requested resource ${where}`,
        details,
      );
    case 500:
      return new ApiFailure(500, 'InternalError', `Internal error occurred: ${said}`, {
        // The one cause that has no reason.
        causes: [{ message: said } as FieldCause],
      });
    case 403:
      return new ApiFailure(403, 'Forbidden', `${said} ${where}`, details);
    case 503: {
      const message = `the server is currently unable to handle the request ${where}`;
      return new ApiFailure(503, 'ServiceUnavailable', message, details);
    }
    default: {
      const message = `the server responded with the status code ${status} but did not return more information ${where}`;
      return new ApiFailure(status, undefined, message, details);
    }
  }
}

function failed({ status }: ApiFailure): LateAnswer {
  const body = lateBody(Buffer.from(JSON.stringify(status)));
  return { status: status.code, headers: { 'content-type': 'application/json' }, body };
}
