import type { Clock } from '@neo4j-operator/clock';
import { pino } from 'pino';
import { KubeError } from './errors.ts';
import type { LogFields, Logger } from './logger.ts';

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LoggerOptions {
  readonly clock: Clock;
  /** Lines below it are dropped. */
  readonly level: LogLevel;
  /** The field `logger` of each line. */
  readonly name?: string;
  /** Where the lines go, each with its line feed. Default: standard output, written synchronously so that the last words are not lost. */
  readonly destination?: { write(line: string): void };
}

/**
 * A logger that writes one JSON object per line: `level`, `time` (RFC 3339), `logger`, the fields, `msg`.
 *
 * An error becomes its type, message, stack and causes; a Kubernetes object becomes its identity, since bodies may hold secrets.
 */
export function createLogger(options: LoggerOptions): Logger {
  const { clock, level, name } = options;
  return wrap(
    pino(
      {
        level,
        base: name === undefined ? {} : { logger: name },
        timestamp: () => `,"time":"${new Date(clock.now()).toISOString()}"`,
        formatters: { level: (label) => ({ level: label }) },
        // Errors have been written out before pino sees them.
        serializers: { err: (value: unknown) => value },
      },
      options.destination ?? pino.destination({ fd: 1, sync: true }),
    ),
  );
}

type Sink = Pick<pino.Logger, LogLevel | 'isLevelEnabled'> & { child(fields: object): Sink };

function wrap(sink: Sink): Logger {
  const at = (level: LogLevel) => (fields: LogFields, message: string) => {
    if (sink.isLevelEnabled(level)) sink[level](loggable(fields), message);
  };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => wrap(sink.child(loggable(fields))),
  };
}

function loggable(fields: LogFields): LogFields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      if (value instanceof Error) return [name, describeError(value, longestChain)];
      return [name, isKubeObject(value) ? identityOf(value) : value];
    }),
  );
}

/** Causes of causes are followed this far; a chain may be a ring. */
const longestChain = 8;

function describeError(error: Error, depth: number): LogFields {
  const { cause } = error;
  return {
    type: error.name,
    message: error.message,
    ...(error instanceof KubeError
      ? {
          reason: error.reason,
          status: error.status,
          request: error.request,
          retryAfterMs: error.retryAfterMs,
          ...(error.causes.length > 0 ? { causes: error.causes } : {}),
        }
      : {}),
    stack: error.stack,
    ...(cause instanceof Error && depth > 1 ? { cause: describeError(cause, depth - 1) } : {}),
  };
}

interface Identified {
  readonly kind: string;
  readonly metadata: { readonly name?: unknown; readonly namespace?: unknown };
}

function isKubeObject(value: unknown): value is Identified {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, metadata } = value as { readonly kind?: unknown; readonly metadata?: unknown };
  return typeof kind === 'string' && typeof metadata === 'object' && metadata !== null;
}

function identityOf({ kind, metadata: { name, namespace } }: Identified): LogFields {
  return { kind, namespace, name };
}
