import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { stabilize, type StabilizeInput } from './stabilize.ts';

function input(changes: Partial<StabilizeInput>): StabilizeInput {
  return { proposal: 3, current: 5, recommendations: [], now: 100, upWindow: 0, downWindow: 50, ...changes };
}

describe('stabilisation', () => {
  it('follows the proposal when nothing is remembered', () => {
    expect(stabilize(input({}))).toBe(3);
    expect(stabilize(input({ proposal: 8 }))).toBe(8);
  });

  it('shrinks no further than the highest of the window, and forgets one exactly as old as it', () => {
    const recommendations = [{ time: 50, replicas: 9 }];
    expect(stabilize(input({ recommendations }))).toBe(3);
    expect(stabilize(input({ recommendations, now: 99 }))).toBe(5);
    expect(stabilize(input({ recommendations: [{ time: 51, replicas: 4 }] }))).toBe(4);
  });

  it('grows no further than the lowest of the window', () => {
    const up = input({ proposal: 9, upWindow: 20, recommendations: [{ time: 90, replicas: 6 }] });
    expect(stabilize(up)).toBe(6);
    expect(stabilize({ ...up, now: 110 })).toBe(9);
    expect(stabilize({ ...up, recommendations: [{ time: 90, replicas: 2 }] })).toBe(5);
  });
});

describe('the laws of stabilisation', () => {
  const size = fc.nat(50);
  const time = fc.integer({ min: -100, max: 120 });
  const inputs = fc.record({
    proposal: size,
    current: size,
    recommendations: fc.array(fc.record({ time, replicas: size }), { maxLength: 10 }),
    now: fc.constant(100),
    upWindow: fc.nat(200),
    downWindow: fc.nat(200),
  });

  it('ends between the current size and the proposal', () => {
    fc.assert(
      fc.property(inputs, (given) => {
        const result = stabilize(given);
        expect(result).toBeGreaterThanOrEqual(Math.min(given.current, given.proposal));
        expect(result).toBeLessThanOrEqual(Math.max(given.current, given.proposal));
      }),
    );
  });

  it('does not depend on the order of what is remembered', () => {
    fc.assert(
      fc.property(inputs, (given) => {
        const reversed = { ...given, recommendations: given.recommendations.toReversed() };
        expect(stabilize(reversed)).toBe(stabilize(given));
      }),
    );
  });

  it('never asks for less when the proposal is higher', () => {
    fc.assert(
      fc.property(inputs, size, (given, more) => {
        const higher = stabilize({ ...given, proposal: given.proposal + more });
        expect(higher).toBeGreaterThanOrEqual(stabilize(given));
      }),
    );
  });
});
