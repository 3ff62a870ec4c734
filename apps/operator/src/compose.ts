// The composition root: which part is made of which others. Nothing here decides anything about clusters.
import { type Clock, type Rng, untilAborted } from '@neo4j-operator/clock';
import { clusterController, type RenderRevision, renderRevision } from '@neo4j-operator/cluster';
import { ClusterAccess, SecretReader, secrets } from '@neo4j-operator/cluster-access';
import { databaseController } from '@neo4j-operator/database';
import type { BoltConnector } from '@neo4j-operator/neo4j-admin';
import {
  createController,
  createEventRecorder,
  createKubeClient,
  createManager,
  createPrometheusMetrics,
  createProbeServer,
  defaultLeaderTiming,
  informerChecks,
  InformerRegistry,
  type KubeTransport,
  LeaderElector,
  leaseChanges,
  leases,
  LeaseWriteGate,
  type Logger,
  type LoopLagMeter,
  objectKey,
  openGate,
  type PrometheusMetrics,
  runInformers,
  type WriteGate,
} from '@neo4j-operator/reconcile-kit';
import { Container } from 'inversify';
import { createAccessMetrics } from './access-metrics.ts';
import type { OperatorSettings } from './settings.ts';
import { tokens } from './tokens.ts';

/** Names the Lease, the user agent and the reporter of Events. */
export const operatorName = 'neo4j-operator';

/** Begins the names of metrics that are the operator's own. */
export const metricsPrefix = 'neo4j_operator';

/** How long the last Events have to be sent when the process stops. */
const eventFlushMs = 2_000;

/** Everything that the operator takes from outside; tests give it simulated ones. */
export interface OperatorPorts {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly logger: Logger;
  readonly transport: KubeTransport;
  /** The same as `transport` unless given. */
  readonly leaseTransport?: KubeTransport;
  readonly connector: BoltConnector;
  /** Where everything is counted; a registry of its own unless given. */
  readonly metrics?: PrometheusMetrics;
  /** Measured while it runs, if given. */
  readonly loopLag?: LoopLagMeter;
  /** Those of this build unless given. */
  readonly revision?: RenderRevision;
}

/** Puts the operator together. Nothing runs yet: `container.get(tokens.manager).run(signal)` does that. */
export function composeOperator(ports: OperatorPorts, settings: OperatorSettings): Container {
  const container = new Container({ defaultScope: 'Singleton' });
  bindPorts(container, ports, settings);
  bindKubernetes(container);
  bindNeo4j(container);
  bindProcess(container);
  return container;
}

/** Runs an operator until `signal` is aborted, then drains it. */
export async function runComposed(container: Container, signal: AbortSignal): Promise<void> {
  try {
    await container.get(tokens.manager).run(signal);
  } finally {
    await container.get(tokens.access).closeAll();
    const [transport, leaseTransport] = [
      container.get(tokens.transport),
      container.get(tokens.leaseTransport),
    ];
    await Promise.all([...new Set<KubeTransport>([transport, leaseTransport])].map((each) => each.close()));
  }
}

function bindPorts(container: Container, ports: OperatorPorts, settings: OperatorSettings): void {
  container.bind(tokens.clock).toConstantValue(ports.clock);
  container.bind(tokens.rng).toConstantValue(ports.rng);
  container.bind(tokens.logger).toConstantValue(ports.logger);
  container.bind(tokens.transport).toConstantValue(ports.transport);
  container.bind(tokens.leaseTransport).toConstantValue(ports.leaseTransport ?? ports.transport);
  container.bind(tokens.connector).toConstantValue(ports.connector);
  container.bind(tokens.revision).toConstantValue(ports.revision ?? renderRevision);
  container.bind(tokens.settings).toConstantValue(settings);
  container.bind(tokens.loopLag).toConstantValue(ports.loopLag);
  container
    .bind(tokens.metrics)
    .toConstantValue(ports.metrics ?? createPrometheusMetrics({ prefix: metricsPrefix }));
}

function bindKubernetes(container: Container): void {
  container
    .bind(tokens.registry)
    .toResolvedValue(
      (transport, clock, rng, logger, metrics) =>
        new InformerRegistry({ transport, clock, rng, logger, metrics }),
      [tokens.transport, tokens.clock, tokens.rng, tokens.logger, tokens.metrics],
    );
  container
    .bind(tokens.gate)
    .toResolvedValue(
      ({ leaderElection }, clock) =>
        leaderElection ? new LeaseWriteGate(clock, defaultLeaderTiming.leaseDurationMs) : openGate,
      [tokens.settings, tokens.clock],
    );
  container
    .bind(tokens.client)
    .toResolvedValue(
      (transport, clock, gate, registry) =>
        createKubeClient({ transport, clock, gate, observer: registry.writeObserver }),
      [tokens.transport, tokens.clock, tokens.gate, tokens.registry],
    );
  container.bind(tokens.events).toResolvedValue(
    (writer, clock, rng, logger, metrics, { identity }) =>
      createEventRecorder({
        writer,
        clock,
        rng,
        logger,
        reportingController: operatorName,
        reportingInstance: identity,
        metrics: metrics.events(),
      }),
    [tokens.client, tokens.clock, tokens.rng, tokens.logger, tokens.metrics, tokens.settings],
  );
  container
    .bind(tokens.elector)
    .toResolvedValue(electorOf, [
      tokens.settings,
      tokens.gate,
      tokens.leaseTransport,
      tokens.registry,
      tokens.clock,
      tokens.rng,
      tokens.logger,
      tokens.metrics,
    ]);
}

function electorOf(
  { leaderElection, leaseNamespace, identity }: OperatorSettings,
  gate: WriteGate,
  transport: KubeTransport,
  registry: InformerRegistry,
  clock: Clock,
  rng: Rng,
  logger: Logger,
  metrics: PrometheusMetrics,
): LeaderElector | undefined {
  if (!leaderElection || !(gate instanceof LeaseWriteGate)) return undefined;
  const key = objectKey(leaseNamespace, operatorName);
  const own = { namespace: leaseNamespace, fieldSelector: `metadata.name=${operatorName}` };
  return new LeaderElector({
    client: createKubeClient({ transport, clock }),
    key,
    identity,
    changes$: leaseChanges(registry.acquire(leases, own), key),
    gate,
    clock,
    rng,
    logger,
    metrics: metrics.leader(operatorName),
  });
}

function bindNeo4j(container: Container): void {
  container.bind(tokens.access).toResolvedValue(
    (clock, rng, logger, connector, gate, metrics) =>
      new ClusterAccess({
        clock,
        rng,
        logger,
        connector,
        gate,
        metrics: createAccessMetrics(metrics.registry),
      }),
    [tokens.clock, tokens.rng, tokens.logger, tokens.connector, tokens.gate, tokens.metrics],
  );
  container.bind(tokens.secrets).toResolvedValue(
    (registry, live, { namespaces }) =>
      new SecretReader({
        lister: registry.acquireIn(secrets, namespaces, {}, { metadataOnly: true }).lister,
        live,
      }),
    [tokens.registry, tokens.client, tokens.settings],
  );
  container
    .bind(tokens.controllers)
    .toResolvedValue(
      (deps, access, reader, revision, { clusterDomain }) => [
        createController(clusterController({ access, secrets: reader, clusterDomain, revision }), deps),
        createController(databaseController({ access }), deps),
      ],
      [tokens.controllerDeps, tokens.access, tokens.secrets, tokens.revision, tokens.settings],
    );
}

function bindProcess(container: Container): void {
  container.bind(tokens.controllerDeps).toResolvedValue(
    (registry, client, events, clock, rng, logger, metrics, { namespaces }) => ({
      registry,
      client,
      events,
      clock,
      rng,
      logger,
      metrics,
      namespaces,
    }),
    [
      tokens.registry,
      tokens.client,
      tokens.events,
      tokens.clock,
      tokens.rng,
      tokens.logger,
      tokens.metrics,
      tokens.settings,
    ],
  );
  container.bind(tokens.probes).toResolvedValue(
    ({ http }, registry, clock, logger, metrics) =>
      http === undefined
        ? undefined
        : createProbeServer({
            logger,
            port: http.port,
            ...(http.host === undefined ? {} : { host: http.host }),
            portFlag: '--metrics-port',
            ready: informerChecks(registry, clock),
            metrics: () => metrics.render(),
          }),
    [tokens.settings, tokens.registry, tokens.clock, tokens.logger, tokens.metrics],
  );
  container.bind(tokens.manager).toResolvedValue(
    (clock, logger, probes, registry, events, controllers, elector, loopLag) =>
      createManager({
        clock,
        logger,
        http: probes === undefined ? [] : [probes],
        caches: [runInformers(registry, logger)],
        others: [
          ...(loopLag === undefined ? [] : [loopLag]),
          {
            name: 'events',
            async run(stop) {
              await untilAborted(stop);
              await events.flush(eventFlushMs);
            },
          },
        ],
        leaderElected: controllers,
        ...(elector === undefined ? {} : { elector }),
      }),
    [
      tokens.clock,
      tokens.logger,
      tokens.probes,
      tokens.registry,
      tokens.events,
      tokens.controllers,
      tokens.elector,
      tokens.loopLag,
    ],
  );
}
