// Rules between clients and a handler in this process, whether the clients come over a network or not.
import { type Clock, sleep, untilAborted } from '@neo4j-operator/clock';
import type { ApiAnswer, ApiRequest, Handler, WatchSource } from '../api/request.ts';
import { type Action, type BodyTransform, ClientGone, type Exchange, type ServerAnswer } from './exchange.ts';
import type { OpenRecord, RequestRecord } from './request-record.ts';
import type { Script } from './script.ts';

/** Where the answer to a request goes: to a client in process, or to the connection of one. */
export interface Reply {
  /** Status and headers; the body follows. */
  begin(status: number, headers: Readonly<Record<string, string>>): void;
  /** A piece of the body. A promise resolves when there is room for more; who does not wait for it is sure of the order all the same. */
  write(chunk: string | Buffer): Promise<void> | void;
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

function pass({ handler, request, record, reply }: InProcessParts): void {
  const answer = handler(request);
  record.upstreamStatus = record.status = answer.status;
  reply.begin(answer.status, answer.headers);
  if ('body' in answer) {
    if (answer.body !== '') void reply.write(answer.body);
    reply.end();
    return;
  }
  const close = answer.watch.open({
    line: (line) => void reply.write(line),
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
    const answer = handler(request);
    record.upstreamStatus = answer.status;
    return Promise.resolve({ status: answer.status, headers: answer.headers, ...bodyOf(answer, reply.gone) });
  }

  async relay({ status, headers, body }: ServerAnswer, transform?: BodyTransform): Promise<void> {
    const { reply } = this.#parts;
    this.#begin(status, headers);
    for await (const chunk of transform?.(body) ?? body) {
      await reply.write(chunk);
      reply.gone.throwIfAborted();
    }
    if (!reply.gone.aborted) reply.end();
  }

  answer(status: number, headers: Readonly<Record<string, string>>, body: string | Buffer): void {
    this.#begin(status, headers);
    void this.#parts.reply.write(body);
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

function bodyOf(answer: ApiAnswer, gone: AbortSignal): Pick<ServerAnswer, 'body' | 'discard'> {
  if ('watch' in answer) return watchBody(answer.watch, gone);
  return { body: once(Buffer.from(answer.body)), discard: () => undefined };
}

/** The events of a watch as a body. They are kept from now on, whether or not the body is being read already. */
function watchBody(source: WatchSource, gone: AbortSignal): Pick<ServerAnswer, 'body' | 'discard'> {
  let kept: string[] = [];
  let ended = false;
  let wake: () => void = () => undefined;
  const end = (): void => {
    ended = true;
    wake();
  };
  const close = source.open({
    line: (line) => {
      kept.push(line);
      wake();
    },
    end,
  });
  const discard = (): void => {
    close();
    end();
  };
  whenAborted(gone, discard);
  async function* body(): AsyncGenerator<Buffer> {
    try {
      for (;;) {
        const lines = kept;
        kept = [];
        for (const line of lines) yield Buffer.from(line);
        if (kept.length > 0) continue;
        if (ended) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    } finally {
      discard();
    }
  }
  return { body: body(), discard };
}

// eslint-disable-next-line @typescript-eslint/require-await -- a body is read asynchronously, whatever it is
async function* once(chunk: Buffer): AsyncGenerator<Buffer> {
  yield chunk;
}

function whenAborted(signal: AbortSignal, callback: () => void): void {
  if (signal.aborted) callback();
  else signal.addEventListener('abort', callback, { once: true });
}
