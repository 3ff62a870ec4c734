// The demo on this machine: a control plane, nodes and Neo4j servers in this process, the operator as a process of its own.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@neo4j-operator/clock';
import { clusters, databases } from '@neo4j-operator/cluster-access';
import { defineResource } from '@neo4j-operator/reconcile-kit';
import { startControlPlane } from '../../test/controlplane/src/index.ts';
import { startSimulatedControlPlane } from '../../test/controlplane/src/simulated.ts';
import { RealStage } from '../../test/stage/src/index.ts';
import { addressRange, missingAddresses, remedyFor } from './addresses.ts';
import { follow } from './follow.ts';
import { lastErrorIn } from './operator-log.ts';
import type { DemoOptions } from './options.ts';
import { type Screen, seconds } from './screen.ts';

const root = join(import.meta.dirname, '../..');
const pods = defineResource({ group: '', version: 'v1', plural: 'pods', kind: 'Pod', namespaced: true });

/** Runs it; the exit code. */
export async function embeddedDemo(
  options: DemoOptions,
  screen: Screen,
  signal: AbortSignal,
): Promise<number> {
  const missing = await missingAddresses();
  if (missing.length > 0) {
    screen.say(
      `This machine does not answer on ${missing.length} addresses that pods need. Add them, then run the demo again:`,
    );
    screen.say(`  ${remedyFor(missing)}`);
    return 2;
  }
  const started = systemClock.monotonic();
  const done = (what: string): void => {
    screen.say(`  ${seconds(systemClock.monotonic() - started).padStart(7)}  ${what}`);
  };
  screen.say(
    `Starting ${options.controlPlane === 'real' ? 'etcd, kube-apiserver and kube-controller-manager' : 'a simulated control plane'} with three nodes`,
  );
  const start = options.controlPlane === 'real' ? startControlPlane : startSimulatedControlPlane;
  const stage = await RealStage.open(start, { addressRange });
  try {
    done('control plane, CRDs, roles and nodes are there');
    const operator = stage.startOperator();
    await stage.until(() => operator.isReady());
    done('the operator is ready');
    const file = options.file ?? join(root, 'examples/quickstart.yaml');
    const applied = await stage.user.apply(readFileSync(file, 'utf8'));
    screen.say(
      `Applied ${options.file ?? 'examples/quickstart.yaml'}: ${applied.map(({ kind, metadata }) => `${kind} ${metadata.name}`).join(', ')}`,
    );
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
    if (!isReady) return 1;
    screen.say(`Ready ${seconds(systemClock.monotonic() - started)} after the start`);
    if (!options.once) await stay(stage, screen, signal);
    return 0;
  } finally {
    screen.now('');
    if (!options.once) screen.say('Stopping');
    await stage.operator?.stop();
    await stage.close();
  }
}

async function stay(stage: RealStage, screen: Screen, signal: AbortSignal): Promise<void> {
  const file = stage.controlPlane.admin.kubeconfigFile;
  screen.say(`
It stays until you press Ctrl-C. In another terminal:

  export KUBECONFIG=${file}
  kubectl get neo4j                                   # cluster and database
  kubectl describe n4j graph                          # what the operator says of the cluster
  kubectl get pods,pvc,services
  kubectl delete pod graph-2-0 && kubectl get n4j -w  # a server dies, and comes back on its volume
  kubectl patch n4j graph --type merge -p '{"spec":{"topology":{"secondaries":2}}}'
  kubectl delete -f examples/quickstart.yaml && kubectl apply -f examples/quickstart.yaml  # the data are still there
`);
  await new Promise<void>((resolve) => {
    signal.addEventListener(
      'abort',
      () => {
        resolve();
      },
      { once: true },
    );
    if (signal.aborted) resolve();
  });
}
