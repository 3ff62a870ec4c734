// A Bolt client that says what it is told, in the right order or not.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type Clock, sleep } from '@neo4j-operator/clock';
import { frame, FrameReader } from '../../../../libs/neo4j-sim/src/bolt/framing.ts';
import { encodeStructure } from '../../../../libs/neo4j-sim/src/bolt/packstream.ts';
import type { Message } from './interaction.ts';
import { readMessage, type WireMessage } from './wire-value.ts';

/** What comes instead of an answer. */
export type Silence = 'hung up' | 'no answer';

/** Longer than any server thinks about anything here; only a server that is wrong makes us wait so long. */
const patienceMs = 10_000;

/** One connection. */
export class WireClient {
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #frames = new FrameReader();
  readonly #messages: WireMessage[] = [];
  #bytes: Buffer = Buffer.alloc(0);
  #isClosed = false;
  #wake: () => void = () => undefined;

  private constructor(socket: Socket, clock: Clock) {
    this.#socket = socket;
    this.#clock = clock;
    socket.on('data', (bytes) => {
      this.#bytes = Buffer.concat([this.#bytes, bytes]);
      this.#wake();
    });
    // 'close' follows, and says all that matters here.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#isClosed = true;
      this.#wake();
    });
  }

  /** @param address - `host:port` */
  static async open(address: string, clock: Clock): Promise<WireClient> {
    const { hostname, port } = new URL(`tcp://${address}`);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await once(socket, 'connect');
    return new WireClient(socket, clock);
  }

  write(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  send(messages: readonly Message[]): void {
    this.write(Buffer.concat(messages.map(([tag, ...fields]) => frame(encodeStructure({ tag, fields })))));
  }

  /** The next bytes, before there are messages. */
  async bytes(count: number): Promise<Buffer | Silence> {
    while (this.#bytes.length < count) {
      const silence = await this.#more();
      if (silence !== undefined) return silence;
    }
    const taken = this.#bytes.subarray(0, count);
    this.#bytes = this.#bytes.subarray(count);
    return taken;
  }

  /** All bytes until the server hangs up. */
  async rest(): Promise<Buffer | 'no answer'> {
    for (;;) {
      const silence = await this.#more();
      if (silence === 'hung up') return this.#bytes;
      if (silence !== undefined) return silence;
    }
  }

  /** The next message. */
  async message(): Promise<WireMessage | Silence> {
    for (;;) {
      this.#messages.push(...this.#frames.push(this.#bytes).map(readMessage));
      this.#bytes = Buffer.alloc(0);
      const next = this.#messages.shift();
      if (next !== undefined) return next;
      const silence = await this.#more();
      if (silence !== undefined) return silence;
    }
  }

  close(): void {
    this.#socket.destroy();
  }

  async #more(): Promise<Silence | undefined> {
    if (this.#isClosed) return 'hung up';
    const patience = new AbortController();
    const woken = new Promise<undefined>((resolve) => {
      this.#wake = () => {
        resolve(undefined);
      };
    });
    const tired = sleep(this.#clock, patienceMs, patience.signal).then(
      () => 'no answer' as const,
      () => undefined,
    );
    const silence = await Promise.race([woken, tired]);
    patience.abort();
    return silence;
  }
}
