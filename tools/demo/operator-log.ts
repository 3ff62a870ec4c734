/** The message of the last line of an operator's log that tells of an error. */
export function lastErrorIn(output: string): string | undefined {
  for (const line of output.split('\n').toReversed()) {
    const entry = read(line);
    if (entry?.level === 'error' || entry?.level === 'fatal') {
      const cause = entry.err?.message;
      return cause === undefined || cause === entry.msg ? entry.msg : `${entry.msg}: ${cause}`;
    }
    if (entry === undefined && line.trim() !== '') return line.trim();
  }
  return undefined;
}

interface LogEntry {
  readonly level: string;
  readonly msg: string;
  readonly err?: { readonly message?: string };
}

function read(line: string): LogEntry | undefined {
  try {
    return JSON.parse(line) as LogEntry;
  } catch {
    return undefined;
  }
}
