// The demo on this machine: a control plane, nodes and Neo4j servers in this process, the operator as a process of its own.
import { join } from 'node:path';
import { systemClock } from '@neo4j-operator/clock';
import { clusters, databases } from '@neo4j-operator/cluster-access';
import { defineResource, type KubeObject } from '@neo4j-operator/reconcile-kit';
import { startControlPlane } from '../../test/controlplane/src/index.ts';
import { startSimulatedControlPlane } from '../../test/controlplane/src/simulated.ts';
import { RealStage } from '../../test/stage/src/index.ts';
import { findAddresses, remedyFor } from './addresses.ts';
import { applyExample, type Example, readExample } from './apply-file.ts';
import { follow } from './follow.ts';
import { realHints, simulatedHints } from './hints.ts';
import { lastErrorIn } from './operator-log.ts';
import { type DemoOptions, interrupted } from './options.ts';
import { type Screen, seconds } from './screen.ts';
import { until } from './until.ts';

const root = join(import.meta.dirname, '../..');
const pods = defineResource<
  KubeObject & { readonly status?: { readonly phase?: string; readonly podIP?: string } }
>({ group: '', version: 'v1', plural: 'pods', kind: 'Pod', namespaced: true });

/** Runs it; the exit code. */
export async function embeddedDemo(
  options: DemoOptions,
  screen: Screen,
  signal: AbortSignal,
): Promise<number> {
  const addresses = await findAddresses();
  if ('missing' in addresses) {
    screen.say(
      `This machine does not answer on ${addresses.missing.length} addresses that pods need. Add them, then run the demo again:`,
    );
    screen.say(`  ${remedyFor(addresses.missing)}`);
    return 2;
  }
  const byDefault = options.neo4j === 'real' ? 'examples/community.yaml' : 'examples/quickstart.yaml';
  const example = readExample(options.file ?? join(root, byDefault), options.file ?? byDefault, screen);
  if (example === undefined) return 1;
  const real =
    options.neo4j === 'real'
      ? (await import('./real-neo4j.ts')).realNeo4j((line) => {
          screen.say(line);
        })
      : undefined;
  try {
    const started = systemClock.monotonic();
    screen.say(
      `Starting ${options.controlPlane === 'real' ? 'etcd, kube-apiserver and kube-controller-manager' : 'a simulated control plane'} with three nodes`,
    );
    const start = options.controlPlane === 'real' ? startControlPlane : startSimulatedControlPlane;
    const programs = real === undefined ? {} : { programs: real.programs };
    const stage = await RealStage.open(start, { addressRange: addresses.range, ...programs });
    try {
      return await show(stage, { example, options, screen, signal, started });
    } finally {
      screen.now('');
      if (!options.once) screen.say('Stopping');
      await stage.operator?.stop();
      await stage.close();
    }
  } finally {
    real?.close();
  }
}

interface Show {
  readonly example: Example;
  readonly options: DemoOptions;
  readonly screen: Screen;
  readonly signal: AbortSignal;
  readonly started: number;
}

async function show(stage: RealStage, { example, options, screen, signal, started }: Show): Promise<number> {
  const done = (what: string): void => {
    screen.say(`  ${seconds(systemClock.monotonic() - started).padStart(7)}  ${what}`);
  };
  done('control plane, CRDs, roles and nodes are there');
  const operator = stage.startOperator();
  const lastError = (): string => lastErrorIn(operator.output) ?? 'none';
  const isUp = await until(async () => !operator.isRunning || (await operator.isReady()), signal);
  if (!isUp) return interrupted;
  if (!operator.isRunning) {
    screen.say(`The operator has ended: ${lastError()}`);
    return 1;
  }
  done('the operator is ready');
  const isApplied = await applyExample(example, { user: stage.user, screen, namespace: 'default' });
  if (!isApplied) {
    screen.say(`  the operator's last error: ${lastError()}`);
    return 1;
  }
  const isReady = await follow({
    screen,
    signal,
    timeoutMs: options.timeoutMs,
    look: async () => ({
      clusters: await stage.list(clusters),
      databases: await stage.list(databases),
      pods: await stage.list(pods, 'default'),
    }),
    hasEnded: () => (operator.isRunning ? undefined : 'the operator has ended'),
    lastError: () => lastErrorIn(operator.output),
  });
  if (signal.aborted) return interrupted;
  if (!isReady) return 1;
  screen.say(`Ready ${seconds(systemClock.monotonic() - started)} after the start`);
  if (!options.once) await stay(stage, { options, screen, signal });
  return 0;
}

async function stay(
  stage: RealStage,
  { options, screen, signal }: Pick<Show, 'options' | 'screen' | 'signal'>,
): Promise<void> {
  const [pod] = await stage.list(pods, 'default');
  const address = pod?.status?.podIP ?? '';
  screen.say(`
It stays until you press Ctrl-C. In another terminal:

  export KUBECONFIG=${stage.controlPlane.admin.kubeconfigFile}${options.neo4j === 'real' ? realHints(address) : simulatedHints}`);
  await until(() => false, signal);
}
