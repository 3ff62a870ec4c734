import type { Socket } from 'node:net';
import { type Clock, sleep } from '@neo4j-operator/clock';
import type { SimEndpoint, SimFailure } from '../contract.ts';
import { frame, FrameReader } from './framing.ts';
import { Handshake, type HandshakeStep } from './handshake.ts';
import { decodeStructure, encodeStructure, PackStreamError } from './packstream.ts';
import { type BoltRequest, RequestError, requestOf } from './requests.ts';
import { BoltSession, ignored, type Reply } from './session.ts';
import { type BoltVersion, boltVersionsOf } from './versions.ts';

/** What a connection is made of. */
export interface ConnectionOptions {
  readonly endpoint: SimEndpoint;
  readonly clock: Clock;
  /** `bolt-1` */
  readonly connectionId: string;
}

/** A message, what is wrong with it, or that it is none. */
type Received =
  BoltRequest | { readonly type: 'MALFORMED'; readonly failure: SimFailure } | { readonly type: 'FOREIGN' };

const tags = { SUCCESS: 0x70, RECORD: 0x71, IGNORED: 0x7e, FAILURE: 0x7f } as const;

/** What a server says to one who has mistaken the port: that all is well, and nothing. A probe by HTTP so passes on the port of Bolt. */
const emptyAnswer =
  'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

/** One client: from its bytes to messages, from answers to bytes, and what goes wrong in between. */
export class BoltConnection {
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  readonly #handshake: Handshake;
  readonly #frames = new FrameReader();
  readonly #gone = new AbortController();
  #session: BoltSession | undefined;
  readonly #queue: Received[] = [];
  #resetsInQueue = 0;
  #isBusy = false;
  #outgoing: Buffer[] = [];

  /** Takes the socket over. */
  constructor(socket: Socket, options: ConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#handshake = new Handshake(boltVersionsOf(options.endpoint.version));
    socket.on('data', (bytes) => {
      this.#take(bytes);
    });
    // That the connection broke is all there is to know; 'close' follows.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#gone.abort();
      this.#session?.end();
    });
  }

  #take(bytes: Buffer): void {
    if (this.#session !== undefined) {
      this.#receive(this.#session, bytes);
    } else if (!this.#options.endpoint.wireFaults.mute) {
      this.#shakeHands(this.#handshake.push(bytes));
    }
  }

  #shakeHands(step: HandshakeStep): void {
    switch (step.type) {
      case 'wait':
        if (step.reply.length > 0) this.#socket.write(step.reply);
        return;
      case 'refused':
        this.#socket.end(step.reply);
        return;
      case 'foreign':
        if (step.protocol === 'http') this.#socket.end(emptyAnswer);
        else this.#socket.destroy();
        return;
      case 'agreed': {
        if (step.reply.length > 0) this.#socket.write(step.reply);
        const { version, byManifest } = step;
        this.#session = new BoltSession({ ...this.#options, version, byManifest });
        this.#receive(this.#session, step.rest);
      }
    }
  }

  #receive(session: BoltSession, bytes: Buffer): void {
    if (this.#gone.signal.aborted) return;
    for (const message of this.#frames.push(bytes)) {
      const received = read(message, session.version);
      this.#queue.push(received);
      if (received.type === 'RESET') {
        this.#resetsInQueue++;
        session.interrupt();
      }
    }
    if (!this.#isBusy) void this.#work(session);
  }

  /** Answers what has come, in order. Answers that are ready together leave together. */
  async #work(session: BoltSession): Promise<void> {
    this.#isBusy = true;
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      if (next.type === 'RESET') this.#resetsInQueue--;
      if (this.#gone.signal.aborted) break;
      if (this.#options.endpoint.wireFaults.mute) continue;
      if (next.type === 'FOREIGN') {
        this.#flush();
        this.#break();
        break;
      }
      if (next.type === 'RUN' || next.type === 'BEGIN' || next.type === 'COMMIT') this.#flush();
      const reply = await this.#replyTo(session, next);
      await this.#answer(reply);
    }
    this.#flush();
    this.#isBusy = false;
  }

  async #replyTo(session: BoltSession, received: Exclude<Received, { type: 'FOREIGN' }>): Promise<Reply> {
    if (received.type === 'MALFORMED') return session.malformed(received.failure);
    // A RESET overtakes what waits before it.
    if (this.#resetsInQueue > 0 && received.type !== 'RESET' && received.type !== 'GOODBYE') return ignored;
    return session.handle(received);
  }

  async #answer(reply: Reply): Promise<void> {
    const { wireFaults } = this.#options.endpoint;
    if (reply.isDurable && wireFaults.loseAnswers) {
      this.#break();
      return;
    }
    if (wireFaults.slowMs > 0) {
      this.#flush();
      await sleep(this.#options.clock, wireFaults.slowMs, this.#gone.signal);
    }
    if (this.#options.endpoint.wireFaults.mute || this.#gone.signal.aborted) return;
    if (reply.records !== undefined) {
      const left = Math.max(0, (wireFaults.resetAfterRecords ?? Infinity) - reply.sentBefore);
      for (const record of reply.records.slice(0, left)) this.#send(tags.RECORD, [record]);
      if (left <= reply.records.length) {
        this.#flush();
        this.#break();
        return;
      }
    }
    if (reply.type !== 'NONE') {
      this.#send(tags[reply.type], reply.type === 'IGNORED' ? [] : [reply.metadata]);
    }
    if (reply.closes) {
      this.#flush();
      this.#gone.abort();
      this.#socket.end();
    }
  }

  #send(tag: number, fields: Parameters<typeof encodeStructure>[0]['fields']): void {
    this.#outgoing.push(frame(encodeStructure({ tag, fields })));
  }

  #flush(): void {
    if (this.#outgoing.length === 0) return;
    if (!this.#socket.destroyed) this.#socket.write(Buffer.concat(this.#outgoing));
    this.#outgoing = [];
  }

  /** After what has been written has left. */
  #break(): void {
    this.#outgoing = [];
    this.#gone.abort();
    this.#socket.destroySoon();
  }
}

/** Throws only what is a mistake in this program. */
function read(message: Buffer, version: BoltVersion): Received {
  try {
    return requestOf(decodeStructure(message), version);
  } catch (error) {
    if (error instanceof RequestError) return { type: 'MALFORMED', failure: error.failure };
    if (error instanceof PackStreamError) return { type: 'FOREIGN' };
    throw error;
  }
}
