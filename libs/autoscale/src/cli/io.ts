// Everything that the command does to the world.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { CaseReport, ComparisonCase } from '../compare/types.ts';
import { runInWorkers } from './workers.ts';

export interface Io {
  /** A line of the result. */
  readonly print: (line: string) => void;
  /** A line for people beside the result: progress, errors. */
  readonly note: (line: string) => void;
  /** Throws what the file system throws. */
  readonly readText: (path: string) => string;
  /** Makes the folders that are missing. Throws what the file system throws. */
  readonly writeText: (path: string, text: string) => void;
  /** How many cases can run at a time. */
  readonly cores: number;
  /** Reports in the order of the cases. */
  readonly runCases: (
    cases: readonly ComparisonCase[],
    jobs: number,
    done: (report: CaseReport) => void,
  ) => Promise<readonly CaseReport[]>;
}

/** The machine that the command runs on. Relative paths start at `directory`. */
export function machine(directory: string): Io {
  return {
    print: (line) => {
      process.stdout.write(`${line}\n`);
    },
    note: (line) => {
      process.stderr.write(`${line}\n`);
    },
    readText: (path) => readFileSync(resolve(directory, path), 'utf8'),
    writeText: (path, text) => {
      const file = resolve(directory, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    },
    cores: availableParallelism(),
    runCases: runInWorkers,
  };
}
