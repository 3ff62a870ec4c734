// One evaluation: what was seen, what is remembered and what the policy says become a number of servers for each pool.
import type { Decision, PoolDecision } from './decision.ts';
import { emptyHistory, emptyPoolHistory } from './history/empty.ts';
import { moment } from './history/bounds.ts';
import { historyError } from './history/shape.ts';
import type { History, PoolHistory } from './history/types.ts';
import { observationErrors } from './observation-errors.ts';
import type { Observation, PoolName } from './observation.ts';
import { evaluatePool, holdPool } from './evaluate-pool.ts';
import type { Policy, PoolPolicy } from './policy/types.ts';
import { nextScheduleMoment } from './policy/schedule.ts';
import { type Forecaster, forecaster } from './predict/forecaster.ts';
import type { PoolMoment } from './remember.ts';
import { askedFor } from './rules/servers.ts';

/** What an evaluation may be given beside its arguments. */
export interface EvaluateOptions {
  /** Looks ahead; for callers that replay the same past again and again and remember what was seen. */
  readonly forecaster?: Forecaster;
}

/** What is wrong with the arguments of an evaluation. */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError';
}

const poolNames: readonly PoolName[] = ['primaries', 'secondaries'];

/**
 * Decides how many servers each pool should have.
 *
 * Pure: the same arguments give the same decision, and everything that is remembered is in `history`. Pass the history of each decision
 * to the next evaluation; `emptyHistory()` to the first. A pool that the policy does not size, or that was not observed, is not in the
 * decision, and what is remembered of it stays.
 *
 * @param now - milliseconds since 1970. If it is before the last evaluation every pool is held (`ClockWentBackwards`), and time goes on from it.
 * @throws EvaluationError if `now` is not a moment, or another argument has not the shape of its type; samples that are no numbers are part of a decision
 */
export function evaluate(
  policy: Policy,
  observation: Observation,
  history: History = emptyHistory(),
  now: number,
  options: EvaluateOptions = {},
): Decision {
  const time = typeof now === 'number' ? moment(now) : undefined;
  if (time === undefined) {
    throw new EvaluationError(`The time of an evaluation is ${now}: give milliseconds since 1970.`);
  }
  check(policy, observation, history);
  const pools: Partial<Record<PoolName, PoolDecision>> = {};
  const remembered: Partial<Record<PoolName, PoolHistory>> = { ...history.pools };
  let seen = observation;
  for (const name of policy.enabled ? poolNames : []) {
    const pool = seen.pools[name];
    const rules = policy.pools[name];
    if (pool === undefined || rules === undefined) continue;
    const moment: PoolMoment = {
      name,
      policy: rules,
      pool,
      observation: seen,
      history: history.pools[name] ?? emptyPoolHistory(),
      now: time,
      asked: askedFor(pool),
      interval: policy.interval,
    };
    const { evaluatedAt } = history;
    const result =
      evaluatedAt !== undefined && time < evaluatedAt
        ? holdPool(moment, evaluatedAt)
        : evaluatePool(moment, options.forecaster ?? forecaster);
    pools[name] = result.decision;
    remembered[name] = result.history;
    // The pool that comes next sees what was just decided, so that only one of them begins a change.
    seen = { ...seen, pools: { ...seen.pools, [name]: { ...pool, desired: result.decision.desired } } };
  }
  return {
    time,
    pools,
    nextEvaluation: nextEvaluation(policy, time),
    history: { version: 1, evaluatedAt: time, pools: remembered },
  };
}

function check(policy: unknown, observation: unknown, history: unknown): void {
  if (!isPolicy(policy))
    throw new EvaluationError('The policy cannot be used: give the one that parsePolicy returns.');
  const errors = observationErrors(observation);
  if (errors.length > 0) throw new EvaluationError(`The observation cannot be used: ${errors.join('; ')}.`);
  const wrong = historyError(history);
  if (wrong !== undefined) throw new EvaluationError(`The history cannot be used: ${wrong}.`);
}

function isPolicy(value: unknown): value is Policy {
  const { enabled, pools } = Object(value) as Partial<Record<keyof Policy, unknown>>;
  return (
    typeof enabled === 'boolean' &&
    typeof pools === 'object' &&
    pools !== null &&
    Object.values(pools).every((pool) => Array.isArray((Object(pool) as Partial<PoolPolicy>).metrics))
  );
}

/** One interval on, or when an entry of the schedule begins. */
function nextEvaluation(policy: Policy, now: number): number {
  const moments = poolNames.map((name) => nextScheduleMoment(policy.pools[name]?.schedule ?? [], now));
  return Math.min(now + policy.interval, ...moments.filter((moment) => moment !== undefined));
}
