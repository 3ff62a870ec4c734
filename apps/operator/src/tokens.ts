// What the parts of the operator are asked for by. Each token stands for one type.
import type { Clock, Rng } from '@neo4j-operator/clock';
import type { ClusterAccess, SecretReader } from '@neo4j-operator/cluster-access';
import type { RenderRevision } from '@neo4j-operator/cluster';
import type { BoltConnector } from '@neo4j-operator/neo4j-admin';
import type {
  Controller,
  ControllerDeps,
  EventRecorder,
  InformerRegistry,
  KubeClient,
  KubeTransport,
  LeaderElector,
  Logger,
  LoopLagMeter,
  Manager,
  PrometheusMetrics,
  ProbeServer,
  WriteGate,
} from '@neo4j-operator/reconcile-kit';
import type { ServiceIdentifier } from 'inversify';
import type { OperatorSettings } from './settings.ts';

function token<T>(name: string): ServiceIdentifier<T> {
  return Symbol(name);
}

/** The tokens of the composition. */
export const tokens = {
  // Given from outside
  clock: token<Clock>('clock'),
  rng: token<Rng>('rng'),
  logger: token<Logger>('logger'),
  transport: token<KubeTransport>('transport'),
  /** For the Lease alone: a renewal that waited behind slow requests would lose it. */
  leaseTransport: token<KubeTransport>('lease transport'),
  connector: token<BoltConnector>('connector'),
  metrics: token<PrometheusMetrics>('metrics'),
  loopLag: token<LoopLagMeter | undefined>('loop lag'),
  revision: token<RenderRevision>('revision'),
  settings: token<OperatorSettings>('settings'),
  // Made here
  registry: token<InformerRegistry>('registry'),
  gate: token<WriteGate>('gate'),
  client: token<KubeClient>('client'),
  events: token<EventRecorder>('events'),
  elector: token<LeaderElector | undefined>('elector'),
  access: token<ClusterAccess>('access'),
  secrets: token<SecretReader>('secrets'),
  controllerDeps: token<ControllerDeps>('controller dependencies'),
  controllers: token<readonly Controller[]>('controllers'),
  probes: token<ProbeServer | undefined>('probes'),
  manager: token<Manager>('manager'),
} as const;
