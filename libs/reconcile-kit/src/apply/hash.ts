import { createHash } from 'node:crypto';
import type { Json } from './canonical.ts';

/** Sixteen hexadecimal digits (64 bits) of the SHA-256 of a canonical object's JSON. */
export function contentHash(canonical: Json): string {
  return createHash('sha256').update(JSON.stringify(canonical)).digest('hex').slice(0, 16);
}
