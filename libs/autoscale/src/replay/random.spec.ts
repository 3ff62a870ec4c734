import { describe, expect, test } from '@jest/globals';
import { exponential, normal, poisson, stream } from './random.ts';

function moments(draw: () => number): { mean: number; variance: number } {
  const values = Array.from({ length: 20_000 }, draw);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length };
}

describe('poisson', () => {
  test.each([0.1, 3, 49, 51, 2000])('has the mean and the variance %d', (mean) => {
    const rng = stream(1, mean);
    const drawn = moments(() => poisson(rng, mean));
    expect(Math.abs(drawn.mean / mean - 1)).toBeLessThan(0.05);
    expect(Math.abs(drawn.variance / mean - 1)).toBeLessThan(0.08);
  });

  test.each([0, -1, NaN])('is 0 for the mean %d', (mean) => {
    expect(poisson(stream(1), mean)).toBe(0);
  });
});

test('normal numbers have mean 0 and variance 1, exponential ones their mean', () => {
  const rng = stream(2);
  const { mean, variance } = moments(() => normal(rng));
  expect(Math.abs(mean)).toBeLessThan(0.03);
  expect(Math.abs(variance - 1)).toBeLessThan(0.05);
  expect(Math.abs(moments(() => exponential(rng, 8)).mean - 8)).toBeLessThan(0.4);
});

test('streams of other keys are other numbers, of the same keys the same', () => {
  const first = (...keys: number[]): number => stream(5, ...keys).next();
  expect(new Set([first(), first(0), first(1), first(0, 1), first(1, 0)]).size).toBe(5);
  expect(first(1, 2)).toBe(first(1, 2));
});
