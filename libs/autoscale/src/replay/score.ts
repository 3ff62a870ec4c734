// Sums up what happens in a simulation.
import { elasticityOf } from './elasticity.ts';
import { thinned } from './thin.ts';
import type { DayBlock, ReplayResult } from './types.ts';

export interface ScoreOptions {
  readonly trace: string;
  readonly start: number;
  readonly interval: number;
  readonly steps: number;
  /** Events per second that one server serves. */
  readonly capacity: number;
  readonly timelinePoints: number;
}

export interface ScoredStep {
  /** Events in the step; NaN: unknown, and the step is not scored. */
  readonly load: number;
  readonly serving: number;
  /** Also those that join, leave or are down: all of them cost. */
  readonly existing: number;
  readonly desired: number;
  readonly adapted: boolean;
  readonly quorumRisk: boolean;
}

export interface Scorer {
  step(index: number, step: ScoredStep): void;
  /** Remembers what is expected of a moment, in servers. */
  forecast(time: number, servers: number): void;
  result(): ReplayResult;
}

const DAY = 24 * 3600_000;
const HOUR = 3600_000;

/** Quotients of a load that is a whole number of servers must not become one more. */
const ROUNDING = 1e-9;

export function scorer({ trace, start, interval, steps, capacity, timelinePoints }: ScoreOptions): Scorer {
  const eventsPerServer = (capacity * interval) / 1000;
  const column = (): Float64Array => new Float64Array(steps).fill(NaN);
  const timeline = {
    times: Float64Array.from({ length: steps }, (_, index) => start + index * interval),
    demand: column(),
    supply: column(),
    desired: column(),
    forecast: column(),
  };
  const days: { day: number; steps: number; violations: number; serverHours: number }[] = [];
  let total = 0;
  let excess = 0;
  let adaptations = 0;
  let riskySteps = 0;

  const dayOf = (index: number): (typeof days)[number] => {
    const day = Math.floor((index * interval) / DAY);
    const last = days.at(-1);
    if (last?.day === day) return last;
    const next = { day, steps: 0, violations: 0, serverHours: 0 };
    days.push(next);
    return next;
  };

  return {
    step: (index, { load, serving, existing, desired, adapted, quorumRisk }) => {
      timeline.supply[index] = serving;
      timeline.desired[index] = desired;
      if (adapted) adaptations++;
      if (quorumRisk) riskySteps++;
      if (Number.isNaN(load)) return;
      timeline.demand[index] = Math.ceil(load / eventsPerServer - ROUNDING);
      const over = load - serving * eventsPerServer;
      const day = dayOf(index);
      day.steps++;
      day.serverHours += (existing * interval) / HOUR;
      total += load;
      if (over > ROUNDING * eventsPerServer) {
        day.violations++;
        excess += over;
      }
    },
    forecast: (time, servers) => {
      const index = Math.floor((time - start) / interval);
      if (index >= 0 && index < steps) timeline.forecast[index] = servers;
    },
    result: () => {
      const scored = sum(days, 'steps');
      return {
        trace,
        interval,
        steps: scored,
        violationRate: scored === 0 ? 0 : sum(days, 'violations') / scored,
        excessLoadPpm: total === 0 ? 0 : (1e6 * excess) / total,
        serverHours: sum(days, 'serverHours'),
        adaptations,
        quorumRiskSeconds: (riskySteps * interval) / 1000,
        elasticity: elasticityOf(timeline.demand, timeline.supply),
        days,
        timeline: thinned(timeline, timelinePoints),
      };
    },
  };
}

function sum(days: readonly DayBlock[], field: Exclude<keyof DayBlock, 'day'>): number {
  return days.reduce((total, day) => total + day[field], 0);
}
