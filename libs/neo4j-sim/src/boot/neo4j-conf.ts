/** A line of neo4j.conf. */
export interface ConfLine {
  readonly name: string;
  readonly value: string;
}

/** Reads neo4j.conf: `name=value`, comments behind `#` at the start of a line, blank lines. What is no such line is an error. */
export function parseConf(text: string): {
  readonly lines: readonly ConfLine[];
  readonly problems: readonly string[];
} {
  const lines: ConfLine[] = [];
  const problems: string[] = [];
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const at = line.indexOf('=');
    if (at <= 0) problems.push(`Unparsable line: ${line}`);
    else lines.push({ name: line.slice(0, at).trim(), value: line.slice(at + 1).trim() });
  }
  return { lines, problems };
}

/** The one setting that may be there several times. */
export const repeatable = 'server.jvm.additional';

/** The names that are declared more than once and must not be. */
export function duplicatesIn(lines: readonly ConfLine[]): readonly string[] {
  const seen = new Set<string>();
  const duplicates = new Set<string>();
  for (const { name } of lines) {
    if (seen.has(name) && name !== repeatable) duplicates.add(name);
    seen.add(name);
  }
  return [...duplicates];
}
