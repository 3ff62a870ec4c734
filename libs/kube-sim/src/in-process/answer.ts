// An answer on its way to a client in this process.
import type { SimResponse, SimStream, TransportFailure } from '../contract.ts';
import type { Reply } from '../faults/in-process.ts';

type Fail = (reason: TransportFailure, why: string) => Error;

/** So many bytes are handed out in one piece. */
const pieceBytes = 64 * 1024;
/** A reader of a stream that is further behind is cut off, as the server does with slow watches. */
const mostWaiting = 100_000;

/** Collects an answer; it is settled when the client has what it waits for. */
export class Answer implements Reply {
  readonly #fail: Fail;
  readonly #stream: boolean;
  readonly #whenDone = new Set<() => void>();
  #gone: AbortController | undefined;
  #head: Pick<SimResponse, 'status' | 'headers'> | undefined;
  #waiting: (string | Uint8Array)[] = [];
  #ended = false;
  #failure: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(stream: boolean, fail: Fail) {
    this.#stream = stream;
    this.#fail = fail;
  }

  /** Whether the client waits no longer: the answer is whole, or a stream has begun. */
  get settled(): boolean {
    return this.over || (this.#stream && this.#head !== undefined);
  }

  /** Whether nothing more comes. */
  get over(): boolean {
    return this.#ended || this.#failure !== undefined;
  }

  get gone(): AbortSignal {
    this.#gone ??= new AbortController();
    return this.#gone.signal;
  }

  begin(status: number, headers: Readonly<Record<string, string>>): void {
    this.#head = { status, headers };
    this.#notify();
  }

  write(chunk: string | Uint8Array): void {
    if (this.over) return;
    this.#waiting.push(chunk);
    if (this.#stream && this.#waiting.length > mostWaiting) this.#leave(undefined);
    else this.#notify();
  }

  end(): void {
    this.#ended = true;
    this.#notify();
    this.#done();
  }

  breakOff(how: 'reset' | 'fin', afterSent: boolean): void {
    if (this.over) return;
    if (!afterSent) this.#waiting = [];
    const did = how === 'fin' ? 'closed' : 'reset';
    this.#leave(this.#fail('ConnectionLost', `the connection was ${did}`));
  }

  /** The client gives up, or is made to. */
  abort(reason: TransportFailure, why: string): void {
    if (!this.over) this.#leave(this.#fail(reason, why));
  }

  /** Calls `callback` once nothing more comes. */
  onDone(callback: () => void): void {
    if (this.over) callback();
    else this.#whenDone.add(callback);
  }

  /** Resolves when it is settled. */
  async whole(): Promise<SimResponse> {
    while (!this.over) await this.#change();
    if (this.#failure !== undefined) throw this.#failure;
    const { status, headers } = this.#head ?? { status: 0, headers: {} };
    return { status, headers, body: this.#piece(Infinity) };
  }

  /** Resolves when its headers are there. */
  async stream(): Promise<SimStream> {
    while (this.#head === undefined && !this.over) await this.#change();
    if (this.#head === undefined) throw this.#failure ?? this.#fail('ConnectionLost', 'no answer');
    return {
      ...this.#head,
      chunks: this.#chunks(),
      close: () => {
        this.#waiting = [];
        if (!this.over) this.#leave(undefined);
      },
    };
  }

  async *#chunks(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        while (this.#waiting.length > 0) yield this.#piece(pieceBytes);
        if (this.#failure !== undefined) throw this.#failure;
        if (this.#ended) return;
        await this.#change();
      }
    } finally {
      if (!this.over) this.#leave(undefined);
    }
  }

  #piece(bytes: number): Uint8Array {
    const [first] = this.#waiting;
    if (this.#waiting.length === 1 && first !== undefined) {
      this.#waiting = [];
      return asBytes(first);
    }
    let size = 0;
    let count = 0;
    while (size < bytes && count < this.#waiting.length) size += this.#waiting[count++]?.length ?? 0;
    const taken = count === this.#waiting.length ? this.#waiting : this.#waiting.slice(0, count);
    this.#waiting = count === this.#waiting.length ? [] : this.#waiting.slice(count);
    if (taken.every((chunk) => typeof chunk === 'string')) return Buffer.from(taken.join(''));
    return Buffer.concat(taken.map(asBytes));
  }

  #leave(failure: Error | undefined): void {
    this.#failure = failure;
    this.#ended = failure === undefined;
    this.#notify();
    this.#done();
    this.#gone?.abort();
  }

  #done(): void {
    for (const callback of this.#whenDone) callback();
    this.#whenDone.clear();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #notify(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}

function asBytes(chunk: string | Uint8Array): Uint8Array {
  return typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}
