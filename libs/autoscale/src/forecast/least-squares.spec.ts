import { describe, expect, it } from '@jest/globals';
import { seededRng } from '@neo4j-operator/clock';
import { addRow, normalEquations, solveRidge } from './least-squares.ts';

describe('ridge regression', () => {
  const rng = seededRng(2);
  const truth = [2, -1, 0.5];
  const rows = Float64Array.from({ length: 300 }, () => rng.next());
  const equations = normalEquations(3);
  for (let row = 0; row < 100; row++) {
    const target = truth.reduce((sum, weight, column) => sum + weight * (rows[row * 3 + column] ?? 0), 0);
    addRow(equations, rows, row * 3, target, 1 + rng.next());
  }

  it('finds the coefficients of exact rows', () => {
    const solution = solveRidge(equations, new Float64Array(3), 0);
    for (const [index, value] of solution.entries()) expect(value).toBeCloseTo(truth[index] ?? 0, 6);
  });

  it('stays at the prior without rows, and goes there with the ridge', () => {
    const prior = Float64Array.from([1, 2, 3]);
    expect([...solveRidge(normalEquations(3), prior, 0.1)]).toEqual([1, 2, 3]);
    for (const [index, value] of solveRidge(equations, prior, 1e8).entries())
      expect(value).toBeCloseTo(prior[index] ?? 0, 3);
  });

  it('has an answer when columns repeat', () => {
    const twins = normalEquations(2);
    for (let row = 1; row <= 5; row++) addRow(twins, Float64Array.from([row, row]), 0, 2 * row, 1);
    const solution = solveRidge(twins, new Float64Array(2), 1e-6);
    expect((solution[0] ?? 0) + (solution[1] ?? 0)).toBeCloseTo(2, 3);
  });
});
