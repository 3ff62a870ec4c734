import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { takeToken, type TokenBucket } from './token-bucket.ts';

const options = { burst: 3, refillMs: 100 };

/** The times at which a permit was there, of those it was asked for. */
function grants(times: readonly number[]): number[] {
  let bucket: TokenBucket | undefined;
  return times.filter((time) => {
    const taken = takeToken(options, bucket, time);
    if (taken !== undefined) bucket = taken;
    return taken !== undefined;
  });
}

describe('takeToken', () => {
  it('gives the burst at once, then one for each refill', () => {
    expect(grants([0, 0, 0, 0, 99, 100, 150, 200, 200])).toEqual([0, 0, 0, 100, 200]);
  });

  it('saves no more than the burst', () => {
    expect(grants([0, 0, 0, 9000, 9000, 9000, 9000])).toEqual([0, 0, 0, 9000, 9000, 9000]);
  });

  it('gives in no window more than the burst and what was refilled in it', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2000), { maxLength: 60 }), (unsorted) => {
        const granted = grants(unsorted.sort((a, b) => a - b));
        granted.forEach((from, first) => {
          granted.slice(first).forEach((to, count) => {
            expect(count + 1).toBeLessThanOrEqual(options.burst + (to - from) / options.refillMs + 1e-9);
          });
        });
      }),
    );
  });
});
