import type { SimValue } from '../contract.ts';

/** A tagged list of values: each message is one. Structure signatures of the Bolt specification. */
export interface PackStructure {
  readonly tag: number;
  readonly fields: readonly SimValue[];
}

/** Bytes that are no PackStream, or hold what a {@link SimValue} cannot. */
export class PackStreamError extends Error {
  override readonly name = 'PackStreamError';
}

/** ZONED DATETIME as [UTC seconds, nanoseconds, offset in seconds]. */
const dateTimeTag = 0x49;
/** ZONED DATETIME as [UTC seconds, nanoseconds, name of the zone]. */
const dateTimeZoneIdTag = 0x69;

const smallestInteger = -(2n ** 63n);
const largestInteger = 2n ** 63n - 1n;

/** One value in PackStream. INTEGER takes the shortest form, FLOAT always eight bytes. */
export function encodeValue(value: SimValue): Buffer {
  const writer = new Writer();
  writer.value(value);
  return writer.take();
}

/**
 * One structure in PackStream.
 *
 * @param structure - at most 15 fields
 */
export function encodeStructure(structure: PackStructure): Buffer {
  const writer = new Writer();
  writer.structure(structure.tag, structure.fields);
  return writer.take();
}

/**
 * The one value that the bytes are.
 *
 * @throws PackStreamError
 */
export function decodeValue(bytes: Buffer): SimValue {
  const reader = new Reader(bytes);
  const value = reader.value();
  reader.end();
  return value;
}

/**
 * The one structure that the bytes are.
 *
 * @throws PackStreamError
 */
export function decodeStructure(bytes: Buffer): PackStructure {
  const reader = new Reader(bytes);
  const structure = reader.structure(reader.marker());
  reader.end();
  return structure;
}

class Writer {
  #bytes = Buffer.allocUnsafe(256);
  #length = 0;
  #at = 0;

  take(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  value(value: SimValue): void {
    switch (typeof value) {
      case 'boolean':
        this.#byte(value ? 0xc3 : 0xc2);
        return;
      case 'bigint':
        this.#integer(value);
        return;
      case 'number':
        this.#byte(0xc1);
        this.#room(8).writeDoubleBE(value, this.#at);
        return;
      case 'string':
        this.#text(value);
        return;
      default:
        this.#object(value);
    }
  }

  structure(tag: number, fields: readonly SimValue[]): void {
    if (fields.length > 15) throw new RangeError(`a structure of ${fields.length} fields`);
    this.#byte(0xb0 + fields.length);
    this.#byte(tag);
    for (const field of fields) this.value(field);
  }

  #object(value: Extract<SimValue, object> | null): void {
    if (value === null) {
      this.#byte(0xc0);
    } else if (value instanceof Date) {
      this.#dateTime(value);
    } else if (isList(value)) {
      this.#size(value.length, 0x90, 0xd4);
      for (const item of value) this.value(item);
    } else {
      const entries = Object.entries(value);
      this.#size(entries.length, 0xa0, 0xd8);
      for (const [key, item] of entries) {
        this.#text(key);
        this.value(item);
      }
    }
  }

  #dateTime(value: Date): void {
    const milliseconds = value.getTime();
    if (Number.isNaN(milliseconds)) throw new RangeError('an invalid date');
    const seconds = Math.floor(milliseconds / 1_000);
    const nanoseconds = (milliseconds - seconds * 1_000) * 1_000_000;
    this.structure(dateTimeTag, [BigInt(seconds), BigInt(nanoseconds), 0n]);
  }

  #integer(value: bigint): void {
    if (value >= -16n && value <= 127n) {
      this.#room(1).writeInt8(Number(value), this.#at);
    } else if (value >= -128n && value <= 127n) {
      this.#byte(0xc8);
      this.#room(1).writeInt8(Number(value), this.#at);
    } else if (value >= -32_768n && value <= 32_767n) {
      this.#byte(0xc9);
      this.#room(2).writeInt16BE(Number(value), this.#at);
    } else if (value >= -2_147_483_648n && value <= 2_147_483_647n) {
      this.#byte(0xca);
      this.#room(4).writeInt32BE(Number(value), this.#at);
    } else if (value >= smallestInteger && value <= largestInteger) {
      this.#byte(0xcb);
      this.#room(8).writeBigInt64BE(value, this.#at);
    } else {
      throw new RangeError(`${value} does not fit into 64 bits`);
    }
  }

  #text(value: string): void {
    const length = Buffer.byteLength(value);
    this.#size(length, 0x80, 0xd0);
    this.#room(length).write(value, this.#at);
  }

  #size(size: number, tinyMarker: number, marker: number): void {
    if (size < 16) {
      this.#byte(tinyMarker + size);
    } else if (size < 0x100) {
      this.#byte(marker);
      this.#byte(size);
    } else if (size < 0x1_0000) {
      this.#byte(marker + 1);
      this.#room(2).writeUInt16BE(size, this.#at);
    } else {
      this.#byte(marker + 2);
      this.#room(4).writeUInt32BE(size, this.#at);
    }
  }

  #byte(value: number): void {
    this.#room(1)[this.#at] = value;
  }

  /** Makes place for `size` bytes; they go to `#at` of what is returned. */
  #room(size: number): Buffer {
    this.#at = this.#length;
    this.#length += size;
    if (this.#length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#length, this.#bytes.length * 2));
      this.#bytes.copy(larger, 0, 0, this.#at);
      this.#bytes = larger;
    }
    return this.#bytes;
  }
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  end(): void {
    if (this.#at < this.#bytes.length) {
      throw new PackStreamError(`${this.#bytes.length - this.#at} bytes too many`);
    }
  }

  marker(): number {
    return this.#bytes.readUInt8(this.#take(1));
  }

  value(): SimValue {
    const marker = this.marker();
    if (marker < 0x80) return BigInt(marker);
    if (marker >= 0xf0) return BigInt(marker - 0x100);
    if (marker < 0x90) return this.#text(marker - 0x80);
    if (marker < 0xa0) return this.#list(marker - 0x90);
    if (marker < 0xb0) return this.#map(marker - 0xa0);
    if (marker < 0xc0) return dateOf(this.structure(marker));
    switch (marker) {
      case 0xc0:
        return null;
      case 0xc1:
        return this.#bytes.readDoubleBE(this.#take(8));
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc8:
        return BigInt(this.#bytes.readInt8(this.#take(1)));
      case 0xc9:
        return BigInt(this.#bytes.readInt16BE(this.#take(2)));
      case 0xca:
        return BigInt(this.#bytes.readInt32BE(this.#take(4)));
      case 0xcb:
        return this.#bytes.readBigInt64BE(this.#take(8));
      case 0xd0:
      case 0xd1:
      case 0xd2:
        return this.#text(this.#size(marker - 0xd0));
      case 0xd4:
      case 0xd5:
      case 0xd6:
        return this.#list(this.#size(marker - 0xd4));
      case 0xd8:
      case 0xd9:
      case 0xda:
        return this.#map(this.#size(marker - 0xd8));
      default:
        throw new PackStreamError(`a value of the marker ${hex(marker)}`);
    }
  }

  structure(marker: number): PackStructure {
    if (marker < 0xb0 || marker > 0xbf) throw new PackStreamError(`${hex(marker)} where a structure begins`);
    const tag = this.#bytes.readUInt8(this.#take(1));
    return { tag, fields: this.#list(marker - 0xb0) };
  }

  #text(length: number): string {
    const at = this.#take(length);
    return this.#bytes.toString('utf8', at, at + length);
  }

  #list(size: number): readonly SimValue[] {
    const items: SimValue[] = [];
    while (items.length < size) items.push(this.value());
    return items;
  }

  /** Through entries, so that a key such as `__proto__` is one like any other. */
  #map(size: number): Readonly<Record<string, SimValue>> {
    const entries: [string, SimValue][] = [];
    while (entries.length < size) {
      const key = this.value();
      if (typeof key !== 'string') throw new PackStreamError('a key of a map that is no text');
      entries.push([key, this.value()]);
    }
    return Object.fromEntries(entries);
  }

  #size(width: number): number {
    switch (width) {
      case 0:
        return this.#bytes.readUInt8(this.#take(1));
      case 1:
        return this.#bytes.readUInt16BE(this.#take(2));
      default:
        return this.#bytes.readUInt32BE(this.#take(4));
    }
  }

  /** Where the next `size` bytes are. */
  #take(size: number): number {
    const at = this.#at;
    if (at + size > this.#bytes.length) throw new PackStreamError('cut off');
    this.#at = at + size;
    return at;
  }
}

/** A {@link SimValue} has no other structure. What is below a millisecond is lost. */
function dateOf({ tag, fields }: PackStructure): Date {
  const [seconds, nanoseconds] = fields;
  if ((tag !== dateTimeTag && tag !== dateTimeZoneIdTag) || fields.length !== 3) {
    throw new PackStreamError(`a value of the structure ${hex(tag)}`);
  }
  if (typeof seconds !== 'bigint' || typeof nanoseconds !== 'bigint') {
    throw new PackStreamError('a date without its seconds');
  }
  const date = new Date(Number(seconds * 1_000n + nanoseconds / 1_000_000n));
  if (Number.isNaN(date.getTime())) throw new PackStreamError('a date too far away');
  return date;
}

/** `Array.isArray` does not take a read-only array out of a union. */
function isList(value: Extract<SimValue, object>): value is readonly SimValue[] {
  return Array.isArray(value);
}

function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0')}`;
}
