import { hostname } from 'node:os';
import { systemClock, systemRng, untilAborted, uuid } from '@neo4j-operator/clock';
import { openGate } from '../client/client.ts';
import { createKubeClient } from '../client/kube-client.ts';
import type { Controller, ControllerDeps } from '../controller/controller.ts';
import { objectKey } from '../core/key.ts';
import type { Logger } from '../core/logger.ts';
import { createEventRecorder } from '../events/recorder.ts';
import { InformerRegistry } from '../informer/registry.ts';
import { defaultLeaderTiming, LeaderElector } from '../leader/elector.ts';
import { leases } from '../leader/lease.ts';
import { leaseChanges } from '../leader/lease-changes.ts';
import { LeaseWriteGate } from '../leader/write-gate.ts';
import { createManager } from '../manager/manager.ts';
import { createProbeServer } from '../manager/probes.ts';
import { LoopLagMeter } from '../metrics/loop-lag.ts';
import { createPrometheusMetrics } from '../metrics/prometheus.ts';
import { loadClusterConfig } from '../transport/cluster-config.ts';
import { createHttpTransport } from '../transport/http-transport.ts';
import type { KubeTransport } from '../transport/transport.ts';
import { informerChecks, runInformers } from './informers.ts';
import { flagsHelp, type OperatorFlags, parseFlags } from './flags.ts';
import { type HostProcess, runProcess } from './run-process.ts';

export interface OperatorOptions {
  /**
   * Lower case with dashes: names the Lease, the user agent and the Events' reporter. In capitals with underscores it begins the names of
   * the environment variables that can stand for flags: `TINY_OPERATOR_LOG_LEVEL`.
   */
  readonly name: string;
  /** Of the metric `<prefix>_reconciliation_duration_seconds`: lower case with underscores. */
  readonly metricsPrefix: string;
  /** Makes the controllers; their informers are started by this function. */
  readonly controllers: (deps: ControllerDeps) => readonly Controller[];
  /** How long work under way has to end after a stop, in milliseconds. Default 30 000, as a pod's termination grace period. */
  readonly gracePeriodMs?: number;
}

/**
 * Runs an operator until it is told to stop: command line, logs, metrics, probes, informers, leader election, controllers.
 *
 * It is no more than the parts of this library put together; whoever needs another composition puts them together anew.
 *
 * When it fails it ends the process: after leadership was lost, or the grace period has run out, work that does not heed its signals
 * would go on beside the next leader for as long as the process lives.
 *
 * @returns the exit code: 0 after SIGTERM or SIGINT, 2 if something must be changed first, else 1. What was wrong is told in one sentence.
 */
export function runOperator(options: OperatorOptions, host: HostProcess): Promise<number> {
  const envPrefix = `${options.name.toUpperCase().replaceAll('-', '_')}_`;
  return runProcess(
    {
      name: options.name,
      readFlags: (args, env) => parseFlags(args, env, { envPrefix }),
      help: `${options.name}: a Kubernetes operator\n\n${flagsHelp({ envPrefix })}`,
      operate: (flags, logger, signal) => operate(options, flags, logger, host.env, signal),
    },
    host,
  );
}

async function operate(
  options: OperatorOptions,
  flags: OperatorFlags,
  logger: Logger,
  env: HostProcess['env'],
  signal: AbortSignal,
): Promise<void> {
  const [clock, rng] = [systemClock, systemRng];
  const loopLag = new LoopLagMeter(clock);
  const metrics = createPrometheusMetrics({ prefix: options.metricsPrefix, loopLag });
  const config = await loadClusterConfig({
    env,
    clock,
    logger,
    kubeconfig: flags.kubeconfig,
    context: flags.context,
  });
  logger.info(
    { server: config.server, from: config.source, namespaces: flags.namespaces ?? 'all' },
    'Starting',
  );
  const requestMetrics = metrics.requests();
  const connect = (): KubeTransport =>
    createHttpTransport({ config, clock, userAgent: options.name, metrics: requestMetrics });
  const transport = connect();
  // A renewal that waited behind slow requests for a connection would lose the lease.
  const leaseTransport = connect();
  const registry = new InformerRegistry({ transport, clock, rng, logger, metrics });
  const leaseGate = new LeaseWriteGate(clock, defaultLeaderTiming.leaseDurationMs);
  const client = createKubeClient({
    transport,
    clock,
    gate: flags.leaderElection ? leaseGate : openGate,
    observer: registry.writeObserver,
  });
  const identity = `${hostname()}_${uuid(rng)}`;
  const events = createEventRecorder({
    writer: client,
    clock,
    rng,
    logger,
    reportingController: options.name,
    reportingInstance: identity,
    metrics: metrics.events(),
  });
  const controllers = options.controllers({
    registry,
    client,
    events,
    clock,
    rng,
    logger,
    metrics,
    namespaces: flags.namespaces,
  });

  const leaseKey = objectKey(flags.leaseNamespace ?? config.namespace, options.name);
  const elector = flags.leaderElection
    ? new LeaderElector({
        client: createKubeClient({ transport: leaseTransport, clock }),
        key: leaseKey,
        identity,
        changes$: leaseChanges(
          registry.acquire(leases, {
            namespace: flags.leaseNamespace ?? config.namespace,
            fieldSelector: `metadata.name=${options.name}`,
          }),
          leaseKey,
        ),
        gate: leaseGate,
        clock,
        rng,
        logger,
        metrics: metrics.leader(options.name),
      })
    : undefined;

  const manager = createManager({
    clock,
    logger,
    http: [
      createProbeServer({
        logger,
        port: flags.metricsPort,
        ...(flags.metricsAddress === undefined ? {} : { host: flags.metricsAddress }),
        portFlag: '--metrics-port',
        ready: informerChecks(registry, clock),
        metrics: () => metrics.render(),
      }),
    ],
    caches: [runInformers(registry, logger)],
    others: [
      loopLag,
      {
        name: 'events',
        async run(stop) {
          await untilAborted(stop);
          await events.flush(2_000);
        },
      },
    ],
    leaderElected: controllers,
    ...(elector === undefined ? {} : { elector }),
    ...(options.gracePeriodMs === undefined ? {} : { gracePeriodMs: options.gracePeriodMs }),
  });
  try {
    await manager.run(signal);
  } finally {
    await Promise.all([transport.close(), leaseTransport.close()]);
  }
}
