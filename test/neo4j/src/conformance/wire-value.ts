// Reads what servers send, without a word of the simulated server's own reader: one mistake cannot hide another.

/** A value on the wire. Structures, such as dates and durations, keep their tag alone. */
export type WireValue =
  | null
  | boolean
  | bigint
  | number
  | string
  | { readonly structure: number; readonly fields: readonly WireValue[] }
  | { readonly list: readonly WireValue[] }
  | { readonly map: ReadonlyMap<string, WireValue> };

/** One message of a server. */
export interface WireMessage {
  readonly tag: number;
  readonly fields: readonly WireValue[];
}

/** @throws Error if the bytes are not one structure */
export function readMessage(bytes: Buffer): WireMessage {
  const cursor = { bytes, at: 0 };
  const value = readValue(cursor);
  if (cursor.at !== bytes.length) throw new Error(`${bytes.length - cursor.at} bytes after a message`);
  if (typeof value !== 'object' || value === null || !('structure' in value)) {
    throw new Error('a message that is no structure');
  }
  return { tag: value.structure, fields: value.fields };
}

interface Cursor {
  readonly bytes: Buffer;
  at: number;
}

type Size = 1 | 2 | 4;

function readValue(cursor: Cursor): WireValue {
  const marker = unsigned(cursor, 1);
  const low = marker & 0x0f;
  switch (marker >> 4) {
    case 0x8:
      return text(cursor, low);
    case 0x9:
      return { list: items(cursor, low) };
    case 0xa:
      return { map: map(cursor, low) };
    case 0xb:
      return { structure: unsigned(cursor, 1), fields: items(cursor, low) };
    case 0xc:
      return scalar(cursor, marker);
    case 0xd:
      return sized(cursor, marker);
    default:
      // Small integers, from -16 on.
      return BigInt(marker > 0xef ? marker - 0x100 : marker);
  }
}

function scalar(cursor: Cursor, marker: number): WireValue {
  switch (marker) {
    case 0xc0:
      return null;
    case 0xc1:
      return take(cursor, 8).readDoubleBE();
    case 0xc2:
      return false;
    case 0xc3:
      return true;
    case 0xc8:
      return BigInt(take(cursor, 1).readInt8());
    case 0xc9:
      return BigInt(take(cursor, 2).readInt16BE());
    case 0xca:
      return BigInt(take(cursor, 4).readInt32BE());
    case 0xcb:
      return take(cursor, 8).readBigInt64BE();
    default:
      throw new Error(`the marker ${marker.toString(16)}`);
  }
}

function sized(cursor: Cursor, marker: number): WireValue {
  const sizes: readonly Size[] = [1, 2, 4];
  const size = unsigned(cursor, sizes[marker & 0x03] ?? 4);
  switch (marker & 0x0c) {
    case 0x0:
      return text(cursor, size);
    case 0x4:
      return { list: items(cursor, size) };
    case 0x8:
      return { map: map(cursor, size) };
    default:
      throw new Error(`the marker ${marker.toString(16)}`);
  }
}

function items(cursor: Cursor, count: number): readonly WireValue[] {
  return Array.from({ length: count }, () => readValue(cursor));
}

function map(cursor: Cursor, count: number): ReadonlyMap<string, WireValue> {
  return new Map(Array.from({ length: count }, () => [key(cursor), readValue(cursor)]));
}

function key(cursor: Cursor): string {
  const value = readValue(cursor);
  if (typeof value !== 'string') throw new Error('a key that is no text');
  return value;
}

function text(cursor: Cursor, length: number): string {
  return take(cursor, length).toString('utf8');
}

function unsigned(cursor: Cursor, size: Size): number {
  return take(cursor, size).readUIntBE(0, size);
}

function take(cursor: Cursor, length: number): Buffer {
  const taken = cursor.bytes.subarray(cursor.at, cursor.at + length);
  if (taken.length < length) throw new Error('a message is cut off');
  cursor.at += length;
  return taken;
}
