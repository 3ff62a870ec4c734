import type { ReasonEntry } from './reason-entry.ts';
import { reasons } from './reasons.ts';
import { rules } from './rules.ts';

/** The rows that the page for people has to have: of reasons, then of rules. */
export function catalogueRows(): readonly string[] {
  const entries = Object.entries<ReasonEntry>(reasons);
  return [
    ...entries.map(([name, { on, severity, means, remedy }]) =>
      row([`\`${name}\``, on.map((each) => `\`${each}\``).join(' '), severity, means, remedy]),
    ),
    ...Object.entries(rules).map(([name, { means, remedy }]) => row([`\`${name}\``, means, remedy])),
  ];
}

/** The rows of the tables of a page, without heads and with the padding of the columns taken out. */
export function rowsOf(page: string): readonly string[] {
  return page
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => row(line.slice(1, -1).split('|')));
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.trim()).join(' | ')} |`;
}
