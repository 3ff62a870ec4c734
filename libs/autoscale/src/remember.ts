// What an evaluation takes from what was seen into memory, and what it leaves there for the next one.
import type { MetricReport } from './decision.ts';
import { type Demand, demandUntil, recordDemand } from './history/demand.ts';
import { recordJoins } from './history/joins.ts';
import { recordSamples, samplesUntil } from './history/samples.ts';
import { completeChange, recordChange, recordEvent, recordRecommendation } from './history/scaling.ts';
import type { PoolHistory } from './history/types.ts';
import type { PoolObservation } from './observation.ts';
import { refreshFits, restoreFits } from './predict/fits.ts';
import type { Forecaster } from './predict/forecaster.ts';
import { refreshOutlooks } from './predict/outlooks.ts';
import { changeUnderWay, staying } from './rules/servers.ts';
import type { RuleInput } from './rules/types.ts';

/** One pool at the moment of an evaluation. */
export interface PoolMoment extends Omit<RuleInput, 'replicas'> {
  /** Time to the next evaluation, in milliseconds. */
  readonly interval: number;
}

/** Servers that are there and do not drain. */
export function present(pool: PoolObservation): number {
  return staying(pool).length;
}

/** What was seen, before anything is decided: samples, demand and the models of it, joins, the fate of the last change, blindness. */
export function takeIn(
  moment: PoolMoment,
  metrics: readonly MetricReport[],
  demands: readonly Demand[],
  forecaster: Forecaster,
): PoolHistory {
  const { policy, pool, now } = moment;
  const forecasts = policy.predictive.enabled;
  let history = forecasts ? restoreFits(moment.history, forecaster) : moment.history;
  history = recordSamples(
    history,
    metrics.map(({ name }) => name),
    metrics.map(({ value }) => value ?? NaN),
    now,
  );
  history = recordDemand(history, demands, now);
  history = recordJoins(history, pool.servers, now);
  history = settleChange(history, moment);
  // As the pod autoscaler: the size that is found at first counts as recommended, so that nothing is removed before a window has passed.
  if (history.recommendations.length === 0) history = recordRecommendation(history, now, moment.asked);
  if (forecasts) history = refreshOutlooks(refreshFits(policy, history, forecaster), forecaster);
  const blind = metrics.every(({ proposal }) => proposal === undefined);
  const blindSince = blind ? Math.min(moment.history.blindSince ?? now, now) : undefined;
  return { ...history, blindSince };
}

/** What was decided. */
export interface Outcome {
  /** What the metrics together ask for; undefined if they may not say. */
  readonly combined: number | undefined;
  /** What a forecast that may add servers asks for; 0 without one. */
  readonly ahead: number;
  readonly asked: number;
  readonly desired: number;
}

/**
 * Remembers what was decided, and what was wanted. What a forecast wants counts as wanted, or a server would leave with the first forecast
 * that needs it no more. So does the size that is held while metrics are missing, or the first sample after that would remove a server
 * without the window that every other one waits for.
 */
export function remember(
  history: PoolHistory,
  now: number,
  { combined, ahead, asked, desired }: Outcome,
): PoolHistory {
  const wanted = combined === undefined ? desired : Math.max(combined, ahead);
  const next = recordRecommendation(history, now, wanted);
  if (desired === asked) return next;
  return recordChange(recordEvent(next, now, desired - asked), now, asked, desired);
}

/** A change that was made is complete once the pool has its size and nothing joins or drains. One that was not carried out never was. */
function settleChange(history: PoolHistory, { pool, asked, now }: PoolMoment): PoolHistory {
  const { lastChange } = history;
  if (lastChange === undefined || lastChange.completedAt !== undefined) return history;
  if (asked === lastChange.from) {
    const events = history.events.filter(({ time }) => time !== lastChange.time);
    return { ...history, events, lastChange: undefined };
  }
  return changeUnderWay(pool) === undefined ? completeChange(history, now) : history;
}

/** What is remembered when time went back to `now`: nothing in it is later than that, so that it counts in full and is forgotten in its turn. */
export function rewound(history: PoolHistory, now: number): PoolHistory {
  const { lastChange, blindSince } = history;
  const notAfter = <T extends { readonly time: number }>(entry: T): T => ({
    ...entry,
    time: Math.min(entry.time, now),
  });
  return {
    ...samplesUntil(demandUntil(history, now), now),
    recommendations: history.recommendations.map(notAfter),
    events: history.events.map(notAfter),
    blindSince: blindSince === undefined ? undefined : Math.min(blindSince, now),
    lastChange: lastChange && {
      ...notAfter(lastChange),
      completedAt: lastChange.completedAt === undefined ? undefined : Math.min(lastChange.completedAt, now),
    },
  };
}
