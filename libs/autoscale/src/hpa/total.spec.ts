import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { proposeFromTotal, type TotalInput } from './total.ts';

const tolerance = { up: 0.1, down: 0.1 };

function input(changes: Partial<TotalInput>): TotalInput {
  return { value: 8600, target: 2150, type: 'AverageValue', current: 3, running: 3, ready: 3, ...changes };
}

describe('a proposal from a total', () => {
  it('shares an average out to as many as it takes', () => {
    expect(proposeFromTotal(input({}), tolerance)).toEqual({ replicas: 4, value: 2867 });
  });

  it('keeps what is running, not what is asked for, when the average is within tolerance', () => {
    expect(proposeFromTotal(input({ value: 5200, target: 1000, running: 5 }), tolerance)).toEqual({
      replicas: 5,
      value: 1040,
    });
  });

  it('has no tolerance while nothing runs', () => {
    expect(proposeFromTotal(input({ value: 2001, target: 1000, running: 0 }), tolerance)).toEqual({
      replicas: 3,
      value: 0,
    });
    expect(proposeFromTotal(input({ value: 0, running: 0 }), tolerance)).toEqual({ replicas: 0, value: 0 });
  });

  it('multiplies the ready pods by a value over its target', () => {
    const value = input({ type: 'Value', value: 4000, target: 2000, current: 3, ready: 2 });
    expect(proposeFromTotal(value, tolerance)).toEqual({ replicas: 4, value: 4000 });
  });

  it('looks at pods for a value only outside of tolerance and above zero', () => {
    const value = input({ type: 'Value', value: 2100, target: 2000, current: 3, ready: undefined });
    expect(proposeFromTotal(value, tolerance)).toEqual({ replicas: 3, value: 2100 });
    expect(proposeFromTotal({ ...value, value: 2300 }, tolerance)).toEqual({ failed: 'NoSamples' });
    expect(proposeFromTotal({ ...value, ready: 0, value: 2300 }, tolerance)).toEqual({
      replicas: 0,
      value: 2300,
    });
    expect(proposeFromTotal({ ...value, current: 0 }, tolerance)).toEqual({ replicas: 2, value: 2100 });
  });

  it.each([undefined, Number.NaN, Infinity, -Infinity])('fails when the value is %p', (value) => {
    expect(proposeFromTotal(input({ value }), tolerance)).toEqual({ failed: 'NoSamples' });
  });

  it.each([0, -5, Number.NaN, Infinity])('refuses %p as a target', (target) => {
    expect(() => proposeFromTotal(input({ target }), tolerance)).toThrow(RangeError);
  });

  it('never asks for less when the total is higher', () => {
    const total = fc.integer({ min: 0, max: 1e9 });
    const size = fc.integer({ min: 1, max: 500 });
    fc.assert(
      fc.property(total, total, size, fc.constantFrom('AverageValue', 'Value'), (a, b, running, type) => {
        const replicas = (value: number): number =>
          proposeFromTotal(
            { value, target: 70_000, type, current: running, running, ready: running },
            tolerance,
          ).replicas ?? Number.NaN;
        expect(replicas(Math.max(a, b))).toBeGreaterThanOrEqual(replicas(Math.min(a, b)));
      }),
    );
  });

  it('is a whole number of 32 bits whatever is read', () => {
    const size = fc.nat(1000);
    fc.assert(
      fc.property(
        fc.double(),
        size,
        size,
        fc.constantFrom('AverageValue', 'Value'),
        (value, current, running, type) => {
          const proposal = proposeFromTotal(
            { value, target: 1, type, current, running, ready: running },
            tolerance,
          );
          if (proposal.failed !== undefined) return;
          expect(Number.isInteger(proposal.replicas)).toBe(true);
          expect(Math.abs(proposal.replicas)).toBeLessThan(2 ** 31);
          expect(Number.isFinite(proposal.value)).toBe(true);
        },
      ),
    );
  });
});
