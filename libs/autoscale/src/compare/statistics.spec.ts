import { expect, it } from '@jest/globals';
import { normalCdf, studentQuantile } from './statistics.ts';

it.each([
  [0, 0.5],
  [1, 0.8413447],
  [1.959964, 0.975],
  [-1.959964, 0.025],
  [-4, 0.0000317],
])('%d is the normal quantile of %d', (z, share) => {
  expect(normalCdf(z)).toBeCloseTo(share, 6);
});

/** From the table of the t distribution. */
it.each([
  [1, 12.706],
  [2, 4.303],
  [3, 3.182],
  [8, 2.306],
  [30, 2.042],
  [1000, 1.962],
])('with %d degrees of freedom the 97.5 %% quantile is %d', (freedom, t) => {
  expect(studentQuantile(0.975, freedom)).toBeCloseTo(t, 3);
});
