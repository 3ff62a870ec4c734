import { describe, expect, it } from '@jest/globals';
import { secondaries, servers } from './pool.spec-helper.ts';

const four = servers({ ready: 4 });

describe('maintenance', () => {
  it('holds both directions, and the bounds', () => {
    const situation = { servers: four, observation: { maintenance: true }, policy: { maxReplicas: 2 } };
    for (const wanted of [1, 4, 9])
      expect(secondaries(situation, wanted)).toMatchObject({
        replicas: 4,
        rules: expect.arrayContaining(['Maintenance']),
      });
  });
});

describe('an operation on the cluster', () => {
  it('holds both directions, and is named', () => {
    const situation = { servers: four, observation: { operation: { type: 'upgrade', id: 'op-7' } } };
    for (const wanted of [3, 5])
      expect(secondaries(situation, wanted).limits.at(-1)).toMatchObject({
        rule: 'OperationLock',
        to: 4,
        message: 'Operation op-7 of type upgrade holds the cluster.',
      });
  });
});

describe('a pause', () => {
  it.each([
    ['none', 3, 5],
    ['scaleUp', 3, 4],
    ['scaleDown', 4, 5],
    ['all', 4, 4],
  ] as const)('of %s gives %d to a wish for fewer and %d to a wish for more', (pause, fewer, more) => {
    const situation = { servers: four, policy: { pause } };
    expect(secondaries(situation, 3).replicas).toBe(fewer);
    expect(secondaries(situation, 5).replicas).toBe(more);
  });
});
