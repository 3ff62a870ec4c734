import { createHash } from 'node:crypto';
import { canonical } from './canonical.ts';

/** Sixteen hexadecimal digits (64 bits) of the SHA-256 of an object's canonical JSON; the same whatever order its keys are in. */
export function contentHash(value: object): string {
  return createHash('sha256')
    .update(JSON.stringify(canonical(value)))
    .digest('hex')
    .slice(0, 16);
}
