import type { Action, Blocked } from './action.ts';
import type { ConditionInput, Outcome, StatusFields } from './definition.ts';
import { TerminalError } from '../core/pass-errors.ts';

/**
 * A status function's fields with the conditions that every kind has, in the sense of kstatus: `Ready`, `Reconciling`, `Stalled`.
 * What the status function states itself is kept.
 */
export function completeConditions<A extends Action>(
  fields: StatusFields,
  outcome: Pick<Outcome<A>, 'blocked' | 'error'> & { readonly plan?: { readonly requeueAfterMs?: number } },
): readonly ConditionInput[] {
  const stated = fields.conditions ?? [];
  const missing = [
    ready(outcome.error),
    reconciling(outcome.blocked, outcome.error, outcome.plan?.requeueAfterMs),
    stalled(outcome.error),
  ];
  return [...stated, ...missing.filter(({ type }) => !stated.some((condition) => condition.type === type))];
}

/**
 * The status to write when a pass failed before the status function could be asked: all that was known stays, and conditions go on
 * to speak of the generation that they were stated for.
 */
export function failureStatus(previous: StatusFields | undefined, error: Error): StatusFields {
  const kept = previous ?? {};
  const own = new Set(['Reconciling', 'Stalled', ...(error instanceof TerminalError ? ['Ready'] : [])]);
  return { ...kept, conditions: (kept.conditions ?? []).filter(({ type }) => !own.has(type)) };
}

function ready(error: Error | undefined): ConditionInput {
  return error instanceof TerminalError
    ? { type: 'Ready', status: 'False', reason: error.reason, message: error.message }
    : {
        type: 'Ready',
        status: 'Unknown',
        reason: 'NoVerdict',
        message: error === undefined ? 'Nothing has been found out yet' : error.message,
      };
}

function reconciling(
  blocked: readonly Blocked[],
  error: Error | undefined,
  requeueAfterMs: number | undefined,
): ConditionInput {
  const type = 'Reconciling';
  if (error instanceof TerminalError) {
    return { type, status: 'False', reason: 'Stalled', message: 'Waits for a change' };
  }
  if (error !== undefined) return { type, status: 'True', reason: 'Retrying', message: error.message };
  const [first] = blocked;
  if (first !== undefined) {
    return {
      type,
      status: 'True',
      reason: 'Blocked',
      message: `${first.action}: ${first.rule}: ${first.message}`,
    };
  }
  if (requeueAfterMs !== undefined) {
    return { type, status: 'True', reason: 'InProgress', message: 'Waits for the next step' };
  }
  return { type, status: 'False', reason: 'Settled', message: 'Nothing is left to do' };
}

function stalled(error: Error | undefined): ConditionInput {
  return error instanceof TerminalError
    ? { type: 'Stalled', status: 'True', reason: error.reason, message: error.message }
    : { type: 'Stalled', status: 'False', reason: 'NotStalled', message: 'No change is needed to go on' };
}
