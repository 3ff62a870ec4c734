// Which part of a log is asked for, in the terms of the API's PodLogOptions.
import type { LogLine } from './run-log.ts';

export interface LogQuery {
  readonly follow?: boolean;
  readonly previous?: boolean;
  readonly timestamps?: boolean;
  readonly tailLines?: number;
  readonly sinceSeconds?: number;
  /** RFC 3339. */
  readonly sinceTime?: string;
  readonly limitBytes?: number;
  readonly stream?: 'All' | 'Stdout' | 'Stderr';
}

/**
 * Reads the query of a URL.
 *
 * @returns undefined if it cannot be understood
 */
export function parseLogQuery(query: URLSearchParams): LogQuery | undefined {
  const flag = (name: string): boolean => ['true', '1'].includes(query.get(name) ?? '');
  const numbers: Record<string, number> = {};
  for (const name of ['tailLines', 'sinceSeconds', 'limitBytes']) {
    const text = query.get(name);
    if (text === null) continue;
    if (!/^\d+$/.test(text)) return undefined;
    numbers[name] = Number(text);
  }
  const sinceTime = query.get('sinceTime');
  if (sinceTime !== null && Number.isNaN(Date.parse(sinceTime))) return undefined;
  const stream = query.get('stream') ?? 'All';
  if (stream !== 'All' && stream !== 'Stdout' && stream !== 'Stderr') return undefined;
  return {
    follow: flag('follow'),
    previous: flag('previous'),
    timestamps: flag('timestamps'),
    ...numbers,
    ...(sinceTime === null ? {} : { sinceTime }),
    stream,
  };
}

/** The lines of what has been written that are asked for. Of the last so many, those that are young enough, as a kubelet has it. */
export function selectLines(lines: readonly LogLine[], query: LogQuery, nowMs: number): readonly LogLine[] {
  const { tailLines, sinceSeconds, sinceTime } = query;
  const last = tailLines === undefined ? lines : tailLines === 0 ? [] : lines.slice(-tailLines);
  const since =
    sinceSeconds !== undefined
      ? nowMs - sinceSeconds * 1000
      : sinceTime === undefined
        ? -Infinity
        : Date.parse(sinceTime);
  return last.filter(({ at, stream }) => at >= since && isOfStream(stream, query.stream));
}

/** The line as it is sent, with its newline; undefined if it belongs to a stream that is not asked for. */
export function renderLine({ at, stream, text }: LogLine, query: LogQuery): string | undefined {
  if (!isOfStream(stream, query.stream)) return undefined;
  // A clock here has milliseconds, a container runtime writes nine digits.
  const time = query.timestamps === true ? `${new Date(at).toISOString().slice(0, -1)}000000Z ` : '';
  return `${time}${text}\n`;
}

function isOfStream(stream: LogLine['stream'], wanted: LogQuery['stream'] = 'All'): boolean {
  return wanted === 'All' || wanted.toLowerCase() === stream;
}
