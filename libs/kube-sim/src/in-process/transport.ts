// A client's way into the model without a network. Requests take effect one after the other, each in a turn of its own.
import type { Clock } from '@neo4j-operator/clock';
import type { ApiRequest, Handler, UserInfo } from '../api/request.ts';
import type { SimRequest, SimTransport, TransportErrorFactory } from '../contract.ts';
import { exchangeThrough } from '../faults/in-process.ts';
import { type OpenRecord, recordOf } from '../faults/request-record.ts';
import type { Script } from '../faults/script.ts';
import { Answer } from './answer.ts';
import type { RequestLog } from './request-log.ts';

/** What a transport is made of. */
export interface TransportOptions {
  readonly clock: Clock;
  readonly handler: Handler;
  readonly script: Script;
  readonly user: UserInfo;
  readonly error: TransportErrorFactory;
  /** Sent unless the request says otherwise. */
  readonly userAgent: string;
  /** Where requests are written down, in the order in which they take effect. */
  readonly log: RequestLog;
}

/** Makes a transport for one user. */
export function createSimTransport(options: TransportOptions): SimTransport {
  const open = new Set<Answer>();
  let closed = false;
  const begin = async (request: SimRequest, stream: boolean): Promise<Answer> => {
    // Whoever asks goes on first, as with a network in between.
    await Promise.resolve();
    const described = `${request.method} ${request.path}`;
    const answer = new Answer(stream, (reason, why) =>
      options.error(`${described}: ${why}`, reason, described),
    );
    if (closed) answer.abort('Aborted', 'the transport is closed');
    else if (request.signal?.aborted === true) answer.abort('Aborted', 'aborted');
    if (answer.over) return answer;
    request.admit?.(request.deadlineMs ?? Infinity);
    send(options, request, answer);
    if (!answer.settled) limit(answer, request, options.clock);
    open.add(answer);
    answer.onDone(() => open.delete(answer));
    return answer;
  };
  return {
    request: async (request) => (await begin(request, false)).whole(),
    stream: async (request) => (await begin(request, true)).stream(),
    close: () => {
      closed = true;
      for (const answer of [...open]) answer.abort('Aborted', 'the transport is closed');
      return Promise.resolve();
    },
  };
}

function send(
  { handler, script, clock, user, userAgent, log }: TransportOptions,
  sent: SimRequest,
  reply: Answer,
): void {
  const { method, path, body } = sent;
  const query = new URLSearchParams();
  for (const name in sent.query) {
    const value = sent.query[name];
    if (value !== undefined) query.append(name, value);
  }
  const headers: Record<string, string> = { 'user-agent': userAgent };
  for (const name in sent.headers) headers[name.toLowerCase()] = sent.headers[name] ?? '';
  const agent = headers['user-agent'] ?? '';
  const details = { method, path, query, userAgent: agent, body: body ?? '' };
  const record: OpenRecord = { ...recordOf(log.next, details), user: user.name };
  log.add(record);
  const request: ApiRequest = { method, path, query, headers, body, user };
  exchangeThrough(script, { handler, request, record, reply, clock });
}

/** Ends the wait for an answer at its deadline, or when the client says so; a stream may be given up as long as it lasts. */
function limit(answer: Answer, { deadlineMs, signal }: SimRequest, clock: Clock): void {
  if (deadlineMs !== undefined) {
    const timer = clock.setTimer(deadlineMs, () => {
      if (!answer.settled) answer.abort('DeadlineExceeded', `no answer within ${deadlineMs} ms`);
    });
    answer.onDone(() => {
      timer.cancel();
    });
  }
  if (signal === undefined) return;
  const onAbort = (): void => {
    answer.abort('Aborted', 'aborted');
  };
  signal.addEventListener('abort', onAbort, { once: true });
  answer.onDone(() => {
    signal.removeEventListener('abort', onAbort);
  });
}
