import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sleep, systemClock } from '@neo4j-operator/clock';
import { config, filter, firstValueFrom, map, Subject } from 'rxjs';
import { guarded } from './guarded.ts';

/** What would have ended the process. */
const unhandled: unknown[] = [];

beforeEach(() => {
  unhandled.length = 0;
  config.onUnhandledError = (error) => unhandled.push(error);
});

afterEach(async () => {
  // RxJS throws from a timer.
  await sleep(systemClock, 2);
  config.onUnhandledError = null;
  expect(unhandled).toEqual([]);
});

function harness() {
  const subject = new Subject<number>();
  const reported: string[] = [];
  const guarded$ = guarded(subject, ({ message }) => reported.push(message));
  return { subject, guarded$, reported };
}

function fail(message: string): never {
  throw new Error(message);
}

describe('a consumer that throws', () => {
  it('is reported, and gets what comes after', () => {
    const { subject, guarded$, reported } = harness();
    const heard: number[] = [];
    guarded$.subscribe((value) => {
      heard.push(value);
      if (value < 3) fail(`at ${String(value)}`);
    });
    for (const value of [1, 2, 3]) subject.next(value);
    expect(heard).toEqual([1, 2, 3]);
    expect(reported).toEqual(['at 1', 'at 2']);
  });

  it('is so behind operators too, and whatever it throws at', () => {
    const { subject, guarded$, reported } = harness();
    const heard: number[] = [];
    guarded$
      .pipe(
        filter((value) => value > 1),
        map((value) => value * 10),
      )
      .pipe(map((value) => String(value)))
      .subscribe({
        next: (value) => {
          heard.push(Number(value));
          fail(`at ${value}`);
        },
        complete: () => fail('at the end'),
      });
    guarded$.subscribe({ error: () => fail('not reached') });
    for (const value of [1, 2, 3]) subject.next(value);
    subject.complete();
    expect(heard).toEqual([20, 30]);
    expect(reported).toEqual(['at 20', 'at 30', 'at the end']);
  });
});

describe('a chain of operators that throws', () => {
  it('ends, and is reported if its consumer does not listen to errors', () => {
    const { subject, guarded$, reported } = harness();
    const thrower$ = guarded$.pipe(
      map(() => fail('mapper')),
      filter(() => true),
    );
    const errors: unknown[] = [];
    thrower$.subscribe();
    thrower$.subscribe({ error: (error) => errors.push(error) });
    thrower$.subscribe({ error: () => fail('handler') });
    subject.next(1);
    subject.next(2);
    expect(reported).toEqual(['mapper', 'handler']);
    expect(errors).toEqual([new Error('mapper')]);
    expect(subject.observed).toBe(false);
  });
});

describe('otherwise', () => {
  it('it is like any observable', async () => {
    const { subject, guarded$, reported } = harness();
    const seen: unknown[] = [];
    class Consumer {
      readonly name = 'consumer';
      next(value: number): void {
        seen.push([this.name, value]);
      }
    }
    const subscription = guarded$.subscribe(new Consumer());
    const other = new Subject<number>();
    other.subscribe((value) => seen.push(value));
    guarded$.subscribe(other);
    const first = firstValueFrom(guarded$.pipe(map((value) => value + 1)));
    const untouched$ = guarded$.pipe();
    untouched$.subscribe({ complete: () => seen.push('completed') });
    subject.next(1);
    subscription.unsubscribe();
    subject.next(2);
    subject.complete();
    expect(await first).toBe(2);
    expect(seen).toEqual([['consumer', 1], 1, 2, 'completed']);
    expect(reported).toEqual([]);
  });

  it('an error of the source reaches who listens to errors, and is reported for the others', () => {
    const { subject, guarded$, reported } = harness();
    const errors: unknown[] = [];
    guarded$.subscribe({ error: (error) => errors.push(error) });
    guarded$.subscribe();
    subject.error(new Error('source'));
    expect(errors).toEqual([new Error('source')]);
    expect(reported).toEqual(['source']);
  });
});
