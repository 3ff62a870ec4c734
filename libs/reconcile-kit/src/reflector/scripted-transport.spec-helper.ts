import { KubeError } from '../core/errors.ts';
import type { KubeRequest, KubeResponse, KubeStream, KubeTransport } from '../transport/transport.ts';

/** A transport whose other side is the test: each request waits until the test takes and answers it. */
export class ScriptedTransport implements KubeTransport {
  /** All requests, in order. */
  readonly requests: KubeRequest[] = [];
  readonly #waiting: ScriptedExchange[] = [];
  readonly #all: ScriptedExchange[] = [];

  stream(request: KubeRequest): Promise<KubeStream> {
    this.requests.push(request);
    const exchange = new ScriptedExchange(request);
    this.#waiting.push(exchange);
    this.#all.push(exchange);
    return exchange.stream;
  }

  /** The oldest request that nobody has taken. */
  take(): ScriptedExchange {
    const exchange = this.#waiting.shift();
    if (exchange === undefined) throw new Error('no request is waiting');
    return exchange;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Connections that are open, or being opened. */
  get open(): number {
    return this.#all.filter(({ isOver }) => !isOver).length;
  }

  request(): Promise<KubeResponse> {
    return Promise.reject(new Error('only streams are scripted'));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** One request and its answer. */
export class ScriptedExchange {
  readonly stream: Promise<KubeStream>;
  isOver = false;
  readonly #queue: Uint8Array[] = [];
  #end: 'open' | 'ended' | KubeError = 'open';
  #wake: () => void = () => undefined;
  readonly #resolve: (stream: KubeStream) => void;
  readonly #reject: (error: KubeError) => void;

  readonly request: KubeRequest;

  constructor(request: KubeRequest) {
    this.request = request;
    const { promise, resolve, reject } = Promise.withResolvers<KubeStream>();
    this.stream = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    request.signal?.addEventListener('abort', () => {
      this.fail('Aborted');
    });
  }

  /** Sends the headers. */
  answer(status = 200, headers: Readonly<Record<string, string>> = {}): this {
    this.#resolve({
      status,
      headers,
      chunks: this.#chunks(),
      close: () => {
        this.isOver = true;
        this.end();
      },
    });
    return this;
  }

  send(...lines: readonly (object | string)[]): this {
    return this.sendBytes(
      new TextEncoder().encode(
        lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''),
      ),
    );
  }

  sendBytes(bytes: Uint8Array): this {
    if (this.#end === 'open') this.#queue.push(bytes);
    this.#wake();
    return this;
  }

  end(): void {
    if (this.#end === 'open') this.#end = 'ended';
    this.#wake();
  }

  /** The connection breaks, before the headers or after. */
  fail(reason: KubeError['reason']): void {
    const error = new KubeError(`scripted: ${reason}`, { reason });
    if (this.#end === 'open') this.#end = error;
    this.isOver = true;
    this.#reject(error);
    this.#wake();
  }

  async *#chunks(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const chunk = this.#queue.shift();
        if (this.isOver && this.#end === 'ended') return;
        if (chunk !== undefined) yield chunk;
        else if (this.#end === 'ended') return;
        else if (this.#end !== 'open') throw this.#end;
        else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        }
      }
    } finally {
      this.isOver = true;
    }
  }
}
