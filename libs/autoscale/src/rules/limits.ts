// The bounds of the policy. Where they contradict each other the maximum wins over the minimum, and the minimum over nothing.
import { scheduleFloor as floorAt } from '../policy/schedule.ts';
import type { Rule } from './types.ts';
import { hold } from './verdict.ts';

/** The schedule speaks of secondaries only, as the policy says. */
export const scheduleFloor: Rule = {
  name: 'ScheduleFloor',
  apply: ({ name, policy, now, replicas }) => {
    if (name !== 'secondaries' || policy.schedule.length === 0) return undefined;
    const floor = floorAt(policy.schedule, now);
    if (floor === undefined || replicas >= floor.minReplicas) return undefined;
    return {
      replicas: floor.minReplicas,
      message: `schedule[${floor.entry}] asks for at least ${floor.minReplicas}.`,
    };
  },
};

export const minReplicas: Rule = {
  name: 'MinReplicas',
  apply: (input) => {
    const { minReplicas: min, maxReplicas: max } = input.policy;
    if (min > max)
      return hold(
        input,
        `minReplicas is ${min}, above maxReplicas, which is ${max}: nothing satisfies both.`,
      );
    return input.replicas < min ? { replicas: min, message: `minReplicas is ${min}.` } : undefined;
  },
};

export const maxReplicas: Rule = {
  name: 'MaxReplicas',
  apply: ({ policy: { minReplicas: min, maxReplicas: max }, replicas }) =>
    min <= max && replicas > max ? { replicas: max, message: `maxReplicas is ${max}.` } : undefined,
};
