import { type Samples, spread, column } from './samples.ts';

/** One subject of a benchmark, with what its runs measured. */
export interface Row {
  readonly name: string;
  readonly samples: Samples;
}

/** A Markdown table: a row per subject, a column per measurement. `columns` maps headings to the names of measurements. */
export function samplesTable(rows: readonly Row[], columns: Readonly<Record<string, string>>): string {
  return markdownTable(
    ['', ...Object.keys(columns)],
    rows.map(({ name, samples }) => [
      name,
      ...Object.values(columns).map((measured) => spread(column(samples, measured))),
    ]),
  );
}

/** A Markdown table of texts. */
export function markdownTable(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(heading), line(heading.map(() => '---')), ...rows.map(line)].join('\n');
}
