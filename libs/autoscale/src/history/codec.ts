// How each kind of value becomes bytes, said once for both directions: what one end refuses the other refuses too.
import { type ByteReader, type ByteWriter, corrupt, outOfBounds } from './bytes.ts';

export interface Codec<T> {
  /** @throws HistoryError `OutOfBounds` if `read` would not give the same value back */
  write(to: ByteWriter, value: T): void;
  /** @throws HistoryError `Corrupt` unless the bytes are what `write` writes for the value */
  read(from: ByteReader): T;
}

/** A finite number. */
export const float64: Codec<number> = {
  write: (to, value) => {
    to.float64(value);
  },
  read: (from) => from.float64(),
};

/** A whole number from 0 to the greatest that is given. */
export function whole(greatest: number): Codec<number> {
  return {
    write: (to, value) => {
      if (value > greatest || Object.is(value, -0))
        throw outOfBounds(`${value} is not within 0 and ${greatest}`);
      to.varint(value);
    },
    read: (from) => {
      const value = from.varint();
      if (value > greatest) throw corrupt(`${value} is not within 0 and ${greatest}`);
      return value;
    },
  };
}

/** Text of at most so many bytes in UTF-8. */
export function text(longest: number): Codec<string> {
  const length = whole(longest);
  return {
    write: (to, value) => {
      if (!value.isWellFormed()) throw outOfBounds('a name holds half a character');
      const bytes = new TextEncoder().encode(value);
      length.write(to, bytes.length);
      to.bytes(bytes);
    },
    read: (from) => {
      const bytes = from.bytes(length.read(from));
      try {
        return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
      } catch (cause) {
        throw corrupt('a name is not UTF-8', cause);
      }
    },
  };
}

/** One byte, then the value if there is one. */
export function optional<T>(codec: Codec<T>): Codec<T | undefined> {
  const present = whole(1);
  return {
    write: (to, value) => {
      present.write(to, value === undefined ? 0 : 1);
      if (value !== undefined) codec.write(to, value);
    },
    read: (from) => (present.read(from) === 1 ? codec.read(from) : undefined),
  };
}

/** How many, then each. */
export function list<T>(codec: Codec<T>, longest: number): Codec<readonly T[]> {
  const length = whole(longest);
  return {
    write: (to, values) => {
      length.write(to, values.length);
      for (const value of values) codec.write(to, value);
    },
    read: (from) => {
      const values: T[] = [];
      for (let left = length.read(from); left > 0; left -= 1) values.push(codec.read(from));
      return values;
    },
  };
}

/** Moments, each as what it is later than the one before. */
export function ascending(greatest: number, longest: number): Codec<readonly number[]> {
  const steps = list(whole(greatest), longest);
  return {
    write: (to, values) => {
      steps.write(
        to,
        values.map((value, at) => value - (values[at - 1] ?? 0)),
      );
    },
    read: (from) => {
      let sum = 0;
      const values = steps.read(from).map((step) => (sum += step));
      if (sum > greatest) throw corrupt(`${sum} is not within 0 and ${greatest}`);
      return values;
    },
  };
}

/** NaN is the one value that is not finite. */
export function float32s(longest: number): Codec<Float32Array> {
  const length = whole(longest);
  return {
    write: (to, values) => {
      length.write(to, values.length);
      to.float32s(values);
    },
    read: (from) => from.float32s(length.read(from)),
  };
}

/** The fields one after the other, in the order in which they stand here. */
export function struct<T extends object>(fields: { readonly [Name in keyof T]: Codec<T[Name]> }): Codec<T> {
  const names = Object.keys(fields) as (keyof T)[];
  return {
    write: (to, value) => {
      for (const name of names) fields[name].write(to, value[name]);
    },
    read: (from) => Object.fromEntries(names.map((name) => [name, fields[name].read(from)])) as T,
  };
}

/** A value that is written as another. `back` may refuse, by `corrupt`, what `forth` never makes. */
export function mapped<T, U>(codec: Codec<U>, forth: (value: T) => U, back: (value: U) => T): Codec<T> {
  return {
    write: (to, value) => {
      codec.write(to, forth(value));
    },
    read: (from) => back(codec.read(from)),
  };
}
