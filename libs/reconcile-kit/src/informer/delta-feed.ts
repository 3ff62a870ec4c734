import { Observable, type Subscriber } from 'rxjs';
import type { KubeObject } from '../core/object.ts';
import { guarded } from './guarded.ts';
import type { Delta } from './informer.ts';

interface Subscription<T extends KubeObject> {
  readonly subscriber: Subscriber<readonly Delta<T>[]>;
  /** Number of the first batch that its snapshot does not include. */
  readonly since: number;
}

/**
 * Hands batches of deltas to any number of subscribers, in one order for all: a batch that arises while another is handed
 * out waits its turn. A subscriber starts with a snapshot and misses nothing, and sees nothing twice. One that throws is reported, and
 * harms nobody.
 */
export class DeltaFeed<T extends KubeObject> {
  readonly deltas$: Observable<readonly Delta<T>[]>;
  readonly #subscriptions = new Set<Subscription<T>>();
  #waiting: (readonly Delta<T>[])[] = [];
  /** Batches ever pushed. */
  #pushed = 0;
  #draining = false;
  #completed = false;

  constructor(snapshot: () => readonly Delta<T>[], onError: (error: Error) => void) {
    const deltas$ = new Observable<readonly Delta<T>[]>((subscriber) => {
      const subscription = { subscriber, since: this.#pushed };
      const initial = snapshot();
      this.#subscriptions.add(subscription);
      this.#inTurn(() => {
        if (initial.length > 0) subscriber.next(initial);
      });
      if (this.#completed) subscriber.complete();
      return () => {
        this.#subscriptions.delete(subscription);
      };
    });
    this.deltas$ = guarded(deltas$, onError);
  }

  push(deltas: readonly Delta<T>[]): void {
    if (deltas.length === 0 || this.#completed) return;
    this.#waiting.push(deltas);
    this.#pushed++;
    this.#inTurn(() => undefined);
  }

  /** Does `first`, then hands out what waits; what arises meanwhile is left to the call that is already at it. */
  #inTurn(first: () => void): void {
    const isOutermost = !this.#draining;
    this.#draining = true;
    first();
    if (!isOutermost) return;
    for (let batch = this.#waiting[0]; batch !== undefined; batch = this.#waiting[0]) {
      const number = this.#pushed - this.#waiting.length;
      this.#waiting.shift();
      for (const subscription of [...this.#subscriptions]) {
        if (number >= subscription.since) subscription.subscriber.next(batch);
      }
    }
    this.#draining = false;
  }

  complete(): void {
    this.#completed = true;
    this.#waiting = [];
    for (const { subscriber } of [...this.#subscriptions]) subscriber.complete();
    this.#subscriptions.clear();
  }
}
