// One request on its way between a client and a server, with everything that an action can do to it.
import type { RequestRecord } from './request-record.ts';

/** Changes the body of an answer as it passes. What it yields is sent in one piece before it is asked for more. */
export type BodyTransform = (chunks: AsyncIterable<Buffer>) => AsyncIterable<Buffer>;

/** What a server answers: its headers are there, its body comes. */
export interface ServerAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: AsyncIterable<Buffer>;
  /** Gives the rest of the body up. */
  discard(): void;
}

/** Actions are written in terms of this; each carrier of requests (a proxy, a server, a transport in process) has its own. */
export interface Exchange {
  readonly request: RequestRecord;
  /**
   * Passes the request on, so that it takes effect, and gives the answer as soon as its headers are there.
   *
   * @throws ClientGone if the client leaves; an Error of the network if the server cannot be reached
   */
  forward(): Promise<ServerAnswer>;
  /** Passes an answer to the client, as fast as the client reads it. */
  relay(answer: ServerAnswer, transform?: BodyTransform): Promise<void>;
  /** Answers without the server, or with what it answered another time. */
  answer(status: number, headers: Readonly<Record<string, string>>, body: string | Buffer): void;
  /** Resets the connection: the client gets ECONNRESET. */
  reset(): void;
  /** Resets the connection once the client has had the time to read what was sent. */
  resetAfterSent(): Promise<void>;
  /** Closes the connection in the orderly way of TCP, in the middle of whatever is being sent. */
  fin(): void;
  /**
   * Waits, but not longer than the client does.
   *
   * @throws ClientGone if the client leaves
   */
  wait(delayMs: number): Promise<void>;
  /** Waits until the client has closed the connection. */
  untilClientGone(): Promise<void>;
}

/** What is done to a request instead of passing it through. */
export type Action = (exchange: Exchange) => Promise<void> | void;

/** The client has left; whatever works for it ends. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';
}
