// Fields that the server fills in.
import type { Rng } from '@neo4j-operator/clock';
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
