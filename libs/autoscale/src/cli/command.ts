// A command of the program, and its help.
import type { Tools } from '../compare/types.ts';
import type { Arguments, Flags } from './arguments.ts';
import type { Io } from './io.ts';

/** 0: done. 1: done, and the answer is no. 2: the command line or a file could not be understood. */
export type ExitCode = 0 | 1 | 2;

export interface Command {
  readonly summary: string;
  /** What stands behind the name, in short. */
  readonly synopsis: string;
  /** What one has to know beside the flags. */
  readonly notes?: string;
  readonly flags: Flags;
  /** Whether words that are no flags may follow. */
  readonly takesWords?: boolean;
  readonly run: (args: Arguments, io: Io, tools: Tools) => ExitCode | Promise<ExitCode>;
}

export function commandHelp(name: string, { summary, synopsis, notes, flags }: Command): string {
  const lines = Object.entries(flags).map(([flag, { value, help }]) => [
    `  --${flag}${value === undefined ? '' : ` ${value}`}`,
    help,
  ]);
  return [
    `neo4j-autoscale ${name} ${synopsis}: ${summary}`,
    columns(lines),
    ...(notes === undefined ? [] : [notes]),
  ].join('\n\n');
}

/** Two columns, the first as wide as its widest cell. */
export function columns(lines: readonly (readonly string[])[]): string {
  const width = Math.max(0, ...lines.map(([first = '']) => first.length));
  return lines.map(([first = '', second = '']) => `${first.padEnd(width)}  ${second}`).join('\n');
}
