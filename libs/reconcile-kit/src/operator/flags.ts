import { parseArgs } from 'node:util';
import { type LogLevel, logLevels } from '../core/create-logger.ts';
import { StartError } from '../manager/start-error.ts';
import {
  choiceFlag,
  type Flag,
  type FlagTable,
  type FlagValues,
  integerFlag,
  namesFlag,
  switchFlag,
  textFlag,
} from './flag.ts';

/** What a user can set on the command line of any operator. */
export interface OperatorFlags {
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  /** The only namespaces whose objects are looked at; all when undefined. */
  readonly namespaces: readonly string[] | undefined;
  /** Port for probes and metrics. */
  readonly metricsPort: number;
  /** Address for probes and metrics; all when undefined. */
  readonly metricsAddress: string | undefined;
  readonly leaderElection: boolean;
  /** Where the Lease is; the pod's or the context's namespace when undefined. */
  readonly leaseNamespace: string | undefined;
  readonly logLevel: LogLevel;
  readonly help: boolean;
}

const operatorFlags: { readonly [K in keyof OperatorFlags as Exclude<K, 'help'>]: Flag<OperatorFlags[K]> } = {
  kubeconfig: textFlag('kubeconfig', {
    placeholder: 'FILE',
    help: "how to reach the cluster (default: the pod's service account, else as kubectl)",
  }),
  context: textFlag('context', {
    placeholder: 'NAME',
    help: 'a context of the kubeconfig (default: its current one)',
  }),
  namespaces: namesFlag('namespace', {
    placeholder: 'NAME,...',
    help: 'look at these namespaces only (default: all)',
  }),
  metricsPort: integerFlag('metrics-port', {
    placeholder: 'PORT',
    help: 'port for /healthz, /readyz and /metrics',
    from: 0,
    to: 65_535,
    absent: 8080,
  }),
  metricsAddress: textFlag('metrics-address', {
    placeholder: 'ADDR',
    help: 'address for them (default: all)',
  }),
  leaderElection: switchFlag('leader-election', {
    help: 'run without a Lease; never with more than one replica',
    absent: true,
  }),
  leaseNamespace: textFlag('lease-namespace', {
    placeholder: 'NAME',
    help: 'where the Lease is (default: the namespace this runs in)',
  }),
  logLevel: choiceFlag('log-level', {
    placeholder: 'LEVEL',
    help: 'debug, info, warn or error',
    choices: logLevels,
    absent: 'info',
  }),
};

/** What differs from operator to operator. */
export interface FlagOptions<Own extends FlagTable = FlagTable> {
  /**
   * What the names of environment variables begin with: under `TINY_` a flag `--metrics-port` can be given as `TINY_METRICS_PORT`. The
   * environment is not looked at when absent.
   */
  readonly envPrefix?: string;
  /** Further flags, whose names must be new. */
  readonly own?: Own;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the command line, and of the environment what is not on it.
 *
 * @throws StartError naming the flag, or the variable, and what it takes
 */
export function parseFlags(
  args: readonly string[],
  env?: Environment,
  options?: Omit<FlagOptions, 'own'>,
): OperatorFlags;
export function parseFlags<Own extends FlagTable>(
  args: readonly string[],
  env: Environment,
  options: FlagOptions<Own> & { readonly own: Own },
): OperatorFlags & FlagValues<Own>;
export function parseFlags(
  args: readonly string[],
  env: Environment = {},
  options: FlagOptions = {},
): OperatorFlags {
  const { envPrefix } = options;
  const table = tableOf(options);
  const given = parse(args, Object.values(table));
  const valueOf = (flag: Flag<unknown>): unknown => {
    const text = given[flag.name];
    if (text === '') throw new StartError(`--${flag.name} is empty: give a value or leave it out`);
    if (typeof text === 'string') return read(flag, `--${flag.name}`, text);
    const variable = envPrefix === undefined ? undefined : variableOf(flag, envPrefix);
    const fromEnv = variable === undefined ? undefined : env[variable];
    const isSet =
      variable !== undefined && fromEnv !== undefined && fromEnv !== '' && !isServiceLink(fromEnv);
    return isSet ? read(flag, variable, fromEnv) : flag.absent;
  };
  const values: Record<string, unknown> = { help: given['help'] === true };
  for (const [key, flag] of Object.entries(table)) values[key] = valueOf(flag);
  // Each value was read by the flag that its type is taken from.
  return values as unknown as OperatorFlags;
}

/** The flags, explained. */
export function flagsHelp(options: FlagOptions = {}): string {
  const { envPrefix } = options;
  const lines = Object.values(tableOf(options)).map(({ usage, help }) => `  ${usage.padEnd(25)} ${help}\n`);
  const environment =
    envPrefix === undefined
      ? ''
      : `\nEach but --help can be set in the environment as well, --metrics-port as ${variableOf(operatorFlags.metricsPort, envPrefix)}.\nWhat is on the command line goes first.\n`;
  return `${lines.join('')}  ${'--help'.padEnd(25)} this text\n${environment}`;
}

function tableOf({ own = {} }: FlagOptions): FlagTable {
  const both = [...Object.entries<Flag<unknown>>(operatorFlags), ...Object.entries(own)];
  const twice =
    repeated(['help', ...both.map(([, { name }]) => name)]) ??
    repeated(['help', ...both.map(([key]) => key)]);
  if (twice !== undefined) throw new TypeError(`there are two flags called ${twice}`);
  return Object.fromEntries(both);
}

function repeated(names: readonly string[]): string | undefined {
  return names.find((name, index) => names.indexOf(name) < index);
}

function parse(
  args: readonly string[],
  flags: readonly Flag<unknown>[],
): Readonly<Record<string, string | boolean | undefined>> {
  const options = Object.fromEntries(flags.map(({ name }) => [name, { type: 'string' } as const]));
  try {
    return parseArgs({ args: [...args], options: { ...options, help: { type: 'boolean' } } }).values;
  } catch (cause) {
    const [sentence] = (cause as Error).message.split('. ');
    throw new StartError(`${sentence ?? ''}: see --help`, { cause });
  }
}

function read(flag: Flag<unknown>, from: string, text: string): unknown {
  return flag.read(text, (remedy) => {
    throw new StartError(`${from} is ${text}: ${remedy}`);
  });
}

function variableOf({ name }: Flag<unknown>, envPrefix: string): string {
  return `${envPrefix}${name.toUpperCase().replaceAll('-', '_')}`;
}

/**
 * In a pod, a Service called `tiny-metrics` of the same namespace makes Kubernetes set `TINY_METRICS_PORT` to an address such as
 * `tcp://10.0.0.1:8080`, which nobody meant for us.
 */
function isServiceLink(text: string): boolean {
  return /^(tcp|udp|sctp):\/\//.test(text);
}
