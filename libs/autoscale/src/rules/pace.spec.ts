import { describe, expect, it } from '@jest/globals';
import { noon, primaries, secondaries, servers } from './pool.spec-helper.ts';

const four = servers({ ready: 4 });

describe('one step at a time', () => {
  it('adds or removes one secondary, and two primaries', () => {
    expect(secondaries({ servers: four }, 9).replicas).toBe(5);
    expect(secondaries({ servers: four }, 1).replicas).toBe(3);
    expect(primaries({ servers: servers({ ready: 5 }) }, 9).replicas).toBe(7);
  });

  it('goes from an even number of primaries to the next odd one', () => {
    expect(primaries({ servers: four }, 9).replicas).toBe(5);
    expect(primaries({ servers: four }, 1).replicas).toBe(3);
  });
});

describe('a change that is not complete', () => {
  it.each([
    ['a server joins', servers({ ready: 3, joining: 1 }), '1 of its servers is still joining'],
    ['servers leave', servers({ ready: 4, draining: 2 }), '2 of its servers are still leaving'],
  ])('holds both directions while %s', (_, present, why) => {
    const situation = { servers: present };
    for (const wanted of [2, 6]) {
      const { replicas, limits } = secondaries(situation, wanted);
      expect(replicas).toBe(4);
      expect(limits.at(-1)).toMatchObject({
        rule: 'ChangeInProgress',
        message: `The last change is not complete: ${why}.`,
      });
    }
  });

  it('holds what would go on with it while a server is missing or left over', () => {
    const missing = secondaries({ servers: servers({ ready: 3 }), asked: 4 }, 6);
    expect(missing.replicas).toBe(4);
    expect(missing.limits.at(-1)?.message).toBe(
      'The last change is not complete: 4 servers are asked for and 3 are there.',
    );
    const leftOver = secondaries({ servers: servers({ ready: 5 }), asked: 4 }, 2);
    expect(leftOver.replicas).toBe(4);
    expect(leftOver.limits.at(-1)?.message).toBe(
      'The last change is not complete: 4 servers are asked for and 5 are there.',
    );
  });

  it('may be taken back as long as nothing of it has begun', () => {
    expect(secondaries({ servers: servers({ ready: 3 }), asked: 4 }, 2).replicas).toBe(3);
    expect(secondaries({ servers: servers({ ready: 5 }), asked: 4 }, 6).replicas).toBe(5);
    const begun = { observation: { operation: { type: 'scale', id: 'op-1' } } };
    expect(secondaries({ servers: servers({ ready: 3 }), asked: 4, ...begun }, 2).replicas).toBe(4);
    expect(secondaries({ servers: servers({ ready: 3, joining: 1 }), asked: 5 }, 2).replicas).toBe(5);
  });

  it('is also an operation of the type scale that has not ended', () => {
    const situation = { servers: four, observation: { operation: { type: 'scale', id: 'op-1' } } };
    expect(secondaries(situation, 5).limits.at(-1)).toMatchObject({
      rule: 'ChangeInProgress',
      message: 'The last change is not complete: operation op-1 has not ended.',
    });
  });

  it('holds the other pool too', () => {
    const situation = { servers: four, other: servers({ ready: 3, joining: 1 }, 'core') };
    expect(secondaries(situation, 5)).toMatchObject({ replicas: 4, rules: ['OnePoolAtATime'] });
    expect(secondaries({ ...situation, other: servers({ ready: 4 }, 'core') }, 5).replicas).toBe(5);
  });
});

describe('a cool-down', () => {
  const policy = { coolDownAfterScaleUp: 600_000, coolDownAfterScaleDown: 300_000 };
  const grown = (completedAt: number | undefined) => ({ time: noon - 900_000, from: 3, to: 4, completedAt });
  const shrunk = (completedAt: number | undefined) => ({ time: noon - 900_000, from: 5, to: 4, completedAt });

  it('removes nothing for its time after the last server has joined', () => {
    const recent = { servers: four, policy, lastChange: grown(noon - 599_000) };
    const { replicas, limits } = secondaries(recent, 3);
    expect(replicas).toBe(4);
    expect(limits).toEqual([
      {
        rule: 'CoolDown',
        from: 3,
        to: 4,
        message: 'The last server joined 599 s ago, and coolDownAfterScaleUp is 600 s.',
      },
    ]);
    expect(secondaries({ ...recent, lastChange: grown(noon - 600_000) }, 3).replicas).toBe(3);
  });

  it('adds nothing for its time after the last server has left', () => {
    const recent = { servers: four, policy, lastChange: shrunk(noon - 299_000) };
    expect(secondaries(recent, 5)).toMatchObject({ replicas: 4, rules: ['CoolDown'] });
    expect(secondaries({ ...recent, lastChange: shrunk(noon - 300_000) }, 5).replicas).toBe(5);
  });

  it('lets the pool go on in the direction of the last change', () => {
    expect(secondaries({ servers: four, policy, lastChange: grown(noon) }, 5).replicas).toBe(5);
    expect(secondaries({ servers: four, policy, lastChange: shrunk(noon) }, 3).replicas).toBe(3);
  });

  it('counts from the decision while the end of the change is not known, so that it ends', () => {
    const wait = { coolDownAfterScaleUp: 1_000_000 };
    const undone = { servers: four, policy: wait, lastChange: grown(undefined) };
    expect(secondaries(undone, 3).limits.at(-1)?.message).toBe(
      'The last change was decided 900 s ago, and coolDownAfterScaleUp is 1000 s.',
    );
    expect(secondaries({ ...undone, now: noon + 100_000 }, 3).replicas).toBe(3);
  });
});
