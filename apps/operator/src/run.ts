import { hostname } from 'node:os';
import { systemClock, systemRng, uuid } from '@neo4j-operator/clock';
import { driverConnector } from '@neo4j-operator/neo4j-admin';
import {
  createHttpTransport,
  createLogger,
  createPrometheusMetrics,
  explainError,
  type HostProcess,
  type KubeTransport,
  loadClusterConfig,
  type Logger,
  LoopLagMeter,
  onSignals,
} from '@neo4j-operator/reconcile-kit';
import { config as rxjsConfig } from 'rxjs';
import { composeOperator, metricsPrefix, operatorName, runComposed } from './compose.ts';
import { type Flags, help, readFlags } from './flags.ts';

/**
 * Runs the operator until it is told to stop.
 *
 * When it fails it ends the process: work that does not heed its signals would otherwise go on beside the next leader.
 *
 * @returns the exit code: 0 after SIGTERM or SIGINT, 2 if something must be changed first, else 1. What was wrong is told in one sentence.
 */
export async function run(host: HostProcess): Promise<number> {
  let logger: Logger | undefined;
  try {
    const flags = readFlags(host.argv.slice(2), host.env);
    if (flags.help) {
      host.stdout.write(help);
      return 0;
    }
    logger = createLogger({ level: flags.logLevel, clock: systemClock, name: operatorName });
    const { signal, release } = onSignals(host, ['SIGTERM', 'SIGINT']);
    try {
      await operate(flags, logger, host.env, signal);
    } finally {
      release();
    }
    return 0;
  } catch (thrown) {
    const { message, exitCode } = explainError(thrown);
    if (logger === undefined) {
      host.stderr.write(`${operatorName}: ${message}\n`);
      return exitCode;
    }
    // What the user has to change is all in the sentence; a stack helps only with what nobody expected.
    logger.error(exitCode === 2 ? {} : { err: thrown }, message);
    // The line is out: the logger writes at once.
    host.exit(exitCode);
    return exitCode;
  }
}

async function operate(
  flags: Flags,
  logger: Logger,
  env: HostProcess['env'],
  signal: AbortSignal,
): Promise<void> {
  const [clock, rng] = [systemClock, systemRng];
  rxjsConfig.onUnhandledError = (thrown: unknown) => {
    logger.error({ err: thrown }, 'A subscriber failed');
  };
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
