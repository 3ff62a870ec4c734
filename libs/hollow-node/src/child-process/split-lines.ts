import type { Readable } from 'node:stream';

/** A line that is longer comes in pieces, as a container runtime writes it. */
const longestLine = 16_384;

/** Hands out a stream's text line by line; what is left at its end is a line as well. */
export function splitLines(stream: Readable, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
    for (; rest.length > longestLine; rest = rest.slice(longestLine)) onLine(rest.slice(0, longestLine));
  });
  stream.once('end', () => {
    if (rest !== '') onLine(rest);
  });
}
