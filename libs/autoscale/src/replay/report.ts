// The result of a replay for people and for programs.
import { figure } from '../explain/figure.ts';
import type { ReplayResult, Timeline } from './types.ts';

const HOUR = 3600_000;

/** The figures, one a line, with what they mean. */
export function replayTable(result: ReplayResult): string {
  const { elasticity, steps, interval, days } = result;
  const hours = (steps * interval) / HOUR;
  const percent = (value: number): string => `${figure(value)} %`;
  const under = `of the time, by ${percent(elasticity.underAccuracy)} of the demand over all`;
  const over = `of the time, by ${percent(elasticity.overAccuracy)} of the demand over all`;
  return tableOf([
    ['trace', result.trace, ''],
    [
      'scored',
      `${figure(hours)} h`,
      `${steps} steps on ${days.length} ${days.length === 1 ? 'day' : 'days'}`,
    ],
    [
      'violations',
      percent(100 * result.violationRate),
      'of the time the load was more than the servers could take',
    ],
    [
      'excess load',
      `${figure(result.excessLoadPpm)} ppm`,
      'of the load was more than the servers could take',
    ],
    [
      'server-hours',
      figure(result.serverHours),
      `${figure(hours > 0 ? result.serverHours / hours : 0)} servers on average`,
    ],
    ['adaptations', String(result.adaptations), 'changes of size'],
    ['quorum risk', `${figure(result.quorumRiskSeconds)} s`, 'caused by decisions'],
    ['too few', percent(elasticity.underTimeshare), under],
    ['too many', percent(elasticity.overTimeshare), over],
    ['instability', percent(elasticity.instability), 'of the time demand and supply did not move together'],
    ['deviation', figure(elasticity.deviation), 'these five as one; 0 where supply is demand'],
  ]);
}

/** Everything as JSON: times as ISO 8601, and null where the timeline knows nothing. */
export function replayJson(result: ReplayResult): string {
  return `${JSON.stringify({ ...result, timeline: plain(result.timeline) }, null, 2)}\n`;
}

function plain({
  times,
  demand,
  supply,
  desired,
  forecast,
}: Timeline): Readonly<Record<keyof Timeline, unknown>> {
  return {
    times: Array.from(times, (time) => new Date(time).toISOString()),
    demand: known(demand),
    supply: known(supply),
    desired: known(desired),
    forecast: known(forecast),
  };
}

function known(column: Float64Array): readonly (number | null)[] {
  return Array.from(column, (value) => (Number.isFinite(value) ? Number(value.toPrecision(6)) : null));
}

function tableOf(rows: readonly (readonly [string, string, string])[]): string {
  const first = Math.max(...rows.map(([name]) => name.length));
  const second = Math.max(...rows.slice(1).map(([, value]) => value.length));
  return rows
    .map(
      ([name, value, meaning]) =>
        `${`${name.padEnd(first)}  ${value.padEnd(second)}  ${meaning}`.trimEnd()}\n`,
    )
    .join('');
}
