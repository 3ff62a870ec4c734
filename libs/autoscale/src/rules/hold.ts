// What people and other operations may say: not now.
import type { Rule } from './types.ts';
import { grows, hold, shrinks } from './verdict.ts';

export const maintenance: Rule = {
  name: 'Maintenance',
  apply: (input) =>
    input.observation.maintenance === true ? hold(input, 'The cluster is under maintenance.') : undefined,
};

/** A resize of the engine's own is no lock: `ChangeInProgress` waits for it. */
export const operationLock: Rule = {
  name: 'OperationLock',
  apply: (input) => {
    const { operation } = input.observation;
    if (operation === undefined || operation.type === 'scale') return undefined;
    return hold(input, `Operation ${operation.id} of type ${operation.type} holds the cluster.`);
  },
};

export const paused: Rule = {
  name: 'Paused',
  apply: (input) => {
    const { pause } = input.policy;
    const holds =
      pause === 'all' || (pause === 'scaleUp' && grows(input)) || (pause === 'scaleDown' && shrinks(input));
    return holds ? hold(input, `Scaling is paused: ${pause}.`) : undefined;
  },
};
