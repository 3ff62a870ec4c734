import { parseArgs } from 'node:util';
import { type LogLevel, logLevels } from '../core/create-logger.ts';
import { StartError } from '../manager/start-error.ts';

/** What a user can set on the command line of an operator. */
export interface OperatorFlags {
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  /** The only namespace whose objects are looked at; all when undefined. */
  readonly namespace: string | undefined;
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

/** The flags, explained. */
export const flagsHelp = `  --kubeconfig FILE         how to reach the cluster (default: the pod's service account, else as kubectl)
  --context NAME            a context of the kubeconfig (default: its current one)
  --namespace NAME          look at this namespace only (default: all)
  --metrics-port PORT       port for /healthz, /readyz and /metrics (default: 8080)
  --metrics-address ADDR    address for them (default: all)
  --leader-election=false   run without a Lease; never with more than one replica
  --lease-namespace NAME    where the Lease is (default: the namespace this runs in)
  --log-level LEVEL         debug, info, warn or error (default: info)
  --help                    this text
`;

/**
 * Reads the command line.
 *
 * @throws StartError naming the flag and what it takes
 */
export function parseFlags(args: readonly string[]): OperatorFlags {
  const values = parse(args);
  for (const [flag, value] of Object.entries(values)) {
    if (value === '') throw new StartError(`--${flag} is empty: give a value or leave it out`);
  }
  const port = values['metrics-port'] ?? '8080';
  const metricsPort = Number(port);
  if (!/^\d+$/.test(port) || metricsPort > 65_535) {
    throw new StartError(`--metrics-port is ${port}: give a number from 0 to 65535`);
  }
  const election = values['leader-election'] ?? 'true';
  if (election !== 'true' && election !== 'false') {
    throw new StartError(`--leader-election is ${election}: give true or false`);
  }
  const logLevel = logLevels.find((level) => level === (values['log-level'] ?? 'info'));
  if (logLevel === undefined) {
    throw new StartError(`--log-level is ${values['log-level'] ?? ''}: give one of ${logLevels.join(', ')}`);
  }
  return {
    kubeconfig: values.kubeconfig,
    context: values.context,
    namespace: values.namespace,
    metricsPort,
    metricsAddress: values['metrics-address'],
    leaderElection: election === 'true',
    leaseNamespace: values['lease-namespace'],
    logLevel,
    help: values.help ?? false,
  };
}

const text = { type: 'string' } as const;

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        kubeconfig: text,
        context: text,
        namespace: text,
        'metrics-port': text,
        'metrics-address': text,
        'leader-election': text,
        'lease-namespace': text,
        'log-level': text,
        help: { type: 'boolean' },
      },
    }).values;
  } catch (cause) {
    const [sentence] = (cause as Error).message.split('. ');
    throw new StartError(`${sentence ?? ''}: see --help`, { cause });
  }
}
