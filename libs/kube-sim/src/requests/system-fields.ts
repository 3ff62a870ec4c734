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
  const bytes = Buffer.allocUnsafe(16);
  for (let at = 0; at < 16; at += 4) bytes.writeUInt32BE(Math.floor(rng.next() * 2 ** 32), at);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
