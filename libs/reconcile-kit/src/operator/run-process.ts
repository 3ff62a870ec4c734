import { systemClock } from '@neo4j-operator/clock';
import { config as rxjsConfig } from 'rxjs';
import { createLogger } from '../core/create-logger.ts';
import { asError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { onSignals, type SignalSource } from '../manager/signals.ts';
import { explainError } from '../manager/start-error.ts';
import type { OperatorFlags } from './flags.ts';

/** What an operator needs of its process. */
export interface HostProcess extends SignalSource {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/** What differs from operator to operator. */
export interface ProcessOptions<F extends Pick<OperatorFlags, 'help' | 'logLevel'>> {
  /** Names the logger, and begins what is said of a wrong command line. */
  readonly name: string;
  /** Reads the command line and the environment; throws a StartError about what is wrong with them. */
  readonly readFlags: (args: readonly string[], env: HostProcess['env']) => F;
  /** The text of `--help`. */
  readonly help: string;
  /** Works until `signal` is aborted. */
  readonly operate: (flags: F, logger: Logger, signal: AbortSignal) => Promise<void>;
}

/**
 * The life of an operator's process around its work: command line, logger, signals, exit code.
 *
 * When it fails it ends the process: after leadership was lost, or the grace period has run out, work that does not heed its signals
 * would go on beside the next leader for as long as the process lives.
 *
 * @returns the exit code: 0 after SIGTERM or SIGINT, 2 if something must be changed first, else 1. What was wrong is told in one sentence.
 */
export async function runProcess<F extends Pick<OperatorFlags, 'help' | 'logLevel'>>(
  { help, name, operate, readFlags }: ProcessOptions<F>,
  host: HostProcess,
): Promise<number> {
  let logger: Logger | undefined;
  try {
    const flags = readFlags(host.argv.slice(2), host.env);
    if (flags.help) {
      host.stdout.write(help);
      return 0;
    }
    const log = (logger = createLogger({ level: flags.logLevel, clock: systemClock, name }));
    rxjsConfig.onUnhandledError = (thrown: unknown) => {
      log.error({ err: asError(thrown) }, 'A subscriber failed');
    };
    const { signal, release } = onSignals(host, ['SIGTERM', 'SIGINT']);
    try {
      await operate(flags, log, signal);
    } finally {
      release();
    }
    return 0;
  } catch (thrown) {
    const { message, exitCode } = explainError(thrown);
    if (logger === undefined) {
      host.stderr.write(`${name}: ${message}\n`);
      return exitCode;
    }
    // What the user has to change is all in the sentence; a stack helps only with what nobody expected.
    logger.error(exitCode === 2 ? {} : { err: asError(thrown) }, message);
    // The line is out: the logger writes at once.
    host.exit(exitCode);
    return exitCode;
  }
}
