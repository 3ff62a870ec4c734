// The program `neo4j-autoscale`: picks the command and turns what users got wrong into words.
import { ComparisonError } from '../compare/error.ts';
import { libraryTools } from '../compare/tools.ts';
import type { Tools } from '../compare/types.ts';
import { EvaluationError } from '../evaluate.ts';
import { HistoryError } from '../history/error.ts';
import { nearestName } from '../policy/nearest-name.ts';
import { ReplayError } from '../replay/simulate.ts';
import { readArguments, UsageError } from './arguments.ts';
import { columns, type Command, commandHelp, type ExitCode } from './command.ts';
import { compare } from './commands/compare.ts';
import { decide } from './commands/decide.ts';
import { replay } from './commands/replay.ts';
import { report } from './commands/report.ts';
import { tune } from './commands/tune.ts';
import { vectors } from './commands/vectors.ts';
import type { Io } from './io.ts';

const commands: Readonly<Record<string, Command>> = { decide, replay, compare, tune, vectors, report };

const help = `neo4j-autoscale [--directory=DIR] COMMAND [OPTIONS]: decides how many servers a Neo4j pool needs, and shows how well

${columns(Object.entries(commands).map(([name, { summary }]) => [`  ${name}`, summary]))}

Each command says more with --help. Relative paths start at DIR, by default where the program was started. Exit codes: 0 done, 1 done and the answer is no, 2 the command line or a file is wrong.`;

/** Runs the program. Whatever is wrong with the command line or the files ends as a message and exit code 2. */
export async function main(args: readonly string[], io: Io, tools: Tools = libraryTools): Promise<ExitCode> {
  try {
    return await runCommand(args, io, tools);
  } catch (error) {
    if (!isForUsers(error)) throw error;
    io.note(`neo4j-autoscale: ${error.message}`);
    return 2;
  }
}

async function runCommand([name = '', ...rest]: readonly string[], io: Io, tools: Tools): Promise<ExitCode> {
  if (name === '--help' || name === '-h' || name === 'help') {
    io.print(help);
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) throw new UsageError(`${unknown(name)}\n\n${help}`);
  if (rest.includes('--help') || rest.includes('-h')) {
    io.print(commandHelp(name, command));
    return 0;
  }
  return command.run(readArguments(rest, command.flags, command.takesWords), io, tools);
}

function unknown(name: string): string {
  if (name === '') return 'no command is given';
  const meant = nearestName(name, Object.keys(commands));
  return `there is no command '${name}'${meant === undefined ? '' : `: did you mean ${meant}?`}`;
}

function isForUsers(error: unknown): error is Error {
  return [UsageError, ComparisonError, EvaluationError, HistoryError, ReplayError].some(
    (type) => error instanceof type,
  );
}
