import { describe, expect, it } from '@jest/globals';
import { ruleCatalogue } from './catalogue.ts';
import { constraints } from './constraints.ts';

describe('the constraints', () => {
  it('are each in the catalogue, once in the list, and explained in one line', () => {
    const names = constraints.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(ruleCatalogue[name]).toMatch(/^[^\n]+\.$/);
  });

  it('apply in the order in which they are documented', () => {
    expect(constraints.map(({ name }) => name)).toEqual([
      'ScheduleFloor',
      'ZoneMinimum',
      'MinReplicas',
      'MaxReplicas',
      'OddPrimaries',
      'OneStepAtATime',
      'DatabaseTopology',
      'QuorumMajority',
      'MinHealthyPrimaries',
      'UnhealthyServer',
      'ZoneSkew',
      'ChangeInProgress',
      'OnePoolAtATime',
      'CoolDown',
      'Maintenance',
      'OperationLock',
      'Paused',
    ]);
  });
});
