// What one run of a container has written.
import type { Clock } from '@neo4j-operator/clock';
import type { LogWriter } from '../kubelet/contract.ts';

export type LogStream = 'stdout' | 'stderr';

export interface LogLine {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly stream: LogStream;
  readonly text: string;
}

/** Told what is written, and that no more will come. */
export interface LogListener {
  line(line: LogLine): void;
  end(): void;
}

/** The log of a run. Lines beyond its size push out the oldest; of a line that is longer than that its beginning is kept. */
export interface RunLog extends LogWriter {
  readonly restartCount: number;
  readonly lines: readonly LogLine[];
  /** Tells what comes from now on; returns what ends that. */
  follow(listener: LogListener): () => void;
  /** Another run has begun, or the pod is gone. */
  end(): void;
}

/** A line's time and stream cost something as well. */
const perLineBytes = 40;

export function createRunLog(clock: Clock, restartCount: number, maxBytes: number): RunLog {
  let lines: LogLine[] = [];
  let bytes = 0;
  let hasEnded = false;
  const listeners = new Set<LogListener>();

  function write(whole: string, stream: LogStream): void {
    const text = whole.length > maxBytes ? Buffer.from(whole).toString('utf8', 0, maxBytes) : whole;
    const line = { at: clock.now(), stream, text };
    lines.push(line);
    bytes += sizeOf(line);
    // A part at a time, so that a long log is not copied for each line.
    if (bytes > maxBytes && lines.length > 1) drop();
    for (const listener of [...listeners]) listener.line(line);
  }

  function drop(): void {
    let kept = lines.length - 1;
    let keptBytes = 0;
    for (let line = lines[kept]; line !== undefined; line = lines[--kept]) {
      keptBytes += sizeOf(line);
      if (keptBytes > maxBytes * 0.75) break;
    }
    lines = lines.slice(Math.min(kept + 1, lines.length - 1));
    bytes = lines.reduce((sum, line) => sum + sizeOf(line), 0);
  }

  return {
    restartCount,
    get lines() {
      return lines;
    },
    write,
    tail: (maxLines, maxBytesOfTail) => {
      const text = lines
        .slice(-maxLines)
        .map((line) => `${line.text}\n`)
        .join('');
      const all = Buffer.from(text);
      return all.subarray(Math.max(0, all.length - maxBytesOfTail)).toString();
    },
    follow: (listener) => {
      if (hasEnded) listener.end();
      else listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    end: () => {
      hasEnded = true;
      for (const listener of [...listeners]) listener.end();
      listeners.clear();
    },
  };
}

function sizeOf({ text }: LogLine): number {
  return Buffer.byteLength(text) + perLineBytes;
}
