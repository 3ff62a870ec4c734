import type { Item } from './item.ts';

interface Fifo<K extends string> {
  readonly priority: number;
  head: Item<K> | undefined;
  tail: Item<K> | undefined;
  length: number;
}

/**
 * The items that can be worked on: one linked list per priority, highest first. Priorities are few; their lists are
 * never dropped, so a metric shows the ones that have run empty.
 */
export class ReadyLists<K extends string> {
  readonly #lists: Fifo<K>[] = [];

  /** True if there is no item. */
  get isEmpty(): boolean {
    return this.#lists.every((list) => list.head === undefined);
  }

  /** How many items there are of each priority that was ever used. */
  lengths(): ReadonlyMap<number, number> {
    return new Map(this.#lists.map((list) => [list.priority, list.length]));
  }

  /** Puts an item at the end of its priority. */
  push(item: Item<K>): void {
    const list = this.#listOf(item.priority);
    item.prev = list.tail;
    if (list.tail === undefined) list.head = item;
    else list.tail.next = item;
    list.tail = item;
    list.length++;
  }

  /** Takes the first item of the highest priority that has one. */
  shift(): Item<K> | undefined {
    for (const list of this.#lists) {
      const item = list.head;
      if (item !== undefined) {
        unlink(list, item);
        return item;
      }
    }
    return undefined;
  }

  /** Takes an item out, wherever it is. */
  remove(item: Item<K>): void {
    unlink(this.#listOf(item.priority), item);
  }

  clear(): void {
    this.#lists.length = 0;
  }

  #listOf(priority: number): Fifo<K> {
    let index = 0;
    for (const list of this.#lists) {
      if (list.priority === priority) return list;
      if (list.priority < priority) break;
      index++;
    }
    const list: Fifo<K> = { priority, head: undefined, tail: undefined, length: 0 };
    this.#lists.splice(index, 0, list);
    return list;
  }
}

function unlink<K extends string>(list: Fifo<K>, item: Item<K>): void {
  if (item.prev === undefined) list.head = item.next;
  else item.prev.next = item.next;
  if (item.next === undefined) list.tail = item.prev;
  else item.next.prev = item.prev;
  item.prev = undefined;
  item.next = undefined;
  list.length--;
}
