import type { ClusterObject } from '@neo4j-operator/cluster-access';
import type { Blocked, ConditionInput, Outcome } from '@neo4j-operator/reconcile-kit';
import type { ClusterAction } from '../model/actions.ts';
import type { ClusterState } from '../model/state.ts';
import type { Progress } from '../plan/progress.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { Operation } from './operation.ts';
import type { ConditionType } from './reason-entry.ts';
import { type Reason, reasons } from './reasons.ts';
import type { Told } from './stall.ts';
import { tell, type Trouble } from './trouble.ts';

/** Everything that the conditions about progress follow from. */
export interface Findings {
  readonly object: ClusterObject;
  readonly state: ClusterState;
  readonly progress: Progress;
  readonly diagnosis: Diagnosis;
  readonly operation: Operation | undefined;
  readonly stall: Told | undefined;
  readonly outcome: Outcome<ClusterAction>;
}

/** One condition; its type and reason are of the catalogue. */
export function condition(
  type: ConditionType,
  status: ConditionInput['status'],
  reason: Reason,
  message: string = reasons[reason].means,
): ConditionInput {
  return { type, status, reason, message };
}

/** Whether all is well; the first of what is not. */
export function readyCondition(findings: Findings): ConditionInput {
  const { object, diagnosis, stall } = findings;
  if (object.metadata.deletionTimestamp !== undefined) return condition('Ready', 'False', 'Deleting');
  if (stall !== undefined) return condition('Ready', 'False', stall.reason, stall.message);
  const lasting = told(diagnosis.lasting);
  if (lasting !== undefined) return condition('Ready', 'False', lasting.reason, lasting.message);
  const [first] = diagnosis.pending;
  if (first === undefined) return condition('Ready', 'True', 'Available');
  const { reason, message } = waitingFor(findings, first);
  return condition('Ready', reason === 'NotSeenYet' ? 'Unknown' : 'False', reason, message);
}

/** Whether the first servers have met. */
export function formedCondition({ diagnosis, progress, stall }: Findings): ConditionInput {
  if (progress.isFormed) return condition('Formed', 'True', 'ClusterFormed');
  const problem = stall ?? told(diagnosis.lasting);
  if (problem !== undefined) return condition('Formed', 'False', problem.reason, problem.message);
  const [first] = diagnosis.pending;
  return condition('Formed', 'False', 'Forming', first === undefined ? undefined : tell(first));
}

/** Whether something is under way, and what it waits for. */
export function reconcilingCondition(findings: Findings): ConditionInput {
  const { object, state, diagnosis, outcome, stall } = findings;
  const type = 'Reconciling';
  const isDeleting = object.metadata.deletionTimestamp !== undefined;
  if (stall !== undefined) return condition(type, 'False', 'Stalled');
  if (state.isPaused && !isDeleting) return condition(type, 'False', 'Paused');
  if (outcome.error !== undefined) return condition(type, 'True', 'Retrying', outcome.error.message);
  if (isDeleting) return condition(type, 'True', 'Deleting', blockedText(outcome.blocked));
  const blocked = blockedText(outcome.blocked.filter(({ rule }) => !isToldElsewhere(rule)));
  if (blocked !== undefined) return condition(type, 'True', 'Blocked', blocked);
  const lasting = told(diagnosis.lasting);
  if (lasting !== undefined) return condition(type, 'True', lasting.reason, lasting.message);
  const [first] = diagnosis.pending;
  if (first === undefined) return condition(type, 'False', 'Settled');
  const { reason, message } = waitingFor(findings, first);
  return condition(type, 'True', reason, message);
}

/** Whether a person has to change something. */
export function stalledCondition({ stall }: Findings): ConditionInput {
  return stall === undefined
    ? condition('Stalled', 'False', 'NotStalled')
    : condition('Stalled', 'True', stall.reason, stall.message);
}

/** The first problem, and what else there is. */
function told(lasting: readonly Trouble[]): Told | undefined {
  const [first] = lasting;
  return first && { reason: first.reason, message: lasting.map(tell).join('. ') };
}

/** What is waited for, in the words of what is under way: a pod that starts is no news while a cluster forms. */
function waitingFor({ operation, progress }: Findings, first: Trouble): Told {
  const message = tell(first);
  if (!progress.isFormed) return { reason: 'Forming', message };
  switch (first.reason) {
    case 'NotSeenYet':
      return { reason: first.reason, message };
    case 'ClusterUnreachable':
    case 'LoginRefused':
    case 'UserLocked':
      return { reason: 'ClusterUnreachable', message };
    default:
      break;
  }
  if (operation !== undefined) {
    return { reason: operation.type === 'Form' ? 'Forming' : 'ScalingOut', message };
  }
  switch (first.reason) {
    case 'Forming':
    case 'ScalingOut':
    case 'DatabaseSettling':
      return { reason: first.reason, message };
    default:
      return { reason: 'ServerStarting', message };
  }
}

function blockedText(blocked: readonly Blocked[]): string | undefined {
  if (blocked.length === 0) return undefined;
  return blocked.map(({ action, rule, message }) => `${action}: ${rule}: ${message}`).join('. ');
}

/** What blocks for good has a condition of its own, and nothing is under way because of it. */
function isToldElsewhere(rule: string): boolean {
  return ['ScaleInNotAvailable', 'VolumeLost', 'IdentityChanged', 'EditionChanged'].includes(rule);
}
