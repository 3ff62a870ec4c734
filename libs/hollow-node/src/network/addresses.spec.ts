import { describe, expect, it } from '@jest/globals';
import { seededRng } from '@neo4j-operator/clock';
import fc from 'fast-check';
import { createAddressPool, randomPlace } from './addresses.ts';

describe('an address pool', () => {
  it('gives each owner one address, and the same again', () => {
    const pool = createAddressPool('127.64');
    const [first, second] = [pool.allot('a'), pool.allot('b')];
    expect(first).toBe('127.64.1.1');
    expect(second).not.toBe(first);
    expect(pool.allot('a')).toBe(first);
  });

  it('does not give away at once what was released', () => {
    const pool = createAddressPool('127.64');
    const first = pool.allot('a');
    pool.release('a');
    pool.release('nobody');
    expect(pool.allot('b')).not.toBe(first);
  });

  it('never has two owners of one address', () => {
    const steps = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 20 })), { maxLength: 200 });
    fc.assert(
      fc.property(steps, (list) => {
        const pool = createAddressPool('127.64');
        const held = new Map<string, string>();
        for (const [isAllotted, number] of list) {
          const owner = String(number);
          if (isAllotted) held.set(owner, pool.allot(owner));
          else {
            pool.release(owner);
            held.delete(owner);
          }
          expect(new Set(held.values()).size).toBe(held.size);
        }
      }),
    );
  });

  it('uses released ones again when all others are taken, and fails when none is left', () => {
    const pool = createAddressPool('127.64');
    const all = Array.from({ length: 255 * 254 }, (_, index) => pool.allot(String(index)));
    expect(new Set(all).size).toBe(all.length);
    expect(() => pool.allot('one more')).toThrow('no address of 127.64.0.0/16 is free');
    pool.release('7');
    expect(pool.allot('one more')).toBe(all[7]);
  });
});

describe('a random place', () => {
  it('is in the loopback range and off its beginning, and has room behind it', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { range, start } = randomPlace(seededRng(seed));
        const [, second] = /^127\.(\d+)$/.exec(range) ?? [];
        expect(Number(second)).toBeGreaterThanOrEqual(16);
        expect(Number(second)).toBeLessThan(240);
        expect(createAddressPool(range, start).allot('a')).toBe(`${range}.${String(start / 256)}.1`);
        expect(start).toBeLessThan(255 * 256);
      }),
    );
  });

  it('is seldom one that somebody else has', () => {
    const places = Array.from({ length: 100 }, (_, seed) => JSON.stringify(randomPlace(seededRng(seed))));
    expect(new Set(places).size).toBeGreaterThan(98);
  });
});

it('a pool that starts late goes on at the beginning', () => {
  const pool = createAddressPool('127.64', 254 * 256);
  const all = Array.from({ length: 255 * 254 }, (_, index) => pool.allot(String(index)));
  expect(all[0]).toBe('127.64.254.1');
  expect(all.at(-1)).toBe('127.64.253.254');
});
