import { describe, expect, it } from '@jest/globals';
import { database, inputOf, primaries, secondaries, servers } from './pool.spec-helper.ts';
import { databaseTopology } from './topology.ts';

const five = servers({ ready: 5 });

describe('the topologies of databases', () => {
  it('keep as many primaries as the widest of them asks for', () => {
    const databases = [database('neo4j', 3), database('orders', 5)];
    const { replicas, limits } = primaries({ servers: five, observation: { databases } }, 3);
    expect(replicas).toBe(5);
    expect(limits).toEqual([
      { rule: 'DatabaseTopology', from: 3, to: 5, message: 'orders asks for 5 primaries.' },
    ]);
  });

  it('keep as many secondaries as a database with a fixed number asks for', () => {
    const databases = [database('orders', 3, { secondaries: 5 })];
    expect(secondaries({ servers: five, observation: { databases } }, 4)).toMatchObject({
      replicas: 5,
      rules: ['DatabaseTopology'],
    });
  });

  it('let secondaries go where a database follows the pool, down to the fewest copies it allows', () => {
    const databases = [database('orders', 3, { secondaries: 'pool', minSecondaries: 4 })];
    const observation = { databases };
    expect(secondaries({ servers: five, observation }, 4).replicas).toBe(4);
    expect(secondaries({ servers: servers({ ready: 4 }), observation }, 3)).toMatchObject({
      replicas: 4,
      rules: ['DatabaseTopology'],
    });
  });

  it('never grow a pool that is smaller than they ask for', () => {
    const databases = [database('orders', 3, { secondaries: 8 })];
    expect(secondaries({ servers: five, observation: { databases } }, 5).replicas).toBe(5);
  });

  it('hold the size against a maximum below them', () => {
    const databases = [database('orders', 3, { secondaries: 5 })];
    const policy = { maxReplicas: 3 };
    expect(secondaries({ servers: five, policy, observation: { databases } }, 5)).toMatchObject({
      replicas: 5,
      rules: ['MaxReplicas', 'OneStepAtATime', 'DatabaseTopology'],
    });
  });

  it('hold primaries while they are not known, and leave secondaries free', () => {
    const observation = { pools: {} };
    const primary = inputOf('primaries', { servers: five });
    expect(databaseTopology.apply({ ...primary, observation, replicas: 3 })?.replicas).toBe(5);
    const secondary = inputOf('secondaries', { servers: five });
    expect(databaseTopology.apply({ ...secondary, observation, replicas: 4 })).toBeUndefined();
  });

  it('hold the size where one of them cannot be read', () => {
    const databases = [database('orders', NaN)];
    const { replicas, limits } = primaries({ servers: five, observation: { databases } }, 3);
    expect(replicas).toBe(5);
    expect(limits.at(-1)?.message).toBe('orders asks for a number of primaries that cannot be read.');
  });
});
