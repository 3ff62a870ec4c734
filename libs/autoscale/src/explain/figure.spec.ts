import { describe, expect, it } from '@jest/globals';
import { figure, listed, spanOf } from './figure.ts';

describe('figure', () => {
  it.each([
    [0, '0'],
    [-0, '0'],
    [0.254, '0.25'],
    [-0.001, '0'],
    [9.999, '10'],
    [61, '61'],
    [61.26, '61.3'],
    [999.6, '1,000'],
    [1260, '1,260'],
    [-1234567.8, '-1,234,568'],
    [1e15, '1.00e+15'],
    [NaN, 'unknown'],
    [Infinity, 'unknown'],
  ])('writes %p as %s', (value, text) => {
    expect(figure(value)).toBe(text);
  });
});

describe('listed', () => {
  it.each([
    [[], ''],
    [['a'], 'a'],
    [['b', 'a'], 'a and b'],
    [['c', 'a', 'b'], 'a, b and c'],
    [['e', 'd', 'c', 'b', 'a'], 'a, b, c and 2 more'],
  ])('joins %p', (names, text) => {
    expect(listed(names)).toBe(text);
  });
});

describe('spanOf', () => {
  it.each([
    [0, '0 s'],
    [45_000, '45 s'],
    [90_000, '1.5 min'],
    [3_600_000, '1 h'],
    [3 * 86_400_000, '3 d'],
    [NaN, 'unknown s'],
  ])('writes %p as %s', (milliseconds, text) => {
    expect(spanOf(milliseconds)).toBe(text);
  });
});
