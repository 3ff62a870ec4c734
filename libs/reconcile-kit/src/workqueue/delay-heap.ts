import type { Item } from './item.ts';

/** The items that wait for their time: a binary heap by due time, ties in the order they were delayed. */
export class DelayHeap<K extends string> {
  readonly #items: Item<K>[] = [];
  #order = 0;

  /** The item that falls due first. */
  get first(): Item<K> | undefined {
    return this.#items[0];
  }

  /** Adds an item that is due at `dueAt`. */
  push(item: Item<K>, dueAt: number): void {
    item.time = dueAt;
    item.order = this.#order++;
    this.#items.push(item);
    this.#up(item, this.#items.length - 1);
  }

  /** Makes an item due at `dueAt`, which is before its present time. */
  hasten(item: Item<K>, dueAt: number): void {
    item.time = dueAt;
    item.order = this.#order++;
    this.#up(item, item.heapIndex);
  }

  /** Takes an item out, wherever it is. */
  remove(item: Item<K>): void {
    const hole = item.heapIndex;
    item.heapIndex = -1;
    const last = this.#items.pop();
    if (last === undefined || last === item) return;
    if (before(last, item)) this.#up(last, hole);
    else this.#down(last, hole);
  }

  clear(): void {
    this.#items.length = 0;
  }

  #up(item: Item<K>, from: number): void {
    let index = from;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = this.#items[parentIndex];
      if (parent === undefined || !before(item, parent)) break;
      this.#place(parent, index);
      index = parentIndex;
    }
    this.#place(item, index);
  }

  #down(item: Item<K>, from: number): void {
    let index = from;
    for (;;) {
      const left = this.#items[2 * index + 1];
      const right = this.#items[2 * index + 2];
      const child = left !== undefined && right !== undefined && before(right, left) ? right : left;
      if (child === undefined || !before(child, item)) break;
      const childIndex = child.heapIndex;
      this.#place(child, index);
      index = childIndex;
    }
    this.#place(item, index);
  }

  #place(item: Item<K>, index: number): void {
    this.#items[index] = item;
    item.heapIndex = index;
  }
}

function before<K extends string>(a: Item<K>, b: Item<K>): boolean {
  return a.time < b.time || (a.time === b.time && a.order < b.order);
}
