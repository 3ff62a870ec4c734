// A comparison in words.
import type { Interval } from './bootstrap.ts';
import type { Outcome } from './interval.ts';
import { markdownTable, minutes, signedPercent, table } from './text.ts';
import type { CaseReport, ComparisonReport } from './types.ts';

/** The comparison as a table for a terminal: one line for each trace, delay and policy. */
export function comparisonTable(report: ComparisonReport): string {
  return (
    table(rowsOf(report)) +
    skippedLines(report)
      .map((line) => `left out: ${line}\n`)
      .join('')
  );
}

/**
 * The comparison as Markdown: what was measured, one line for each case, and where a policy is not better than the baseline.
 *
 * @param picture - address of the picture of the fronts
 */
export function comparisonMarkdown(report: ComparisonReport, picture?: string): string {
  const parts = [
    `Saving is the share of server-hours that a policy needs less than \`${report.baseline}\` at equal violations, as a mean over levels from 0.02 % to 5 % of steps with more load than the serving servers can take; in brackets is its 95 % interval over days. Cost counts ten to three thousand server-hours for an hour in violation and gives each policy its best target. Positive is better. Seed ${report.seed}.`,
    markdownTable(rowsOf(report)).trimEnd(),
    summary(report),
    ...skippedLines(report).map((line) => `Left out: ${line}.`),
    ...(picture === undefined ? [] : [`![Server-hours against violations](${picture})`]),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** What came of one case, in one line. */
export function outcomeLine({ trace, joinDelay, comparisons }: CaseReport): string {
  const outcomes = comparisons.map(
    ({ contender, saving, outcome }) => `${contender} ${range(saving, outcome)} ${outcome}`,
  );
  return `${trace} at ${minutes(joinDelay)}: ${outcomes.join('; ')}`;
}

function rowsOf(report: ComparisonReport): readonly (readonly string[])[] {
  const head = ['trace', 'season', 'join', 'days', 'policy', 'saving', 'cost', 'outcome', 'quorum risk'];
  const rows = report.cases.flatMap((one) =>
    one.comparisons.map((comparison) => [
      one.trace,
      season(one),
      minutes(one.joinDelay),
      String(one.days),
      comparison.contender,
      range(comparison.saving, comparison.outcome),
      range(comparison.costSaving, comparison.outcome),
      comparison.outcome,
      `${quorumRisk(one)} s`,
    ]),
  );
  return [head, ...rows];
}

/** Says plainly where nothing is won. */
function summary({ cases, baseline }: ComparisonReport): string {
  const named = (outcome: Outcome): readonly string[] =>
    cases.flatMap((one) =>
      one.comparisons
        .filter((comparison) => comparison.outcome === outcome)
        .map(({ contender, saving }) => {
          const place = `${one.trace} at ${minutes(one.joinDelay)}`;
          return `${contender} on ${place} (${signedPercent(saving.estimate)})`;
        }),
    );
  const lines: readonly [string, readonly string[]][] = [
    [`Better than \`${baseline}\``, named('better')],
    ['Not different beyond the interval', named('no difference')],
    [`Worse than \`${baseline}\``, named('worse')],
    ['Too short to say', named('too short')],
  ];
  return lines
    .map(([title, list]) => `- ${title}: ${list.length === 0 ? 'nowhere' : list.join('; ')}.`)
    .join('\n');
}

function skippedLines({ skipped }: ComparisonReport): readonly string[] {
  return skipped.map(({ trace, joinDelay, reason }) => `${trace} at ${minutes(joinDelay)}: ${reason}`);
}

function range({ estimate, lower, upper }: Interval, outcome: Outcome): string {
  const value = signedPercent(estimate);
  return outcome === 'too short' ? value : `${value} [${signedPercent(lower)}, ${signedPercent(upper)}]`;
}

function season({ seasons }: CaseReport): string {
  const hours = (period: number): string => `${Number(((period * 300_000) / 3_600_000).toFixed(1))} h`;
  return seasons.length === 0 ? 'none' : seasons.map(({ period }) => hours(period)).join(', ');
}

function quorumRisk({ sweeps }: CaseReport): number {
  return sweeps.flatMap(({ runs }) => runs).reduce((sum, run) => sum + run.quorumRiskSeconds, 0);
}
