// Answers from the past, as a client gets them from an API server that lags behind or was restored from a backup.
import type { IncomingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Action } from '../script.ts';

interface RecordedAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Records whole answers, such as those of lists, and gives them again later. */
export class AnswerTape {
  readonly #answers: RecordedAnswer[] = [];

  /** How many answers have been recorded. */
  get length(): number {
    return this.#answers.length;
  }

  /** Passes the request through and records its answer. */
  record(): Action {
    return async (exchange) => {
      const answer = await exchange.forward();
      const { statusCode: status = 0, headers } = answer;
      const recorded = { status, headers, body: await buffer(answer) };
      this.#answers.push(recorded);
      exchange.answer(status, contentType(recorded), recorded.body);
    };
  }

  /**
   * Answers with a recorded answer; the request is not passed on.
   *
   * @param number - which one, counted from 1 in the order of recording
   */
  replayOlderAnswer(number = 1): Action {
    return (exchange) => {
      const recorded = this.#answers[number - 1];
      if (recorded === undefined) {
        throw new Error(`there is no recorded answer ${number}, only ${this.#answers.length}`);
      }
      exchange.answer(recorded.status, contentType(recorded), recorded.body);
    };
  }
}

function contentType({ headers }: RecordedAnswer): Record<string, string> {
  return { 'content-type': headers['content-type'] ?? 'application/json' };
}
