import { describe, expect, it } from '@jest/globals';
import { noon, primaries, secondaries, servers } from './pool.spec-helper.ts';

const four = servers({ ready: 4 });
const workday = { cron: '0 8 * * *', timezone: 'UTC', minReplicas: 6 };

describe('the bounds', () => {
  it('say by which of them a number was changed', () => {
    const { limits } = secondaries({ servers: four, policy: { maxReplicas: 4 } }, 6);
    expect(limits).toEqual([{ rule: 'MaxReplicas', from: 6, to: 4, message: 'maxReplicas is 4.' }]);
  });

  it('bring a pool that is outside of them back one step at a time', () => {
    const above = secondaries({ servers: four, policy: { maxReplicas: 2 } }, 4);
    expect(above).toMatchObject({ replicas: 3, rules: ['MaxReplicas', 'OneStepAtATime'] });
    const below = secondaries({ servers: four, policy: { minReplicas: 7 } }, 1);
    expect(below).toMatchObject({ replicas: 5, rules: ['MinReplicas', 'OneStepAtATime'] });
  });

  it('hold the size where the minimum is above the maximum', () => {
    const policy = { minReplicas: 6, maxReplicas: 3 };
    expect(secondaries({ servers: four, policy }, 9)).toMatchObject({ replicas: 4, rules: ['MinReplicas'] });
    expect(secondaries({ servers: four, policy }, 1)).toMatchObject({ replicas: 4, rules: ['MinReplicas'] });
  });
});

describe('a schedule', () => {
  it('raises the number of secondaries to the floor of the entry that holds', () => {
    const { replicas, limits } = secondaries(
      { servers: four, policy: { schedule: [workday] }, now: noon },
      4,
    );
    expect(replicas).toBe(5);
    expect(limits[0]).toEqual({
      rule: 'ScheduleFloor',
      from: 4,
      to: 6,
      message: 'schedule[0] asks for at least 6.',
    });
  });

  it('gives way to the maximum', () => {
    const policy = { schedule: [workday], maxReplicas: 4 };
    expect(secondaries({ servers: four, policy }, 4)).toMatchObject({
      replicas: 4,
      rules: ['ScheduleFloor', 'MaxReplicas'],
    });
  });

  it('says nothing about primaries', () => {
    const situation = { servers: servers({ ready: 3 }), policy: { schedule: [workday] } };
    expect(primaries(situation, 3)).toMatchObject({ replicas: 3, rules: [] });
  });
});
