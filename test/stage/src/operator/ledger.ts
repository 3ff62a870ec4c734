// What an operator did to the outside, in order: what a crash can come right after.
import type { Clock } from '@neo4j-operator/clock';

/** A request that would change something, or a statement. */
export type Deed =
  | { readonly kind: 'kube'; readonly method: string; readonly path: string; readonly body: string }
  | {
      readonly kind: 'cypher';
      readonly user: string;
      readonly database: string;
      readonly addresses: readonly string[];
      readonly text: string;
      /** As they are, passwords too: a stage has no secrets. */
      readonly parameters: Readonly<Record<string, unknown>>;
    };

/** A deed and what became of it. */
export type Write = Deed & {
  /** Of the run of the operator, counted from 1. */
  readonly run: number;
  /** Milliseconds since the epoch, when it was sent. */
  readonly atMs: number;
  /**
   * `none`: it was refused, or there was nothing to change in Neo4j. `unknown`: no answer has come. A Kubernetes write that was accepted has
   * taken effect whether it changed something or not.
   */
  readonly effect: 'taken' | 'none' | 'unknown';
};

type OpenWrite = Deed & Pick<Write, 'run' | 'atMs'> & { effect: Write['effect'] };

/** The writes of all runs of an operator. */
export class Ledger {
  readonly #clock: Clock;
  readonly #writes: OpenWrite[] = [];
  readonly #onSend = new Set<(write: Write) => void>();
  readonly #onEffect = new Set<(write: Write) => void>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** All that were sent, whatever became of them. */
  get writes(): readonly Write[] {
    return this.#writes;
  }

  /** Those that took effect. */
  get effects(): readonly Write[] {
    return this.#writes.filter(({ effect }) => effect === 'taken');
  }

  /** Called before a write is sent; the result ends it. */
  onSend(listener: (write: Write) => void): () => void {
    this.#onSend.add(listener);
    return () => this.#onSend.delete(listener);
  }

  /** Called when a write has taken effect, before the operator hears of it; the result ends it. */
  onEffect(listener: (write: Write) => void): () => void {
    this.#onEffect.add(listener);
    return () => this.#onEffect.delete(listener);
  }

  /**
   * Sends a write once the one before it has been answered, or a turn of the clock later if the answer takes time: so nothing else gets
   * through between an effect and what `onEffect` does.
   *
   * @param send - asked when its turn has come; undefined if it is not to be sent any more
   * @param judge - whether an answer means that it took effect
   */
  async write<T>(
    run: number,
    deed: Deed,
    send: () => Promise<T> | undefined,
    judge: (answer: T) => 'taken' | 'none' | 'unknown',
  ): Promise<T | undefined> {
    const { promise: done, resolve: finish } = Promise.withResolvers<undefined>();
    const before = this.#last;
    this.#last = done;
    await before;
    const timer = this.#clock.setTimer(0, () => {
      finish(undefined);
    });
    try {
      const answering = send();
      if (answering === undefined) return undefined;
      const write: OpenWrite = { ...deed, run, atMs: this.#clock.now(), effect: 'unknown' };
      this.#writes.push(write);
      for (const listener of this.#onSend) listener(write);
      const answer = await answering;
      write.effect = judge(answer);
      if (write.effect === 'taken') for (const listener of this.#onEffect) listener(write);
      return answer;
    } finally {
      timer.cancel();
      finish(undefined);
    }
  }
}

/** Whether a write is about a Lease, as leader election writes them all the time. */
export function isLease(write: Write): boolean {
  return write.kind === 'kube' && write.path.includes('/coordination.k8s.io/');
}

/** Whether a write is an Event. */
export function isEvent(write: Write): boolean {
  return write.kind === 'kube' && /\/events(\/|$)/.test(write.path);
}

/** A write in one line, without values. */
export function describeWrite(write: Write): string {
  return write.kind === 'kube' ? `${write.method} ${write.path}` : `${write.database}: ${write.text}`;
}
