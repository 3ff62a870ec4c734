import { Observable, type Observer, type OperatorFunction, Subscriber, type Subscription } from 'rxjs';
import { asError } from '../core/errors.ts';

/**
 * The same observable, but its consumers cannot end the process. RxJS throws what a consumer throws, and what ends a chain of operators that
 * nobody hears, from a timer: here both are reported instead, and a consumer that has thrown goes on getting values.
 *
 * It covers whoever subscribes to it directly or behind `pipe`. What is made of it otherwise, as by `merge`, is an ordinary observable.
 */
export function guarded<T>(source: Observable<T>, report: (error: Error) => void): Observable<T> {
  return new GuardedObservable(source, report);
}

class GuardedObservable<T> extends Observable<T> {
  readonly #report: (error: Error) => void;

  constructor(inner: Observable<T>, report: (error: Error) => void) {
    super((subscriber) => inner.subscribe(subscriber));
    this.#report = report;
  }

  override subscribe(
    observerOrNext?: Partial<Observer<T>> | ((value: T) => void) | null,
    error?: ((error: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription {
    // An operator: what it throws goes down its chain, to a consumer that is guarded where it subscribes.
    if (observerOrNext instanceof Subscriber) return super.subscribe(observerOrNext);
    const consumer =
      typeof observerOrNext === 'object' && observerOrNext !== null
        ? observerOrNext
        : { next: observerOrNext ?? undefined, error: error ?? undefined, complete: complete ?? undefined };
    return super.subscribe({
      next: (value) => {
        this.#guard(() => consumer.next?.(value));
      },
      error: (thrown) => {
        if (consumer.error === undefined) this.#report(asError(thrown));
        else this.#guard(() => consumer.error?.(thrown));
      },
      complete: () => {
        this.#guard(() => consumer.complete?.());
      },
    });
  }

  /** The types of the operators fit each other: that is checked against the signatures of `Observable`. */
  override pipe(...operators: readonly OperatorFunction<never, unknown>[]): Observable<never> {
    const piped = operators.reduce<Observable<unknown>>(
      (chain, operator) => operator(chain as Observable<never>),
      this,
    );
    return guarded(piped as Observable<never>, this.#report);
  }

  #guard(call: () => void): void {
    try {
      call();
    } catch (thrown) {
      this.#report(asError(thrown));
    }
  }
}
