// The answers of a handler as actions read them: with a body that comes by and by.
import type { ApiAnswer, LateAnswer, WatchSource } from '../api/request.ts';
import type { ServerAnswer } from './exchange.ts';

/** An answer with a body to be read. A watch is open from now on: its events are kept until they are read or `gone` is aborted. */
export function streamed(answer: ApiAnswer, gone: AbortSignal): ServerAnswer | Promise<ServerAnswer> {
  if ('later' in answer) return late(answer.later, gone);
  const { status, headers } = answer;
  if ('watch' in answer) return { status, headers, ...watchBody(answer.watch, gone) };
  return { status, headers, body: once(answer.body), discard: () => undefined };
}

/** Calls back when a signal is aborted, at once if it is already. */
export function whenAborted(signal: AbortSignal, callback: () => void): void {
  if (signal.aborted) callback();
  else signal.addEventListener('abort', callback, { once: true });
}

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
  }
  return { body: body(), discard };
}

async function late(
  later: (gone: AbortSignal) => Promise<LateAnswer>,
  gone: AbortSignal,
): Promise<ServerAnswer> {
  const over = new AbortController();
  const discard = (): void => {
    over.abort();
  };
  whenAborted(gone, discard);
  const { status, headers, body } = await later(over.signal);
  async function* buffers(): AsyncGenerator<Buffer> {
    for await (const chunk of body) yield Buffer.from(chunk);
  }
  return { status, headers, body: buffers(), discard };
}

// eslint-disable-next-line @typescript-eslint/require-await -- a body is read asynchronously, whatever it is
async function* once(body: string): AsyncGenerator<Buffer> {
  if (body !== '') yield Buffer.from(body);
}
