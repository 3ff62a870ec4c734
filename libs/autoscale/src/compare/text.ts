// Numbers as people read them.

/** `3.2 %`, with enough digits for small shares. */
export function percent(share: number): string {
  const value = share * 100;
  const digits = value !== 0 && Math.abs(value) < 1 ? 2 : 1;
  return `${value.toFixed(digits)} %`;
}

/** `+3.2 %`, for differences. */
export function signedPercent(share: number): string {
  return `${share > 0 ? '+' : ''}${percent(share)}`;
}

/** `5 min`, `1 h`. */
export function minutes(milliseconds: number): string {
  return `${Number((milliseconds / 60_000).toFixed(2))} min`;
}

/** Rows as a table for a terminal: columns as wide as their widest cell, the first one aligned left and the rest right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ');
  return rows.map((row) => `${line(row).trimEnd()}\n`).join('');
}

/** Rows as a table of Markdown; the first one holds the names of the columns. */
export function markdownTable([head = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  return [head, head.map((_, column) => (column === 0 ? '---' : '--:')), ...rows].map(line).join('');
}
