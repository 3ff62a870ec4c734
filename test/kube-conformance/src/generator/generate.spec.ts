import { describe, expect, it } from '@jest/globals';
import { generate } from './generate.ts';

function stepsOf(seed: number, count: number): readonly unknown[] {
  return [...generate(seed, count)].flatMap(({ steps }) => steps);
}

describe('Random interactions', () => {
  it('are as many as were asked for', () => {
    expect(stepsOf(1, 260)).toHaveLength(260);
  });

  it('are the same for the same seed, and begin the same when there are more', () => {
    expect(stepsOf(7, 100)).toEqual(stepsOf(7, 150).slice(0, 100));
    expect(stepsOf(7, 100)).not.toEqual(stepsOf(8, 100));
  });

  it('use every method', () => {
    const methods = [...generate(3, 500)].flatMap(({ steps }) => steps.map(({ method }) => method));
    expect([...new Set(methods)].sort()).toEqual(['DELETE', 'GET', 'PATCH', 'POST', 'PUT']);
  });
});
