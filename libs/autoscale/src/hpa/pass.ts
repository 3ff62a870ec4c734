// One pass of the Horizontal Pod Autoscaler (autoscaling/v2, Kubernetes 1.37), made of the same functions that the engine uses, so that they
// can be compared with the original.
import type { ScalingEvent, TimedReplicas } from '../history/types.ts';
import type { ScalingRules } from '../policy/types.ts';
import { combineMax } from './combine.ts';
import { limitLegacy, stabilizeLegacy } from './legacy.ts';
import { fullMemory, type Memory } from './memory.ts';
import {
  askMetric,
  metricInWords,
  type HpaMetric,
  type MetricFlags,
  type MetricOutcome,
  type PassStep,
} from './metric.ts';
import { limitRate, type Limited } from './rate.ts';
import { stabilize } from './stabilize.ts';

/** What is asked of the autoscaler. Times are in milliseconds. */
export interface HpaSpec {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly metrics: readonly HpaMetric[];
  /** With every default filled in; undefined is another algorithm than the default rules. */
  readonly behavior: { readonly scaleUp: ScalingRules; readonly scaleDown: ScalingRules } | undefined;
}

/** Flags of the controller; times are in milliseconds. */
export interface HpaController extends MetricFlags {
  readonly downscaleStabilization: number;
}

/** A condition of the status. */
export interface HpaCondition {
  readonly type: 'AbleToScale' | 'ScaledToZero' | 'ScalingActive' | 'ScalingLimited';
  readonly status: 'True' | 'False';
  readonly reason: string;
}

/** All that the autoscaler knows from earlier passes. */
export interface HpaState {
  readonly recommendations: readonly TimedReplicas[];
  readonly events: readonly ScalingEvent[];
  /** By type. */
  readonly conditions: readonly HpaCondition[];
  readonly statusDesiredReplicas: number;
  /** Whether a pass has read the size. */
  readonly started: boolean;
}

/** What a pass has decided, and what its status says of it. */
export interface PassOutcome {
  /** The size after the pass. */
  readonly desiredReplicas: number;
  readonly rescaled: boolean;
  readonly rescaleReason: string | undefined;
  /** What the metrics together ask for; undefined if they were not asked or the pass failed on them. */
  readonly proposal: number | undefined;
  readonly proposalMetric: number | undefined;
  /** Empty if they were not asked. */
  readonly metrics: readonly MetricOutcome[];
  readonly conditions: readonly HpaCondition[];
  readonly statusDesiredReplicas: number;
  /** The pass ended with an error; it may have rescaled all the same. */
  readonly failed: boolean;
}

/** What the autoscaler knows before its first pass; whether it scaled to zero is all that outlives its restart. */
export function initialState(scaledToZero: boolean): HpaState {
  return {
    recommendations: [],
    events: [],
    conditions: scaledToZero ? [{ type: 'ScaledToZero', status: 'True', reason: 'ScaledToZero' }] : [],
    statusDesiredReplicas: 0,
    started: false,
  };
}

/** Decides one pass and says what to know in the next. Neither of its arguments is changed. */
export function hpaPass(
  spec: HpaSpec,
  controller: HpaController,
  state: HpaState,
  step: PassStep,
  memory: Memory = fullMemory,
): { readonly outcome: PassOutcome; readonly next: HpaState } {
  if (step.scaleReadError) {
    return finish(step, {
      state: withCondition(state, 'AbleToScale', 'False', 'FailedGetScale'),
      failed: true,
    });
  }
  const pass: Pass = { spec, controller, step, memory };
  const read = readSize(pass, state);
  const current = step.specReplicas;
  if (current === 0 && !mayLeaveZero(spec, read)) {
    return finish(step, {
      state: {
        ...withCondition(read, 'ScalingActive', 'False', 'ScalingDisabled'),
        statusDesiredReplicas: 0,
      },
    });
  }
  if (current > spec.maxReplicas) {
    const reason = 'Current number of replicas above Spec.MaxReplicas';
    return resize(pass, { state: read, desired: spec.maxReplicas, reason });
  }
  if (current > 0 && current < spec.minReplicas) {
    return resize(pass, { state: read, desired: spec.minReplicas, reason: BELOW_MINIMUM });
  }
  return followMetrics(pass, read);
}

const BELOW_MINIMUM = 'Current number of replicas below Spec.MinReplicas';

interface Pass {
  readonly spec: HpaSpec;
  readonly controller: HpaController;
  readonly step: PassStep;
  readonly memory: Memory;
}

type Result = ReturnType<typeof hpaPass>;

/** What the metrics said, where they were asked. */
interface Asked {
  readonly metrics: readonly MetricOutcome[];
  readonly proposal: number | undefined;
  readonly proposalMetric: number | undefined;
  readonly failed: boolean;
}

function readSize({ spec, controller, step, memory }: Pass, state: HpaState): HpaState {
  const able = withCondition(state, 'AbleToScale', 'True', 'SucceededGetScale');
  if (state.started) return able;
  const first = { time: step.time, replicas: step.specReplicas };
  const recommendations = memory.recommendation(able.recommendations, first, longestWindow(spec, controller));
  return { ...able, recommendations, started: true };
}

/** KEP-2021: only what the autoscaler itself scaled to zero is scaled back. */
function mayLeaveZero(spec: HpaSpec, state: HpaState): boolean {
  const byItself = state.conditions.some(({ type, status }) => type === 'ScaledToZero' && status === 'True');
  return byItself && (spec.minReplicas > 0 || hasExternal(spec));
}

function hasExternal(spec: HpaSpec): boolean {
  return spec.metrics.some(({ type }) => type === 'External');
}

function followMetrics(pass: Pass, state: HpaState): Result {
  const { spec, controller, step, memory } = pass;
  const current = step.specReplicas;
  const tolerance = {
    up: spec.behavior?.scaleUp.tolerance ?? controller.tolerance,
    down: spec.behavior?.scaleDown.tolerance ?? controller.tolerance,
  };
  const metrics = spec.metrics.map((metric) => askMetric(metric, step, tolerance, controller));
  const combined = combineMax(
    metrics.map((metric) => metric.proposal),
    current,
  );
  const { replicas: proposal, index } = combined;
  const asked: Asked = { metrics, proposal, proposalMetric: index, failed: combined.failed };
  if (proposal === undefined) {
    const reason = metrics.find((metric) => metric.failed !== undefined)?.failed ?? 'NoMetrics';
    return finish(step, {
      state: withCondition(state, 'ScalingActive', 'False', reason),
      asked,
      failed: true,
    });
  }

  const active = withCondition(state, 'ScalingActive', 'True', 'ValidMetricFound');
  const stable = applyWindows(pass, active, proposal);
  const made = { time: step.time, replicas: proposal };
  const window = longestWindow(spec, controller);
  const recommendations = memory.recommendation(active.recommendations, made, window);
  const limited = applyLimits(pass, active, stable);
  const desired = current === 0 ? Math.max(limited.replicas, spec.minReplicas) : limited.replicas;

  const settled = withCondition(
    withCondition(active, 'AbleToScale', 'True', stabilizedReason(pass, proposal, stable)),
    'ScalingLimited',
    limited.limit === undefined ? 'False' : 'True',
    limited.limit ?? 'DesiredWithinRange',
  );
  const raised = desired > limited.replicas ? BELOW_MINIMUM : undefined;
  const reason = rescaleReason(spec, proposal, current, index) ?? raised;
  return resize(pass, { state: { ...settled, recommendations }, asked, desired, reason });
}

function applyWindows({ spec, controller, step }: Pass, state: HpaState, proposal: number): number {
  const { recommendations } = state;
  if (spec.behavior === undefined) {
    return stabilizeLegacy(proposal, recommendations, step.time, controller.downscaleStabilization);
  }
  return stabilize({
    proposal,
    current: step.specReplicas,
    recommendations,
    now: step.time,
    upWindow: spec.behavior.scaleUp.stabilizationWindow,
    downWindow: spec.behavior.scaleDown.stabilizationWindow,
  });
}

function stabilizedReason({ spec, step }: Pass, proposal: number, stable: number): string {
  if (stable === proposal) return 'ReadyForNewScale';
  return spec.behavior !== undefined && proposal >= step.specReplicas
    ? 'ScaleUpStabilized'
    : 'ScaleDownStabilized';
}

function applyLimits({ spec, step }: Pass, state: HpaState, wanted: number): Limited {
  const { minReplicas: min, maxReplicas: max, behavior } = spec;
  const current = step.specReplicas;
  if (behavior === undefined) return limitLegacy(wanted, current, min, max);
  return limitRate({ wanted, current, events: state.events, now: step.time, ...behavior, min, max });
}

function rescaleReason(
  spec: HpaSpec,
  proposal: number,
  current: number,
  index: number | undefined,
): string | undefined {
  if (proposal === current) return undefined;
  if (proposal < current) return 'All metrics below target';
  const metric = index === undefined ? undefined : spec.metrics[index];
  return metric === undefined ? undefined : `${metricInWords(metric)} above target`;
}

interface Resize {
  readonly state: HpaState;
  readonly asked?: Asked;
  readonly desired: number;
  readonly reason: string | undefined;
}

function resize(pass: Pass, { state, asked, desired, reason }: Resize): Result {
  const { spec, step, memory } = pass;
  const current = step.specReplicas;
  const failed = asked?.failed ?? false;
  if (desired === current) {
    return finish(step, { state: { ...state, statusDesiredReplicas: desired }, asked, failed });
  }
  if (step.scaleWriteError) {
    return finish(step, {
      state: withCondition(state, 'AbleToScale', 'False', 'FailedUpdateScale'),
      asked,
      failed: true,
    });
  }
  const toZero = desired === 0 && spec.minReplicas === 0 && hasExternal(spec);
  const written = withCondition(
    withCondition(state, 'AbleToScale', 'True', 'SucceededRescale'),
    'ScaledToZero',
    toZero ? 'True' : 'False',
    toZero ? 'ScaledToZero' : 'NotScaledToZero',
  );
  const event = { time: step.time, change: desired - current };
  const rules = desired > current ? spec.behavior?.scaleUp : spec.behavior?.scaleDown;
  const events = rules === undefined ? state.events : memory.event(state.events, event, longestPeriod(rules));
  const next = { ...written, events, statusDesiredReplicas: desired };
  return finish(step, { state: next, asked, failed, rescaled: { desired, reason } });
}

interface Finish {
  readonly state: HpaState;
  readonly asked?: Asked | undefined;
  readonly failed?: boolean;
  readonly rescaled?: { readonly desired: number; readonly reason: string | undefined };
}

function finish(step: PassStep, { state, asked, failed = false, rescaled }: Finish): Result {
  const outcome = {
    desiredReplicas: rescaled?.desired ?? step.specReplicas,
    rescaled: rescaled !== undefined,
    rescaleReason: rescaled?.reason,
    proposal: asked?.proposal,
    proposalMetric: asked?.proposalMetric,
    metrics: asked?.metrics ?? [],
    conditions: state.conditions,
    statusDesiredReplicas: state.statusDesiredReplicas,
    failed,
  };
  return { outcome, next: state };
}

function withCondition(
  state: HpaState,
  type: HpaCondition['type'],
  status: HpaCondition['status'],
  reason: string,
): HpaState {
  const others = state.conditions.filter((condition) => condition.type !== type);
  const conditions = [...others, { type, status, reason }].sort((a, b) => (a.type < b.type ? -1 : 1));
  return { ...state, conditions };
}

function longestWindow({ behavior }: HpaSpec, controller: HpaController): number {
  if (behavior === undefined) return controller.downscaleStabilization;
  return Math.max(behavior.scaleUp.stabilizationWindow, behavior.scaleDown.stabilizationWindow);
}

function longestPeriod(rules: ScalingRules): number {
  return Math.max(0, ...rules.policies.map(({ period }) => period));
}
