// Fields that the server fills in.
import type { Clock, Rng } from '@neo4j-operator/clock';
import type { Metadata } from '../api/object.ts';

const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
const suffixLength = 5;
const maxNameLength = 63;

/** Metadata of a new object: what it cannot bring along is dropped. */
export function newMetadata(sent: Metadata, uid: string, creationTimestamp: string): Metadata {
  const metadata = { ...sent, uid, creationTimestamp };
  delete metadata.resourceVersion;
  Reflect.deleteProperty(metadata, 'selfLink');
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  return metadata;
}

/** A name that begins with `prefix`. */
export function generateName(prefix: string, rng: Rng): string {
  let suffix = '';
  while (suffix.length < suffixLength) suffix += alphabet[Math.floor(rng.next() * alphabet.length)] ?? '';
  return prefix.slice(0, maxNameLength - suffixLength) + suffix;
}

/** RFC 3339 with seconds. */
export function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** The same for a clock; a text serves for as long as its second lasts. */
export function timestamps(clock: Clock): () => string {
  let second = NaN;
  let text = '';
  return () => {
    const now = Math.floor(clock.now() / 1000);
    if (now !== second) {
      second = now;
      text = timestamp(now * 1000);
    }
    return text;
  };
}

/** A random UUID (version 4); made of four draws, since every new object needs one. */
export function newUid(rng: Rng): string {
  const [a, b, c, d] = [draw(rng), draw(rng), draw(rng), draw(rng)];
  const [high, low] = [hex(b), hex((c & 0x3fffffff) | 0x80000000)];
  return `${hex(a)}-${high.slice(0, 4)}-4${high.slice(5)}-${low.slice(0, 4)}-${low.slice(4)}${hex(d)}`;
}

function draw(rng: Rng): number {
  return Math.floor(rng.next() * 2 ** 32);
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
