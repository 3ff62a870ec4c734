import { addFinalizer, hasFinalizer, removeFinalizer } from '../apply/finalizers.ts';
import type { ApplyMemo } from '../apply/apply-if-changed.ts';
import { setConditions } from '../apply/conditions.ts';
import { applyStatusIfChanged } from '../apply/status-apply.ts';
import { asError } from '../core/errors.ts';
import { keyOf } from '../core/key.ts';
import type { KubeObject, Stored } from '../core/object.ts';
import type { Action, Plan } from './action.ts';
import { completeConditions, failureStatus } from './complete-status.ts';
import type { ControllerDefinition, Outcome, PassContext, StatusFields } from './definition.ts';
import { TerminalError } from '../core/pass-errors.ts';
import { executePlan } from './execute-plan.ts';
import { isOvertaken, type PassResult } from './verdict.ts';

/** How a pass over one object ended. */
export interface PassEnd {
  readonly result: PassResult;
  readonly error: Error | undefined;
}

/**
 * One pass over one object: analyze, plan, execute, status. It never throws: what fails is in the result, and in the object's status.
 */
export async function runPass<T extends KubeObject, State, A extends Action>(
  definition: ControllerDefinition<T, State, A>,
  seen: Stored<T>,
  context: PassContext,
  statusMemo: ApplyMemo,
): Promise<PassEnd> {
  const deleting = seen.metadata.deletionTimestamp !== undefined;
  if (deleting && !hasFinalizer(seen, definition.finalizer)) return { result: {}, error: undefined };

  let object = seen;
  let status: StatusFields;
  let outcome: Outcome<A> | undefined;
  let error: Error | undefined;
  try {
    if (!deleting && definition.finalizer !== undefined) {
      object = await addFinalizer(context, definition.resource, object, definition.finalizer, context.signal);
    }
    const state = await definition.analyze(object, context);
    const plan = planFor(definition, object, state, deleting);
    if (deleting && definition.finalizer !== undefined && isEmpty(plan)) {
      await removeFinalizer(context, definition.resource, object, definition.finalizer, context.signal);
      return { result: {}, error: undefined };
    }
    outcome = await executePlan(definition, object, state, plan, context);
    error = outcome.error;
    status = definition.status(object, state, outcome);
  } catch (thrown) {
    error ??= asError(thrown);
    status = failureStatus((object as { readonly status?: StatusFields }).status, error);
  }

  if (error instanceof TerminalError) {
    context.events.record(object, {
      type: 'Warning',
      reason: error.reason,
      action: 'Reconcile',
      note: error.message,
    });
  }
  if (error === undefined || !isOvertaken(error)) {
    try {
      await writeStatus(definition, object, status, { blocked: [], ...outcome, error }, context, statusMemo);
    } catch (thrown) {
      error ??= asError(thrown);
    }
  }
  const requeueAfterMs = outcome?.plan.requeueAfterMs;
  return {
    result: {
      requeueAfterMs,
      again: deleting && requeueAfterMs === undefined && outcome?.blocked.length === 0,
    },
    error,
  };
}

function planFor<T extends KubeObject, State, A extends Action>(
  definition: ControllerDefinition<T, State, A>,
  object: Stored<T>,
  state: State,
  deleting: boolean,
): Plan<A> {
  return deleting && definition.planDeletion !== undefined
    ? definition.planDeletion(object, state)
    : definition.plan(object, state);
}

function isEmpty(plan: Plan<Action>): boolean {
  return plan.actions.length === 0 && (plan.blocked ?? []).length === 0 && plan.requeueAfterMs === undefined;
}

async function writeStatus<T extends KubeObject, State, A extends Action>(
  definition: ControllerDefinition<T, State, A>,
  object: Stored<T>,
  status: StatusFields,
  outcome: Pick<Outcome<A>, 'blocked' | 'error'> & { readonly plan?: Plan<A> },
  context: PassContext,
  memo: ApplyMemo,
): Promise<void> {
  const live = context.lister(definition.resource).get(keyOf(object)) ?? object;
  if (live.metadata.uid !== object.metadata.uid) return;
  const previous = (
    live as { readonly status?: { readonly conditions?: Parameters<typeof setConditions>[0] } }
  ).status;
  await applyStatusIfChanged({
    writer: context.writer,
    resource: definition.resource,
    live,
    status: {
      ...status,
      observedGeneration: object.metadata.generation,
      conditions: setConditions(previous?.conditions, completeConditions(status, outcome), {
        now: context.clock.now(),
        observedGeneration: object.metadata.generation ?? 0,
      }),
    },
    fieldManager: context.fieldManager,
    memo,
    signal: context.signal,
  });
}
