const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/** A List without its items: an empty array stands for them. */
export interface ListEnvelope {
  readonly kind?: string;
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items?: unknown;
}

/**
 * Takes a List answer apart while it arrives, so that it is never parsed, or held, as a whole: a page of 500 objects can be
 * hundreds of megabytes. Feed it the chunks; each call gives the items that became complete.
 */
export class ListScanner {
  /** Where the scan is: outside the items, between two of them, or within one. */
  #place: 'envelope' | 'between' | 'item' = 'envelope';
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** The text of the last string at the top level, to recognise the key `items`. */
  #word = '';
  /** The List with an empty array of items. */
  readonly #envelope: Uint8Array[] = [];
  /** The beginning of an item that goes on in the next chunk. */
  #item: Uint8Array[] = [];

  push(chunk: Uint8Array): readonly Uint8Array[] {
    const items: Uint8Array[] = [];
    let from = 0;
    let at = this.#inString ? this.#skipString(chunk, 0) : 0;
    for (; at < chunk.length; at++) {
      switch (chunk[at]) {
        case quote:
          this.#inString = true;
          this.#word = '';
          at = this.#skipString(chunk, at + 1) - 1;
          break;
        case openBrace:
        case openBracket:
          this.#depth++;
          if (this.#place === 'between') {
            this.#place = 'item';
            from = at;
          } else if (
            this.#place === 'envelope' &&
            this.#depth === 2 &&
            chunk[at] === openBracket &&
            this.#word === 'items'
          ) {
            this.#place = 'between';
            this.#envelope.push(chunk.subarray(from, at + 1));
          }
          break;
        case closeBrace:
        case closeBracket:
          this.#depth--;
          if (this.#place === 'item' && this.#depth === 2) {
            items.push(this.#complete(chunk.subarray(from, at + 1)));
            this.#place = 'between';
          } else if (this.#place === 'between') {
            this.#place = 'envelope';
            from = at;
          }
          break;
        default:
      }
    }
    if (this.#place === 'envelope') this.#envelope.push(chunk.subarray(from));
    else if (this.#place === 'item') this.#item.push(chunk.subarray(from));
    return items;
  }

  /**
   * The rest of the List, once all chunks are in.
   *
   * @throws SyntaxError when the text was not, or not all of, a JSON value
   */
  end(): ListEnvelope {
    return JSON.parse(Buffer.concat(this.#envelope).toString('utf8')) as ListEnvelope;
  }

  /** The offset behind the string that `from` is in, or the end of the chunk if it goes on in the next one. */
  #skipString(chunk: Uint8Array, from: number): number {
    const isWord = this.#depth === 1;
    let escaped = this.#escaped;
    let at = from;
    for (; at < chunk.length; at++) {
      const byte = chunk[at];
      if (escaped) escaped = false;
      else if (byte === backslash) escaped = true;
      else if (byte === quote) {
        this.#inString = false;
        at++;
        break;
      } else if (isWord && byte !== undefined && this.#word.length <= 'items'.length) {
        this.#word += String.fromCharCode(byte);
      }
    }
    this.#escaped = escaped;
    return at;
  }

  #complete(tail: Uint8Array): Uint8Array {
    if (this.#item.length === 0) return tail;
    const whole = Buffer.concat([...this.#item, tail]);
    this.#item = [];
    return whole;
  }
}
