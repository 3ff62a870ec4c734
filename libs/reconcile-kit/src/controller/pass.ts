import { withDeadline } from '@neo4j-operator/clock';
import { addFinalizer, hasFinalizer, removeFinalizer } from '../apply/finalizers.ts';
import type { ApplyMemo } from '../apply/apply-if-changed.ts';
import { type Condition, findCondition, setConditions } from '../apply/conditions.ts';
import { applyStatusIfChanged } from '../apply/status-apply.ts';
import { asError } from '../core/errors.ts';
import { keyOf } from '../core/key.ts';
import type { KubeObject, Stored } from '../core/object.ts';
import type { Action, Plan } from './action.ts';
import { completeConditions, failureStatus } from './complete-status.ts';
import type { ControllerDefinition, Outcome, PassContext, StatusFields } from './definition.ts';
import { PassTimeout, TerminalError } from '../core/pass-errors.ts';
import { executePlan } from './execute-plan.ts';
import { isOvertaken, type PassResult } from './verdict.ts';

/** How a pass over one object ended. */
export interface PassEnd {
  readonly result: PassResult;
  readonly error: Error | undefined;
  /** The object's version after the pass has written its status, or has found that it need not. */
  readonly statusVersion?: string | undefined;
}

/** What a pass is given by the engine alone. */
export interface PassPorts {
  readonly statusMemo: ApplyMemo;
  /** Has the outcomes of earlier writes read that are not known. */
  readonly settleDoubts: () => Promise<void>;
  /** Aborted when leadership is lost or the process stops; in contrast to the pass's own signal not when the pass takes too long. */
  readonly abort: AbortSignal;
}

/** Milliseconds for the status of a pass, whatever time the pass itself has left. */
const statusDeadlineMs = 10_000;

/**
 * One pass over one object: analyze, plan, execute, status. It never throws: what fails is in the result, and in the object's status.
 */
export async function runPass<T extends KubeObject, State, A extends Action>(
  definition: ControllerDefinition<T, State, A>,
  seen: Stored<T>,
  context: PassContext,
  ports: PassPorts,
): Promise<PassEnd> {
  let object = seen;
  let deleting = false;
  let status: StatusFields;
  let outcome: Outcome<A> | undefined;
  let error: Error | undefined;
  try {
    await ports.settleDoubts();
    const fresh = context.lister(definition.resource).get(keyOf(seen));
    if (fresh === undefined) return { result: {}, error: undefined };
    object = fresh;
    deleting = object.metadata.deletionTimestamp !== undefined;
    if (deleting && !hasFinalizer(object, definition.finalizer)) return { result: {}, error: undefined };

    if (!deleting && definition.finalizer !== undefined) {
      object = await addFinalizer(context, definition.resource, object, definition.finalizer, context.signal);
    }
    const state = await definition.analyze(object, context);
    const plan = planFor(definition, object, state, deleting);
    if (deleting && definition.finalizer !== undefined && isEmpty(plan)) {
      await removeFinalizer(context, definition.resource, object, definition.finalizer, context.signal);
      return { result: {}, error: undefined };
    }
    const end = await executePlan(definition, object, state, plan, context);
    error = timeoutOr(context.signal, end.error);
    outcome = { ...end, error };
    status = definition.status(object, state, outcome);
  } catch (thrown) {
    error ??= timeoutOr(context.signal, asError(thrown));
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
  let statusVersion: string | undefined;
  if (error === undefined || !isOvertaken(error)) {
    try {
      statusVersion = await writeStatus(
        definition,
        object,
        status,
        { blocked: [], ...outcome, error },
        context,
        ports,
      );
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
    statusVersion,
  };
}

/** A pass that was cut off fails with whatever its request failed with; what matters is why it was cut off. */
function timeoutOr<E extends Error | undefined>(signal: AbortSignal, error: E): E | PassTimeout {
  return error !== undefined && signal.reason instanceof PassTimeout ? signal.reason : error;
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
  { statusMemo, abort }: PassPorts,
): Promise<string | undefined> {
  const { clock } = context;
  const live = context.lister(definition.resource).get(keyOf(object)) ?? object;
  if (live.metadata.uid !== object.metadata.uid) return undefined;
  const previous = (
    live as { readonly status?: { readonly conditions?: Parameters<typeof setConditions>[0] } }
  ).status;
  const conditions = setConditions(previous?.conditions, completeConditions(status, outcome), {
    now: clock.now(),
    observedGeneration: object.metadata.generation ?? 0,
  });
  const written = await withDeadline(
    clock,
    statusDeadlineMs,
    abort,
    () => new PassTimeout(`the status could not be written within ${statusDeadlineMs} ms`),
    (signal) =>
      applyStatusIfChanged({
        writer: context.writer,
        resource: definition.resource,
        live,
        status: { ...status, observedGeneration: object.metadata.generation, conditions },
        fieldManager: context.fieldManager,
        memo: statusMemo,
        signal,
      }),
  );
  if (written !== undefined)
    announce(definition, object, { before: previous?.conditions, now: conditions }, outcome.error, context);
  return written?.metadata.resourceVersion;
}

/**
 * Tells by Events what has changed in the conditions, as far as the definition thinks that it is worth one. What several conditions say for
 * the same reason is told once.
 */
function announce<T extends KubeObject, State, A extends Action>(
  definition: ControllerDefinition<T, State, A>,
  object: Stored<T>,
  conditions: { readonly before: readonly Condition[] | undefined; readonly now: readonly Condition[] },
  error: Error | undefined,
  { events }: PassContext,
): void {
  const told = new Set<string>();
  for (const condition of conditions.now) {
    const before = findCondition(conditions.before, condition.type);
    if (before?.status === condition.status && before.reason === condition.reason) continue;
    if (error instanceof TerminalError && error.reason === condition.reason) continue;
    const type = definition.announce?.(condition, before);
    const words = `${type}/${condition.reason}/${condition.message}`;
    if (type === undefined || told.has(words)) continue;
    told.add(words);
    events.record(object, {
      type,
      reason: condition.reason,
      action: condition.type,
      note: condition.message,
    });
  }
}
