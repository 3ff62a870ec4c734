/** The one source of chance. */
export interface Rng {
  /** A number from 0 (included) to 1 (excluded). */
  next(): number;
  /** `count` bytes. The system's are fit for secrets, a seeded generator's are not. */
  bytes(count: number): Uint8Array;
}

/**
 * A generator that gives the same numbers for the same seed; for tests and simulations only.
 * The sequence is that of mulberry32, a 32-bit generator in the public domain.
 */
export function seededRng(seed: number): Rng {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    bytes: (count) => Uint8Array.from({ length: count }, () => Math.floor(next() * 256)),
  };
}

/** A random UUID (version 4, RFC 9562 section 5.4). */
export function uuid(rng: Rng): string {
  const bytes = rng.bytes(16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
