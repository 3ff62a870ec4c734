import type { Reply } from './in-process.ts';
import type { OpenRecord } from './request-record.ts';

/** A client in process, and what it sees. */
export class Client {
  status: number | undefined;
  headers: Readonly<Record<string, string>> = {};
  body = '';
  /** How the answer ended, if it has. */
  end: 'end' | 'reset' | 'fin' | undefined;
  record: OpenRecord | undefined;
  readonly #gone = new AbortController();

  /** Where its answer goes. */
  get reply(): Reply {
    return {
      begin: (status, headers) => {
        this.status = status;
        this.headers = headers;
      },
      write: (chunk) => {
        this.body += Buffer.from(chunk).toString();
      },
      drained: () => Promise.resolve(),
      end: () => {
        this.end ??= 'end';
        this.leave();
      },
      breakOff: (how) => {
        this.end ??= how;
        this.leave();
      },
      gone: this.#gone.signal,
    };
  }

  leave(): void {
    this.#gone.abort();
  }
}
