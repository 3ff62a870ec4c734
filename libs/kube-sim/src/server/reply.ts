// The answer to a request that came over a socket.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzip } from 'node:zlib';
import type { Clock } from '@neo4j-operator/clock';
import type { AnswerHead } from '../api/request.ts';
import type { Reply } from '../faults/in-process.ts';
import type { Connections } from './connections.ts';

/** What an answer depends on. */
export interface ReplyParts {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly connections: Connections;
  readonly clock: Clock;
  /** How much may be kept for a client that does not read, beyond what it was to be sent at first. */
  readonly backlogBytes: number;
}

/** Whole answers above this size are compressed if the client likes that (as those of the real server). */
const compressedFromBytes = 128 * 1024;

/** Long enough for a client on this machine to have read what was sent, before the reset that may throw it away. */
const readableBeforeResetMs = 20;

/** Writes an answer no faster than its client reads, and cuts off a client that falls too far behind. */
export class SocketReply implements Reply {
  readonly #parts: ReplyParts;
  readonly #gone = new AbortController();
  readonly #waiting: (() => void)[] = [];
  #head: AnswerHead | undefined;
  /** Held back with the head. */
  #first: string | Buffer | undefined;
  #backlog: (string | Buffer)[] = [];
  #backlogLength = 0;
  /** How long the backlog may become: it shrinks with it. Undefined as long as a watch is being opened. */
  #allowed: number | undefined;
  #full = false;
  #unsent = 0;
  #over = false;

  constructor(parts: ReplyParts) {
    this.#parts = parts;
    const { outgoing } = parts;
    outgoing.on('drain', () => {
      this.#full = false;
      this.#catchUp();
    });
    outgoing.once('close', () => {
      this.#backlog = [];
      this.#gone.abort();
      this.#wake();
    });
  }

  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  begin(status: number, headers: Readonly<Record<string, string>>): void {
    this.#head = { status, headers };
    // A whole answer is written at once; whatever is not has its headers sent, since a watch may have nothing to say for minutes.
    queueMicrotask(() => {
      this.#sendHead();
      this.#allowed = this.#backlogLength + this.#parts.backlogBytes;
    });
  }

  write(chunk: string | Buffer): void {
    if (this.#over) return;
    if (this.#head !== undefined && this.#first === undefined) {
      this.#first = chunk;
      return;
    }
    this.#sendHead();
    if (!this.#full) {
      this.#send(chunk);
      return;
    }
    this.#backlog.push(chunk);
    this.#backlogLength += chunk.length;
    if (this.#allowed !== undefined && this.#backlogLength > this.#allowed) this.breakOff('reset', false);
  }

  async drained(): Promise<void> {
    this.#sendHead();
    if (this.#unsent === 0 || this.#gone.signal.aborted) return;
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  end(): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#head !== undefined) this.#sendWhole(this.#head, this.#first ?? '');
    else if (this.#backlog.length === 0) this.#parts.outgoing.end();
  }

  breakOff(how: 'reset' | 'fin', afterSent: boolean): void {
    if (afterSent) this.#sendHead();
    this.#over = true;
    this.#head = undefined;
    const { incoming, connections, clock } = this.#parts;
    const reset = (): void => {
      connections.resetBelow(incoming.socket);
    };
    if (how === 'fin') incoming.socket.destroySoon();
    else if (afterSent) clock.setTimer(readableBeforeResetMs, reset);
    else reset();
  }

  #sendHead(): void {
    const head = this.#head;
    if (head === undefined || this.#over) return;
    this.#head = undefined;
    this.#parts.outgoing.writeHead(head.status, { ...common, ...head.headers });
    this.#parts.outgoing.flushHeaders();
    if (this.#first !== undefined) this.#send(this.#first);
    this.#first = undefined;
  }

  #sendWhole({ status, headers }: AnswerHead, body: string | Buffer): void {
    const { incoming, outgoing } = this.#parts;
    const length = Buffer.byteLength(body);
    if (length <= compressedFromBytes || !acceptsGzip(incoming.headers['accept-encoding'])) {
      outgoing.writeHead(status, { ...common, ...headers, 'content-length': length });
      outgoing.end(body);
      return;
    }
    gzip(body, { level: 1 }, (_never, packed) => {
      const encoding = {
        'content-encoding': 'gzip',
        vary: 'Accept-Encoding',
        'content-length': packed.length,
      };
      outgoing.writeHead(status, { ...common, ...headers, ...encoding });
      outgoing.end(packed);
    });
  }

  #send(chunk: string | Buffer): void {
    this.#unsent++;
    this.#full = !this.#parts.outgoing.write(chunk, this.#onSent);
  }

  readonly #onSent = (): void => {
    if (--this.#unsent === 0 && this.#backlog.length === 0) this.#wake();
  };

  #catchUp(): void {
    let sent = 0;
    for (; sent < this.#backlog.length && !this.#full; sent++) {
      const chunk = this.#backlog[sent] ?? '';
      this.#backlogLength -= chunk.length;
      this.#send(chunk);
    }
    this.#backlog = this.#backlog.slice(sent);
    const fair = this.#backlogLength + this.#parts.backlogBytes;
    if (this.#allowed !== undefined && fair < this.#allowed) this.#allowed = fair;
    if (this.#over && this.#backlog.length === 0) this.#parts.outgoing.end();
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

const common = { 'cache-control': 'no-cache, private' };

function acceptsGzip(accepted: string | readonly string[] | undefined): boolean {
  return /(^|,) *gzip *(;(?! *q=0(\.0*)? *(,|$))|,|$)/.test(String(accepted ?? ''));
}
