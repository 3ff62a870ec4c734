import { hostname } from 'node:os';
import { systemClock, systemRng, uuid } from '@neo4j-operator/clock';
import { driverConnector } from '@neo4j-operator/neo4j-admin';
import {
  createHttpTransport,
  createPrometheusMetrics,
  type HostProcess,
  type KubeTransport,
  loadClusterConfig,
  type Logger,
  LoopLagMeter,
  runProcess,
} from '@neo4j-operator/reconcile-kit';
import { composeOperator, metricsPrefix, operatorName, runComposed } from './compose.ts';
import { type Flags, help, readFlags } from './flags.ts';

/**
 * Runs the operator until it is told to stop.
 *
 * When it fails it ends the process: work that does not heed its signals would otherwise go on beside the next leader.
 *
 * @returns the exit code: 0 after SIGTERM or SIGINT, 2 if something must be changed first, else 1. What was wrong is told in one sentence.
 */
export function run(host: HostProcess): Promise<number> {
  return runProcess(
    {
      name: operatorName,
      readFlags,
      help,
      operate: (flags, logger, signal) => operate(flags, logger, host.env, signal),
    },
    host,
  );
}

async function operate(
  flags: Flags,
  logger: Logger,
  env: HostProcess['env'],
  signal: AbortSignal,
): Promise<void> {
  const [clock, rng] = [systemClock, systemRng];
  const { kubeconfig, context, namespaces, leaseNamespace, leaderElection, clusterDomain } = flags;
  const config = await loadClusterConfig({ env, clock, logger, kubeconfig, context });
  logger.info({ server: config.server, from: config.source, namespaces: namespaces ?? 'all' }, 'Starting');
  const loopLag = new LoopLagMeter(clock);
  const metrics = createPrometheusMetrics({ prefix: metricsPrefix, loopLag });
  const requests = metrics.requests();
  const connect = (): KubeTransport =>
    createHttpTransport({ config, clock, userAgent: operatorName, metrics: requests });
  const container = composeOperator(
    {
      clock,
      rng,
      logger,
      transport: connect(),
      leaseTransport: connect(),
      connector: driverConnector({ clock, userAgent: operatorName }),
      metrics,
      loopLag,
    },
    {
      namespaces,
      leaderElection,
      leaseNamespace: leaseNamespace ?? config.namespace,
      identity: `${hostname()}_${uuid(rng)}`,
      clusterDomain,
      http: { port: flags.metricsPort, host: flags.metricsAddress },
    },
  );
  await runComposed(container, signal);
}
