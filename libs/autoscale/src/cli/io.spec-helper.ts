// A machine of files in memory.
import { runCase } from '../compare/compare.ts';
import type { Tools } from '../compare/types.ts';
import type { Io } from './io.ts';
import { main } from './program.ts';

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Files after the run. */
  readonly files: Readonly<Record<string, string>>;
}

/** Runs a command line, whose words are separated by spaces. */
export async function runProgram(
  line: string,
  files: Readonly<Record<string, string>>,
  tools?: Tools,
): Promise<Outcome> {
  const disk: Record<string, string> = { ...files };
  const out: string[] = [];
  const err: string[] = [];
  const io: Io = {
    print: (text) => out.push(text),
    note: (text) => err.push(text),
    readText: (path) => {
      const text = disk[path];
      if (text !== undefined) return text;
      throw Object.assign(new Error(`no such file '${path}'`), { code: 'ENOENT' });
    },
    writeText: (path, text) => {
      if (path.startsWith('readonly/')) throw new Error('permission denied');
      disk[path] = text;
    },
    cores: 1,
    runCases: (cases, _jobs, done) =>
      Promise.resolve(
        cases.map((one) => {
          const report = runCase(one, tools);
          done(report);
          return report;
        }),
      ),
  };
  const code = await main(line.split(' ').filter(Boolean), io, tools);
  return { code, out: out.join('\n'), err: err.join('\n'), files: disk };
}
