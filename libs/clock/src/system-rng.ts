import type { Rng } from './rng.ts';

/** The machine's own randomness; `bytes` comes from the cryptographic generator. */
export const systemRng: Rng = {
  next: () => Math.random(),
  bytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
};
