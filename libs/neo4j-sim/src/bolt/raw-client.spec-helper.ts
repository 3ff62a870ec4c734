import { connect, type Socket } from 'node:net';
import type { SimValue } from '../contract.ts';
import { frame, FrameReader } from './framing.ts';
import { decodeStructure, encodeStructure } from './packstream.ts';

/** A client that says what it is told, in the right order or not. */
export interface RawClient {
  readonly socket: Socket;
  /** Bytes as they are. */
  write(hex: string): void;
  /** Messages in one piece. */
  send(...messages: readonly (readonly [tag: number, ...fields: readonly SimValue[]])[]): void;
  /** The next so many bytes. */
  bytes(count: number): Promise<string>;
  /** The next so many answers: `SUCCESS {...}`. */
  answers(count: number): Promise<readonly Answer[]>;
  /** Resolves when the server has hung up, with what it had sent before. */
  closed(): Promise<string>;
}

/** An answer of the server. */
export interface Answer {
  readonly type: 'SUCCESS' | 'RECORD' | 'IGNORED' | 'FAILURE';
  readonly body: unknown;
}

export const message = {
  hello: [0x01, { user_agent: 'test/1', bolt_agent: { product: 'test/1' } }],
  logon: [0x6a, { scheme: 'basic', principal: 'neo4j', credentials: 'correct horse' }],
  wrongLogon: [0x6a, { scheme: 'basic', principal: 'neo4j', credentials: 'wrong' }],
  logoff: [0x6b],
  goodbye: [0x02],
  reset: [0x0f],
  begin: [0x11, { db: 'neo4j' }],
  commit: [0x12],
  rollback: [0x13],
  telemetry: [0x54, 1n],
  pullAll: [0x3f, { n: -1n }],
  discardAll: [0x2f, { n: -1n }],
} as const satisfies Record<string, readonly [number, ...SimValue[]]>;

export function run(text: string, parameters: Readonly<Record<string, SimValue>> = {}) {
  return [0x10, text, parameters, { db: 'neo4j' }] as const;
}

export function pull(count: bigint, queryId = -1n) {
  return [0x3f, { n: count, qid: queryId }] as const;
}

/** Connects; `version` is shaken hands on, if given: `00000805`. */
export async function connectRaw(port: number, version?: string): Promise<RawClient> {
  const socket = connect(port, '127.0.0.1');
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  let received: Buffer = Buffer.alloc(0);
  let isClosed = false;
  let wake: () => void = () => undefined;
  socket.on('data', (bytes) => {
    received = Buffer.concat([received, bytes]);
    wake();
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    isClosed = true;
    wake();
  });
  const more = async (): Promise<void> => {
    if (isClosed) throw new Error(`hung up; received: ${received.toString('hex')}`);
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  };
  const write = (hex: string): void => {
    socket.write(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
  };
  const bytes = async (count: number): Promise<string> => {
    while (received.length < count) await more();
    const taken = received.subarray(0, count).toString('hex');
    received = received.subarray(count);
    return taken;
  };
  const frames = new FrameReader();
  const messages: Buffer[] = [];
  const client: RawClient = {
    socket,
    write,
    bytes,
    send: (...all) => {
      socket.write(Buffer.concat(all.map(([tag, ...fields]) => frame(encodeStructure({ tag, fields })))));
    },
    answers: async (count) => {
      for (;;) {
        messages.push(...frames.push(received));
        received = Buffer.alloc(0);
        if (messages.length >= count) return messages.splice(0, count).map(answerOf);
        await more();
      }
    },
    closed: async () => {
      while (!isClosed) await more();
      return received.toString();
    },
  };
  if (version !== undefined) {
    write(`6060b017 ${version} 00000000 00000000 00000000`);
    await bytes(4);
  }
  return client;
}

/** Shakes hands and logs in. */
export async function login(port: number, version = '00000805'): Promise<RawClient> {
  const client = await connectRaw(port, version);
  client.send(message.hello, message.logon);
  await client.answers(2);
  return client;
}

function answerOf(bytes: Buffer): Answer {
  const { tag, fields } = decodeStructure(bytes);
  return { type: typeOf(tag), body: fields[0] };
}

function typeOf(tag: number): Answer['type'] {
  switch (tag) {
    case 0x70:
      return 'SUCCESS';
    case 0x71:
      return 'RECORD';
    case 0x7e:
      return 'IGNORED';
    case 0x7f:
      return 'FAILURE';
    default:
      throw new Error(`an answer of the tag ${tag}`);
  }
}
