import type { OpenRecord, RequestRecord } from '../faults/request-record.ts';

/** The last requests; their bodies would fill the memory otherwise. */
export class RequestLog {
  readonly #size: number;
  #records: OpenRecord[] = [];
  #count = 0;

  constructor(size: number) {
    this.#size = size;
  }

  get records(): readonly RequestRecord[] {
    return this.#records;
  }

  /** The number of the next request, counted from 1. */
  get next(): number {
    return this.#count + 1;
  }

  add(record: OpenRecord): void {
    this.#count++;
    this.#records.push(record);
    // Cut in large pieces: taking one off the front costs as much as copying all.
    if (this.#records.length > 2 * this.#size) this.#records = this.#records.slice(-this.#size);
  }
}
