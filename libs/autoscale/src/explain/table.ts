// A decision as plain text for terminals.
import type { Decision, ForecastReport, Limit, MetricReport, PoolDecision, ZoneAdvice } from '../decision.ts';
import type { PoolName } from '../observation.ts';
import { figure, spanOf } from './figure.ts';

/** All pools of a decision: what was decided, by which metrics, what limited it, and the forecast. Lines end with a line feed. */
export function decisionTable(decision: Decision): string {
  const names: readonly PoolName[] = ['primaries', 'secondaries'];
  const pools = names.flatMap((name) => {
    const pool = decision.pools[name];
    return pool === undefined ? [] : [poolText(name, pool)];
  });
  return `${[...pools, `Next evaluation in ${spanOf(decision.nextEvaluation - decision.time)}.`].join('\n\n')}\n`;
}

function poolText(name: PoolName, pool: PoolDecision): string {
  const { current, recommended, desired, confidence } = pool;
  const parts = [
    [
      `${name}: ${current} now, metrics ask for ${recommended}, decided ${desired}; ${figure(confidence * 100)} % of the samples could be read`,
      indent(pool.sentence),
    ],
    metricTable(pool.metrics),
    limitTable(pool.limitedBy),
    forecastText(pool.forecast),
    zoneText(pool.zones),
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function metricTable(metrics: readonly MetricReport[]): readonly string[] {
  const rows = metrics.map(({ name, value, target, proposal, age, failed, message }) => [
    name,
    cell(value),
    cell(target),
    cell(proposal),
    age === undefined ? '-' : spanOf(age),
    failed === undefined ? message : `${failed}: ${message}`,
  ]);
  return table(['METRIC', 'VALUE', 'TARGET', 'SERVERS', 'AGE', 'NOTE'], rows, [1, 2, 3, 4]);
}

function limitTable(limits: readonly Limit[]): readonly string[] {
  const rows = limits.map(({ rule, from, to, message }) => [rule, `${from}`, `${to}`, message]);
  return table(['RULE', 'FROM', 'TO', 'WHY'], rows, [1, 2]);
}

function forecastText(forecast: ForecastReport | undefined): readonly string[] {
  if (forecast === undefined) return [];
  const { mode, metric, model, active, reason, confidence, leadTime, joinsSeen, proposal, points } = forecast;
  const state = active ? 'may add servers' : 'adds nothing';
  const asks = proposal === undefined ? 'asks for nothing' : `asks for ${proposal}`;
  const rows = points
    .slice(0, 6)
    .map(({ time, lower, median, upper }) => [timeText(time), figure(lower), figure(median), figure(upper)]);
  return [
    indent(`Forecast of ${metric} by ${model} (${mode}): ${asks}, ${state}`),
    indent(
      `${reason}; confidence ${figure(confidence * 100)} %, a join takes ${spanOf(leadTime)} (${joinsSeen} seen)`,
    ),
    ...table(['TIME', 'LOWER', 'MEDIAN', 'UPPER'], rows, [1, 2, 3]),
  ];
}

function zoneText(zones: ZoneAdvice | undefined): readonly string[] {
  if (zones === undefined) return [];
  const shrink = zones.shrink.map(({ server, zone }) =>
    zone === undefined ? server : `${server} in ${zone}`,
  );
  return [
    ...(zones.grow.length === 0 ? [] : [indent(`Add in ${zones.grow.join(', ')}`)]),
    ...(shrink.length === 0 ? [] : [indent(`Remove ${shrink.join(', ')}`)]),
  ];
}

/** Columns as wide as their widest cell; nothing at all without rows. */
function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[],
): readonly string[] {
  if (rows.length === 0) return [];
  const lines = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines.map((line) => {
    const cells = widths.map((width, column) => {
      const text = line[column] ?? '';
      return right.includes(column) ? text.padStart(width) : text.padEnd(width);
    });
    return indent(cells.join('  ').trimEnd());
  });
}

function cell(value: number | undefined): string {
  return value === undefined ? '-' : figure(value);
}

function timeText(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? 'unknown' : date.toISOString().replace('.000Z', 'Z');
}

/** Text of others may hold line feeds, which would break the table, and what controls a terminal. */
function indent(text: string): string {
  return `  ${text.replace(/\s*[\r\n]+\s*/g, ' ').replace(/[\p{Cc}\p{Cf}]/gu, '')}`;
}
