// Answers from the past, as a client gets them from an API server that lags behind or was restored from a backup.
import { buffer } from 'node:stream/consumers';
import type { Action, Exchange } from '../exchange.ts';

interface RecordedAnswer {
  readonly status: number;
  readonly contentType: string;
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
      const { status, headers, body } = await exchange.forward();
      const contentType = headers['content-type'];
      const recorded = {
        status,
        contentType: typeof contentType === 'string' ? contentType : 'application/json',
        body: await buffer(body),
      };
      this.#answers.push(recorded);
      give(exchange, recorded);
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
      give(exchange, recorded);
    };
  }
}

function give(exchange: Exchange, { status, contentType, body }: RecordedAnswer): void {
  exchange.answer(status, { 'content-type': contentType }, body);
}
