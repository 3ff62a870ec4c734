import type { ClusterObject } from '@neo4j-operator/cluster-access';
import {
  type ConditionInput,
  type Outcome,
  type StatusFields,
  type Stored,
} from '@neo4j-operator/reconcile-kit';
import type { ClusterAction } from '../model/actions.ts';
import type { ClusterState } from '../model/state.ts';
import type { PlanPorts } from '../plan/ports.ts';
import { differencesOf, progressOf } from '../plan/progress.ts';
import {
  formedCondition,
  type Findings,
  readyCondition,
  reconcilingCondition,
  stalledCondition,
} from './conditions.ts';
import { diagnose } from './diagnosis.ts';
import { factFields } from './fields.ts';
import { notReadySince } from './grace.ts';
import { operationOf } from './operation.ts';
import { ownConditions } from './own-conditions.ts';
import { stallOf } from './stall.ts';

/**
 * The status of a cluster. Pure: equal input gives an equal status, and nothing in it moves while nothing happens. Everything but the
 * times and the id of an operation can be had again from what is observed.
 */
export function status(
  object: Stored<ClusterObject>,
  state: ClusterState,
  outcome: Outcome<ClusterAction>,
  ports: PlanPorts,
): StatusFields {
  const progress = progressOf(state);
  const times = { now: state.now, notReadySince: notReadySince(object, state.now) };
  const diagnosis = diagnose(state, progress, times, outcome.error);
  const operation = operationOf(object, state, progress, diagnosis);
  const stall = stallOf(object, state, progress, diagnosis, outcome.error);
  const findings: Findings = { object, state, progress, diagnosis, operation, stall, outcome };
  const canCompare = state.problems.length === 0 && state.running !== undefined;
  const conditions = [
    readyCondition(findings),
    reconcilingCondition(findings),
    stalledCondition(findings),
    formedCondition(findings),
    ...ownConditions(state, progress, canCompare ? differencesOf(object, state, ports) : undefined, stall),
  ];
  return {
    conditions,
    phase: phaseOf(conditions),
    message: messageOf(conditions),
    ...factFields(state, ports),
    ...(operation === undefined ? {} : { operation }),
  };
}

/** The longest text that the field takes, in characters. */
const longestMessage = 32_768;

/** One word for people. */
type Phase = 'Deleting' | 'Stalled' | 'Paused' | 'Ready' | 'Unknown' | 'Forming' | 'ScalingOut' | 'Degraded';

function phaseOf(conditions: readonly ConditionInput[]): Phase {
  const statusOf = (type: string) => conditions.find((each) => each.type === type)?.status;
  const ready = conditions.find(({ type }) => type === 'Ready');
  if (ready?.reason === 'Deleting') return 'Deleting';
  if (statusOf('Stalled') === 'True') return 'Stalled';
  if (statusOf('Paused') === 'True') return 'Paused';
  if (ready?.status === 'True') return 'Ready';
  if (statusOf('Formed') === 'False' || ready?.reason === 'Forming') return 'Forming';
  if (ready?.status === 'Unknown') return 'Unknown';
  return ready?.reason === 'ScalingOut' ? 'ScalingOut' : 'Degraded';
}

function messageOf(conditions: readonly ConditionInput[]): string {
  return conditions.find(({ type }) => type === 'Ready')?.message.slice(0, longestMessage) ?? '';
}
