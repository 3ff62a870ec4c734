// How fast a pool may change: one step, then nothing until it has been made.
import type { PoolName, ServerObservation } from '../observation.ts';
import { changeUnderWay, staying } from './servers.ts';
import type { Rule, RuleInput } from './types.ts';
import { grows, hold, plural, shrinks } from './verdict.ts';

/**
 * The pod autoscaler sets a size beyond its bounds to the bound at once; a server of Neo4j takes copies of databases with it, so here one
 * step is made at a time. Where numbers are odd, a step from an even number is 1.
 */
export const oneStepAtATime: Rule = {
  name: 'OneStepAtATime',
  apply: ({ replicas, asked, policy: { step } }) => {
    const reach = step === 2 && asked % 2 === 0 ? 1 : step;
    if (Math.abs(replicas - asked) <= reach) return undefined;
    return {
      replicas: replicas > asked ? asked + reach : asked - reach,
      message: `A decision adds or removes ${plural(reach, 'server')}.`,
    };
  },
};

/**
 * Neither direction moves while a server joins or drains: what it changes is not known yet. A change of which nothing has begun may be taken
 * back, or a quota that keeps servers from coming would keep the pool from everything else.
 */
export const changeInProgress: Rule = {
  name: 'ChangeInProgress',
  apply: (input) => {
    if (input.replicas === input.asked) return undefined;
    const why = changeUnderWay({ ...input.pool, desired: input.asked });
    if (why !== undefined && takesBack(input)) return undefined;
    if (why !== undefined) return hold(input, `The last change is not complete: ${why}.`);
    const { operation } = input.observation;
    return operation?.type === 'scale'
      ? hold(input, `The last change is not complete: operation ${operation.id} has not ended.`)
      : undefined;
  },
};

function takesBack({ pool, observation, asked, replicas }: RuleInput): boolean {
  if (observation.operation?.type === 'scale' || pool.servers.some(isMoving)) return false;
  const there = staying(pool).length;
  return asked < there ? replicas > asked : replicas < asked && there < asked;
}

function isMoving({ state }: ServerObservation): boolean {
  return state === 'joining' || state === 'draining';
}

const otherPool: Readonly<Record<PoolName, PoolName>> = {
  primaries: 'secondaries',
  secondaries: 'primaries',
};

export const onePoolAtATime: Rule = {
  name: 'OnePoolAtATime',
  apply: (input) => {
    if (input.replicas === input.asked) return undefined;
    const other = otherPool[input.name];
    const pool = input.observation.pools[other];
    const why = pool === undefined ? undefined : changeUnderWay(pool);
    return why === undefined ? undefined : hold(input, `The pool of ${other} changes: ${why}.`);
  },
};

/** Counted from the end of the last change, or from its decision while its end is not known. It holds a change of direction only. */
export const coolDown: Rule = {
  name: 'CoolDown',
  apply: (input) => {
    const last = input.history.lastChange;
    if (last === undefined) return undefined;
    const { coolDownAfterScaleUp, coolDownAfterScaleDown } = input.policy;
    const wasGrowth = last.to > last.from;
    if (wasGrowth ? !shrinks(input) : !grows(input)) return undefined;
    const setting = wasGrowth ? 'coolDownAfterScaleUp' : 'coolDownAfterScaleDown';
    const pause = wasGrowth ? coolDownAfterScaleUp : coolDownAfterScaleDown;
    const elapsed = input.now - (last.completedAt ?? last.time);
    if (elapsed >= pause) return undefined;
    const what =
      last.completedAt === undefined ? 'change was decided' : `server ${wasGrowth ? 'joined' : 'left'}`;
    return hold(input, `The last ${what} ${seconds(elapsed)} ago, and ${setting} is ${seconds(pause)}.`);
  },
};

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 1000)} s`;
}
