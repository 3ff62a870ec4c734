import { describe, expect, it } from '@jest/globals';
import { seededRng } from '@neo4j-operator/clock';
import fc from 'fast-check';
import { backoffDelay } from './exponential.ts';

const options = fc.record({
  baseMs: fc.integer({ min: 1, max: 10_000 }),
  factor: fc.integer({ min: 1, max: 10 }),
  maxMs: fc.integer({ min: 10_000, max: 1_000_000 }),
  jitter: fc.constant(0),
});

describe('backoffDelay', () => {
  it('doubles from the base up to the cap, and does not wait without a failure', () => {
    const delays = [0, 1, 2, 3, 18, 19, 5000].map((failures) =>
      backoffDelay({ baseMs: 5, factor: 2, maxMs: 1_000_000, jitter: 0 }, failures, seededRng(1)),
    );
    expect(delays).toEqual([0, 5, 10, 20, 655_360, 1_000_000, 1_000_000]);
  });

  it('never shrinks from one failure to the next and never passes the cap', () => {
    fc.assert(
      fc.property(options, fc.integer({ min: 0, max: 2000 }), (backoff, failures) => {
        const now = backoffDelay(backoff, failures, seededRng(1));
        const next = backoffDelay(backoff, failures + 1, seededRng(1));
        expect(next).toBeGreaterThanOrEqual(now);
        expect(next).toBeLessThanOrEqual(backoff.maxMs);
      }),
    );
  });

  it('adds at most the share of jitter, at the cap as well', () => {
    fc.assert(
      fc.property(
        options,
        fc.integer({ min: 1, max: 100 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        fc.integer(),
        (backoff, failures, jitter, seed) => {
          const plain = backoffDelay(backoff, failures, seededRng(seed));
          const jittered = backoffDelay({ ...backoff, jitter }, failures, seededRng(seed));
          expect(jittered).toBeGreaterThanOrEqual(plain);
          expect(jittered).toBeLessThanOrEqual(plain * (1 + jitter));
        },
      ),
    );
  });

  it('spreads callers that fail together', () => {
    const rng = seededRng(7);
    const delays = Array.from({ length: 50 }, () =>
      backoffDelay({ baseMs: 100, factor: 2, maxMs: 100, jitter: 0.5 }, 9, rng),
    );
    expect(new Set(delays).size).toBe(50);
  });
});
