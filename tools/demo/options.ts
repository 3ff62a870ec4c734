import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** The exit code after Ctrl-C. */
export const interrupted = 130;

/** What the demo is asked for. */
export interface DemoOptions {
  readonly help: boolean;
  /** End when everything is Ready. */
  readonly once: boolean;
  readonly controlPlane: 'simulated' | 'real';
  readonly neo4j: 'simulated' | 'real';
  /** A cluster of the user's own, in the place of an embedded one. */
  readonly kubeconfig: string | undefined;
  /** How long it may take until everything is Ready. */
  readonly timeoutMs: number;
  /** The YAML that is applied. */
  readonly file: string | undefined;
}

export const usage = `npm run demo [-- OPTIONS]: a Neo4j cluster on this machine, from nothing

  --once                  end when everything is Ready; the exit code tells how it went
  --control-plane=real    etcd and kube-apiserver in the place of the simulated control plane (built with Go, once)
  --neo4j=real            one real Neo4j Community server in the place of four simulated ones (Java, fetched with Maven, once)
  --kubeconfig=FILE       install into your own Kubernetes cluster and apply the example there
  --file=FILE             apply this YAML and not the example
  --timeout=SECONDS       how long it may take until everything is Ready (default: 120, or 300 where something real starts)
  --help                  this text
`;

/** A command line that cannot be understood. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Reads the command line.
 *
 * @param directory - where files are looked for: npm runs its scripts in another than the user is in
 * @throws UsageError
 */
export function readOptions(args: readonly string[], directory: string): DemoOptions {
  const values = parse(args);
  const isSlow = values.neo4j === 'real' || values.kubeconfig !== undefined;
  const timeout = Number(values.timeout ?? (isSlow ? '300' : '120'));
  if (!(timeout > 0)) throw new UsageError('--timeout takes a number of seconds');
  const options: DemoOptions = {
    help: values.help ?? false,
    once: values.once ?? false,
    controlPlane: oneOf('control-plane', values['control-plane']),
    neo4j: oneOf('neo4j', values.neo4j),
    kubeconfig: values.kubeconfig === undefined ? undefined : resolve(directory, values.kubeconfig),
    timeoutMs: timeout * 1000,
    file: values.file === undefined ? undefined : resolve(directory, values.file),
  };
  const isOwn = options.kubeconfig !== undefined;
  if (isOwn && (options.controlPlane === 'real' || options.neo4j === 'real')) {
    throw new UsageError('--kubeconfig brings its own control plane and nodes: leave out the other two');
  }
  return options;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean' },
        once: { type: 'boolean' },
        'control-plane': { type: 'string' },
        neo4j: { type: 'string' },
        kubeconfig: { type: 'string' },
        timeout: { type: 'string' },
        file: { type: 'string' },
      },
    }).values;
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause });
  }
}

function oneOf(flag: string, value: string | undefined): 'simulated' | 'real' {
  if (value === undefined || value === 'simulated') return 'simulated';
  if (value === 'real') return 'real';
  throw new UsageError(`--${flag} takes real or simulated`);
}
