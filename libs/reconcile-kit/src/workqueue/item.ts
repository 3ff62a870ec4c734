import type { Reasons } from './reasons.ts';

/**
 * A key that the queue knows: it is queued, in work, or both.
 *
 * One object serves the list of ready items and the heap of delayed ones, which keeps a queued key below 200 bytes.
 */
export interface Item<K extends string> {
  readonly key: K;
  /**
   * `idle`: nothing is queued for the key, it is only in work. `delayed`: in the heap. `ready`: in a list.
   * `held`: ready, but in work, so it waits for `done`.
   */
  phase: 'idle' | 'delayed' | 'ready' | 'held';
  priority: number;
  reasons: Reasons;
  /** Monotonic milliseconds: while delayed, when it is due; afterwards, since when it is ready. */
  time: number;
  /** Neighbours in the list of ready items. */
  prev: Item<K> | undefined;
  next: Item<K> | undefined;
  /** Place in the heap of delayed items. */
  heapIndex: number;
  /** Breaks ties between items that fall due together: the one that was delayed first comes first. */
  order: number;
}

/** A key that nothing is queued for yet. */
export function newItem<K extends string>(key: K): Item<K> {
  return {
    key,
    phase: 'idle',
    priority: 0,
    reasons: undefined,
    time: 0,
    prev: undefined,
    next: undefined,
    heapIndex: -1,
    order: 0,
  };
}
