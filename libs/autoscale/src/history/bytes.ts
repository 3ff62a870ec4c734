// Little-endian bytes, written and read in order. The reader trusts nothing: whatever is not as a writer would have written it is refused.
import { HistoryError } from './error.ts';

export const startAgain = 'Begin with an empty history: what was learned is lost and will be learned again.';
const encodeLess = 'Encode only what the record functions of this library made.';

/** The error for bytes that a writer would not have written. */
export function corrupt(what: string, cause?: unknown): HistoryError {
  return new HistoryError('Corrupt', `The bytes of the history make no sense: ${what}.`, startAgain, {
    cause,
  });
}

/** The error for a value that a reader would not accept. */
export function outOfBounds(what: string): HistoryError {
  return new HistoryError('OutOfBounds', `The history cannot be encoded: ${what}.`, encodeLess);
}

/** The one pattern for a missing value: others, and infinities, are not accepted. */
const missing = 0x7f_c0_00_00;
const exponent = 0x7f_80_00_00;

export class ByteWriter {
  #bytes = new Uint8Array(4096);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  uint8(value: number): void {
    const at = this.#reserve(1);
    this.#view.setUint8(at, value);
  }

  uint32(value: number): void {
    const at = this.#reserve(4);
    this.#view.setUint32(at, value, true);
  }

  float64(value: number): void {
    if (!Number.isFinite(value)) throw outOfBounds(`${value} is not a number`);
    const at = this.#reserve(8);
    this.#view.setFloat64(at, value, true);
  }

  /** Seven bits a byte, the low ones first, all but the last byte with the high bit set. */
  varint(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0)
      throw outOfBounds(`${value} is not a whole number from 0 on`);
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.uint8((rest % 0x80) | 0x80);
    this.uint8(rest);
  }

  float32s(values: Float32Array): void {
    let at = this.#reserve(values.length * 4);
    for (const value of values) {
      if (Number.isNaN(value)) this.#view.setUint32(at, missing, true);
      else if (Number.isFinite(value)) this.#view.setFloat32(at, value, true);
      else throw outOfBounds('a value is infinite');
      at += 4;
    }
  }

  bytes(values: Uint8Array): void {
    const at = this.#reserve(values.length);
    this.#bytes.set(values, at);
  }

  /** All that was written so far. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #reserve(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const longer = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2));
      longer.set(this.#bytes);
      this.#bytes = longer;
      this.#view = new DataView(longer.buffer);
    }
    return at;
  }
}

export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  uint8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  float64(): number {
    const value = this.#view.getFloat64(this.#take(8), true);
    if (!Number.isFinite(value)) throw corrupt(`${value} is not a number`);
    return value;
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.uint8();
      value += (byte & 0x7f) * scale;
      if (!Number.isSafeInteger(value) || (byte === 0 && scale > 1))
        throw corrupt('a number is written wrongly');
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
  }

  float32s(count: number): Float32Array {
    let at = this.#take(count * 4);
    const values = new Float32Array(count);
    for (let index = 0; index < count; index += 1, at += 4) {
      const bits = this.#view.getUint32(at, true);
      if ((bits & exponent) === exponent && bits !== missing) throw corrupt('a value is infinite');
      values[index] = this.#view.getFloat32(at, true);
    }
    return values;
  }

  bytes(count: number): Uint8Array {
    const at = this.#take(count);
    return this.#bytes.subarray(at, at + count);
  }

  /** To be called when all was read. */
  finish(): void {
    if (this.#at !== this.#bytes.length) throw corrupt('there is more after the end');
  }

  #take(count: number): number {
    const at = this.#at;
    if (count > this.#bytes.length - at) throw corrupt('the end comes too early');
    this.#at += count;
    return at;
  }
}
