// Rules between clients and a handler in this process, whether the clients come over a network or not.
import { type Clock, sleep, untilAborted } from '@neo4j-operator/clock';
import type { ApiRequest, Handler } from '../api/request.ts';
import { type Action, type BodyTransform, ClientGone, type Exchange, type ServerAnswer } from './exchange.ts';
import { streamed, whenAborted } from './streamed.ts';
import type { OpenRecord, RequestRecord } from './request-record.ts';
import type { Script } from './script.ts';

/** Where the answer to a request goes: to a client in process, or to the connection of one. */
export interface Reply {
  /** Status and headers; the body follows. */
  begin(status: number, headers: Readonly<Record<string, string>>): void;
  /** A piece of the body. */
  write(chunk: string | Buffer): void;
  /** Resolves when what was written has left for the client. Absent: it has at once. */
  readonly drained?: () => Promise<void>;
  /** The answer is complete. */
  end(): void;
  /** Breaks the connection off, after what has been written if `afterSent`. An answer that has not begun fails. */
  breakOff(how: 'reset' | 'fin', afterSent: boolean): void;
  /** Aborted when the client has left or its connection is broken. */
  readonly gone: AbortSignal;
}

/** A request and where its answer goes. */
export interface InProcessParts {
  readonly handler: Handler;
  readonly request: ApiRequest;
  readonly record: OpenRecord;
  readonly reply: Reply;
  /** For actions that wait. */
  readonly clock: Clock;
}

/** Has a request answered: by the action of a rule that is due, else by the handler, before this returns. */
export function exchangeThrough(script: Script, parts: InProcessParts): void {
  const action = script.empty ? undefined : script.take(parts.record);
  if (action === undefined) pass(parts);
  else void act(action, parts);
}

/** Lets an action deal with a request. What it throws is written down, and breaks the connection. It never rejects. */
export async function act(action: Action, parts: InProcessParts): Promise<void> {
  try {
    await action(new InProcessExchange(parts));
  } catch (error) {
    if (!(error instanceof ClientGone)) parts.record.error = String(error);
    parts.reply.breakOff('reset', false);
  }
}

const relayed: Action = async (exchange) => {
  await exchange.relay(await exchange.forward());
};

function pass(parts: InProcessParts): void {
  const { handler, request, record, reply } = parts;
  const answer = handler(request);
  record.upstreamStatus = record.status = answer.status;
  if ('later' in answer) {
    void act(relayed, { ...parts, handler: () => answer });
    return;
  }
  reply.begin(answer.status, answer.headers);
  if ('body' in answer) {
    if (answer.body !== '') reply.write(answer.body);
    reply.end();
    return;
  }
  const close = answer.watch.open({
    line: (line) => {
      reply.write(line);
    },
    end: () => {
      reply.end();
    },
  });
  whenAborted(reply.gone, close);
}

class InProcessExchange implements Exchange {
  readonly #parts: InProcessParts;

  constructor(parts: InProcessParts) {
    this.#parts = parts;
  }

  get request(): RequestRecord {
    return this.#parts.record;
  }

  // The handler is called before this returns its promise, so that the request takes effect at the moment of the call.
  forward(): Promise<ServerAnswer> {
    const { handler, request, record, reply } = this.#parts;
    const answer = streamed(handler(request), reply.gone);
    return Promise.resolve(answer).then((given) => {
      record.upstreamStatus = given.status;
      if (reply.gone.aborted) throw new ClientGone();
      return given;
    });
  }

  async relay(answer: ServerAnswer, transform?: BodyTransform): Promise<void> {
    const { reply } = this.#parts;
    this.#begin(answer.status, answer.headers);
    try {
      for await (const chunk of transform?.(answer.body) ?? answer.body) {
        reply.write(chunk);
        await reply.drained?.();
        if (reply.gone.aborted) throw new ClientGone();
      }
    } finally {
      answer.discard();
    }
    if (!reply.gone.aborted) reply.end();
  }

  answer(status: number, headers: Readonly<Record<string, string>>, body: string | Buffer): void {
    this.#begin(status, headers);
    if (body.length > 0) this.#parts.reply.write(body);
    this.#parts.reply.end();
  }

  reset(): void {
    this.#parts.reply.breakOff('reset', false);
  }

  resetAfterSent(): Promise<void> {
    this.#parts.reply.breakOff('reset', true);
    return untilAborted(this.#parts.reply.gone);
  }

  fin(): void {
    this.#parts.reply.breakOff('fin', true);
  }

  async wait(delayMs: number): Promise<void> {
    const { clock, reply } = this.#parts;
    if (!(await sleep(clock, delayMs, reply.gone))) throw new ClientGone();
  }

  untilClientGone(): Promise<void> {
    return untilAborted(this.#parts.reply.gone);
  }

  #begin(status: number, headers: ServerAnswer['headers']): void {
    const { reply, record } = this.#parts;
    const own = Object.entries(headers).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    );
    reply.begin(status, Object.fromEntries(own));
    record.status = status;
  }
}
