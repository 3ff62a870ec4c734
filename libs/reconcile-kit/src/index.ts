// Objects, keys, errors
export type { KubeObject, ObjectMeta, OwnerReference, Stored } from './core/object.ts';
export { keyOf, objectKey, type ObjectKey, parseKey } from './core/key.ts';
export { compareResourceVersions } from './core/resource-version.ts';
export { apiVersionOf, defineResource, type Resource, resourceName } from './core/resource.ts';
export { isKubeError, KubeError, type KubeErrorReason } from './core/errors.ts';
export {
  PassTimeout,
  PreconditionFailed,
  TerminalError,
  type TerminalErrorOptions,
} from './core/pass-errors.ts';
export { createLogger, type LoggerOptions, type LogLevel } from './core/create-logger.ts';
export { type LogFields, type Logger, silentLogger } from './core/logger.ts';

// Reaching the API server
export {
  type ClusterConfig,
  ConfigError,
  type Identity,
  loadClusterConfig,
  type LoadClusterConfigOptions,
} from './transport/cluster-config.ts';
export { createHttpTransport, type HttpTransportOptions } from './transport/http-transport.ts';
export type { KubeRequest, KubeResponse, KubeStream, KubeTransport } from './transport/transport.ts';
export type { FieldPath } from './transport/excise.ts';
export {
  type ApplyOptions,
  type DeleteOptions,
  type JsonPatchOperation,
  type LiveReader,
  openGate,
  type PatchOptions,
  type RequestOptions,
  type Scope,
  type WriteGate,
  type WriteObserver,
  type Writer,
} from './client/client.ts';
export { createKubeClient, type KubeClient, type KubeClientOptions } from './client/kube-client.ts';

// Informers
export type { Delta, InformerHandle, InformerOptions, Lister, ReflectorState } from './informer/informer.ts';
export { versionsOf } from './informer/versions.ts';
export { InformerRegistry, type InformerRegistryOptions } from './informer/registry.ts';

// Controllers
export { priorities, Workqueue, type WorkqueueOptions } from './workqueue/workqueue.ts';
export type { Action, Blocked, Plan, Precondition, Risk } from './controller/action.ts';
export { pass, refuse, type SafetyRule, type SafetyRules, type Verdict } from './controller/safety.ts';
export {
  type ConditionInput,
  type ControllerDefinition,
  defineController,
  type Outcome,
  type OwnedSource,
  ownedSource,
  type PassContext,
  type SelectedResource,
  type Source,
  type StatusFields,
  type WatchSource,
  watchSource,
} from './controller/definition.ts';
export { type Controller, type ControllerDeps, createController } from './controller/controller.ts';

// Changing objects
export {
  type Applied,
  appliedHashAnnotation,
  applyIfChanged,
  type ApplyIfChangedOptions,
  ApplyMemo,
  needsApply,
} from './apply/apply-if-changed.ts';
export { canonical } from './apply/canonical.ts';
export { canonicalDuration } from './apply/duration.ts';
export { canonicalQuantity } from './apply/quantity.ts';
export { type Condition, findCondition, isTrue, setConditions } from './apply/conditions.ts';
export { BeingDeleted, type CreatedOnce, createOnce, type CreateOnceOptions } from './apply/create-once.ts';
export { addFinalizer, hasFinalizer, removeFinalizer } from './apply/finalizers.ts';
export { controllerReference, isOwnedBy } from './apply/owner-references.ts';
export { applyStatusIfChanged, type ApplyStatusOptions } from './apply/status-apply.ts';
export {
  createEventRecorder,
  type EventInput,
  type EventRecorder,
  type EventRecorderOptions,
} from './events/recorder.ts';

// What must be allowed
export { mergeRules, type PolicyRule, rule, type Verb } from './rbac/policy-rule.ts';
export { eventRules, leaderElectionRules, type PassResources, passRules } from './rbac/kit-rules.ts';

// Leader election
export {
  defaultLeaderTiming,
  LeaderElector,
  type LeaderElectorOptions,
  type LeaderState,
  type LeaderTiming,
} from './leader/elector.ts';
export { type Lease, leases } from './leader/lease.ts';
export { leaseChanges } from './leader/lease-changes.ts';
export { LeaseWriteGate } from './leader/write-gate.ts';

// Putting a process together
export {
  createManager,
  LeadershipLost,
  type Manager,
  type ManagerOptions,
  StopTimeout,
} from './manager/manager.ts';
export type { Runnable } from './manager/runnable.ts';
export { onSignals, type SignalSource, type StopSignal } from './manager/signals.ts';
export { type Check, informerCheck } from './manager/checks.ts';
export { createProbeServer, type ProbeServer, type ProbeServerOptions } from './manager/probes.ts';
export { explainError, StartError } from './manager/start-error.ts';
export { noMetrics } from './metrics/none.ts';
export type { MetricsPorts } from './metrics/ports.ts';
export { LoopLagMeter } from './metrics/loop-lag.ts';
export {
  createPrometheusMetrics,
  type PrometheusMetrics,
  type PrometheusMetricsOptions,
} from './metrics/prometheus.ts';
export {
  choiceFlag,
  type Flag,
  type FlagTable,
  type FlagText,
  type FlagValues,
  integerFlag,
  namesFlag,
  switchFlag,
  textFlag,
} from './operator/flag.ts';
export { type FlagOptions, flagsHelp, type OperatorFlags, parseFlags } from './operator/flags.ts';
export { informerChecks, runInformers } from './operator/informers.ts';
export { type OperatorOptions, runOperator } from './operator/run-operator.ts';
export { type HostProcess, type ProcessOptions, runProcess } from './operator/run-process.ts';
