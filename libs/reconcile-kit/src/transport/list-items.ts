import { KubeError } from '../core/errors.ts';
import {
  backslash,
  closeBrace,
  closeBracket,
  comma,
  isSpace,
  openBrace,
  openBracket,
  quote,
} from './json-scan.ts';

/** A List answer without its items. */
export interface ListEnvelope {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: {
    readonly resourceVersion?: string;
    /** The token of the next page; absent or empty on the last. */
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
}

/**
 * Takes a List answer apart while it arrives: the bytes of each item as soon as it is complete, at the end what is left of the list.
 * So a list is never held or parsed as a whole, however long it is.
 *
 * Items are the objects in the array `items` of the top object. An item that lies within one chunk is a view of it.
 */
export class ListScanner {
  readonly #request: string;
  readonly #envelope: Uint8Array[] = [];
  #itemPieces: Uint8Array[] = [];
  #place: 'envelope' | 'betweenItems' | 'item' = 'envelope';
  /** How many brackets are open; within an item, how many of the item's own. */
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** The string that began last at depth 1, as far as it matters: it may be the key `items`. */
  #lastString = '';

  /** @param request - what was asked, for messages: `GET /api/v1/pods` */
  constructor(request: string) {
    this.#request = request;
  }

  /**
   * Takes the next chunk.
   *
   * @returns the items that it completes
   * @throws KubeError `MalformedResponse` when an item is not an object
   */
  push(chunk: Uint8Array): readonly Uint8Array[] {
    const items: Uint8Array[] = [];
    let at = 0;
    while (at < chunk.length) {
      switch (this.#place) {
        case 'envelope':
          at = this.#scanEnvelope(chunk, at);
          break;
        case 'betweenItems':
          at = this.#scanBetweenItems(chunk, at);
          break;
        case 'item':
          at = this.#scanItem(chunk, at, items);
          break;
      }
    }
    return items;
  }

  /**
   * Says that the answer has ended.
   *
   * @returns what is left of the list
   * @throws KubeError `MalformedResponse` when the answer was cut off or is not a list
   */
  end(): ListEnvelope {
    let envelope: unknown;
    try {
      envelope = JSON.parse(Buffer.concat(this.#envelope).toString());
    } catch (cause) {
      throw this.#malformed('the answer is not a complete list', cause);
    }
    if (!isEnvelope(envelope)) throw this.#malformed('the answer is not a list');
    return envelope;
  }

  /** Up to the bracket that opens the items, or to the end of the chunk. */
  #scanEnvelope(chunk: Uint8Array, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at];
      if (this.#inString) {
        this.#stringByte(byte);
        continue;
      }
      switch (byte) {
        case quote:
          this.#inString = true;
          if (this.#depth === 1) this.#lastString = '';
          break;
        case openBracket:
          if (this.#depth === 1 && this.#lastString === 'items') {
            this.#envelope.push(chunk.subarray(from, at + 1));
            this.#place = 'betweenItems';
            return at + 1;
          }
          this.#depth++;
          break;
        case openBrace:
          this.#depth++;
          break;
        case closeBrace:
        case closeBracket:
          this.#depth--;
          break;
        case comma:
          if (this.#depth === 1) this.#lastString = '';
          break;
      }
    }
    this.#envelope.push(chunk.subarray(from));
    return chunk.length;
  }

  #stringByte(byte: number | undefined): void {
    if (this.#escaped) this.#escaped = false;
    else if (byte === backslash) this.#escaped = true;
    else if (byte === quote) {
      this.#inString = false;
      return;
    }
    if (this.#depth === 1 && byte !== undefined && this.#lastString.length < 'items'.length + 1) {
      this.#lastString += String.fromCharCode(byte);
    }
  }

  #scanBetweenItems(chunk: Uint8Array, from: number): number {
    const byte = chunk[from];
    if (byte === comma || isSpace(byte)) return from + 1;
    if (byte === closeBracket) {
      this.#place = 'envelope';
      this.#depth = 2;
      return from;
    }
    if (byte !== openBrace) throw this.#malformed('an item of the list is not an object');
    this.#place = 'item';
    this.#depth = 0;
    return from;
  }

  /** The hot loop, so its state is in local variables. Leaves with the item's end, or at the chunk's. */
  #scanItem(chunk: Uint8Array, from: number, items: Uint8Array[]): number {
    let depth = this.#depth;
    let inString = this.#inString;
    let escaped = this.#escaped;
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at];
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === quote) inString = false;
        else if (byte === backslash) escaped = true;
      } else if (byte === quote) {
        inString = true;
      } else if (byte === openBrace || byte === openBracket) {
        depth++;
      } else if (byte === closeBrace || byte === closeBracket) {
        depth--;
        if (depth === 0) {
          items.push(this.#completeItem(chunk.subarray(from, at + 1)));
          return at + 1;
        }
      }
    }
    this.#depth = depth;
    this.#inString = inString;
    this.#escaped = escaped;
    this.#itemPieces.push(chunk.subarray(from));
    return chunk.length;
  }

  #completeItem(lastPiece: Uint8Array): Uint8Array {
    const item = this.#itemPieces.length === 0 ? lastPiece : Buffer.concat([...this.#itemPieces, lastPiece]);
    this.#itemPieces = [];
    this.#place = 'betweenItems';
    this.#inString = false;
    return item;
  }

  #malformed(problem: string, cause?: unknown): KubeError {
    return new KubeError(`${this.#request}: ${problem}`, {
      reason: 'MalformedResponse',
      request: this.#request,
      cause,
    });
  }
}

/**
 * Whatever is not surely a list must not pass as an empty one, since to a cache that says that everything was deleted: another kind
 * of answer, or one whose key `items` was written in a way that the scanner did not see.
 */
function isEnvelope(value: unknown): value is ListEnvelope {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, metadata, items } = value as Record<string, unknown>;
  if (typeof kind !== 'string' || typeof metadata !== 'object' || metadata === null) return false;
  return items === null || (Array.isArray(items) && items.length === 0);
}
