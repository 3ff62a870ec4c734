import { describe, expect, it } from '@jest/globals';
import { map, take } from 'rxjs';
import { keyOf } from '../core/key.ts';
import { type Pod, pod } from '../reflector/pods.spec-helper.ts';
import { DeltaFeed } from './delta-feed.ts';
import type { Delta } from './informer.ts';

function addition(name: string, initial = false): Delta<Pod> {
  const next = pod(name, 1);
  return { type: 'added', key: keyOf(next), next, initial };
}

/** A feed over a store that is a list of names. */
function harness() {
  const names: string[] = [];
  const reported: string[] = [];
  const feed = new DeltaFeed<Pod>(
    () => names.map((name) => addition(name, true)),
    ({ message }) => reported.push(message),
  );
  return {
    feed,
    reported,
    add(name: string): void {
      names.push(name);
      feed.push([addition(name)]);
    },
    /** Subscribes, and gives what is heard; `then` runs at each batch. */
    listen(then: (heard: readonly string[]) => void = () => undefined): string[] {
      const heard: string[] = [];
      feed.deltas$.subscribe((deltas) => {
        for (const delta of deltas) {
          if (delta.type === 'added')
            heard.push(`${delta.next.metadata.name}${delta.initial ? ' initial' : ''}`);
        }
        then(heard);
      });
      return heard;
    },
  };
}

describe('deltas$', () => {
  it('starts with what is there, then gives every change once', () => {
    const { add, listen } = harness();
    add('a');
    const heard = listen();
    add('b');
    expect(heard).toEqual(['a initial', 'b']);
  });

  it('gives all subscribers the same order when one of them makes a change', () => {
    const { add, listen } = harness();
    const first = listen(({ length }) => {
      if (length === 1) add('b');
    });
    const second = listen();
    add('a');
    expect(first).toEqual(['a', 'b']);
    expect(second).toEqual(['a', 'b']);
  });

  it('loses nothing that a subscriber changes while it gets its first batch', () => {
    const { add, listen } = harness();
    add('a');
    const heard = listen(({ length }) => {
      if (length === 1) add('b');
    });
    expect(heard).toEqual(['a initial', 'b']);
  });

  it('gives a subscriber that comes within a batch nothing twice', () => {
    const { add, listen } = harness();
    let late: string[] | undefined;
    listen(({ length }) => {
      if (length > 1) return;
      add('b');
      late = listen();
    });
    add('a');
    add('c');
    expect(late).toEqual(['a initial', 'b initial', 'c']);
  });

  it('goes on for all when a subscriber throws, even at its first batch', () => {
    const { add, listen, reported } = harness();
    add('a');
    const thrower = listen(({ length }) => {
      throw new Error(`at ${String(length)}`);
    });
    const other = listen();
    add('b');
    add('c');
    expect(thrower).toEqual(['a initial', 'b', 'c']);
    expect(other).toEqual(['a initial', 'b', 'c']);
    expect(reported).toEqual(['at 1', 'at 2', 'at 3']);
  });

  it('goes on for the others when a chain of operators throws, or ends', () => {
    const { feed, add, listen, reported } = harness();
    const errors: unknown[] = [];
    const thrower$ = feed.deltas$.pipe(
      map(() => {
        throw new Error('mapper');
      }),
    );
    thrower$.subscribe({ error: (error: unknown) => errors.push(error) });
    thrower$.subscribe();
    feed.deltas$.pipe(take(1)).subscribe();
    const heard = listen();
    add('a');
    add('b');
    expect(heard).toEqual(['a', 'b']);
    expect(errors).toEqual([new Error('mapper')]);
    expect(reported).toEqual(['mapper']);
  });

  it('completes, and gives nothing after that', () => {
    const { feed, add, listen } = harness();
    let completed = 0;
    feed.deltas$.subscribe({ complete: () => completed++ });
    const heard = listen(() => {
      feed.complete();
    });
    add('a');
    add('b');
    feed.deltas$.subscribe({ complete: () => completed++ });
    expect(heard).toEqual(['a']);
    expect(completed).toBe(2);
  });
});
