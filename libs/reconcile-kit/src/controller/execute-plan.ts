import { asError } from '../core/errors.ts';
import type { KubeObject, Stored } from '../core/object.ts';
import type { Action, Blocked, Plan } from './action.ts';
import type { ControllerDefinition, Outcome, PassContext } from './definition.ts';
import { PreconditionFailed } from '../core/pass-errors.ts';
import { needsLiveRead, violatedPrecondition } from './precondition.ts';
import { blockedBy } from './safety.ts';

/**
 * Runs a plan's actions in order until one is blocked or fails.
 *
 * Before each action its safety rules are evaluated and its precondition is checked: against the API server if the action cannot be
 * taken back or expects absence, else against what `cached` gives. A read that fails counts as a violation: the action does not run.
 */
export async function executePlan<T extends KubeObject, State, A extends Action>(
  definition: ControllerDefinition<T, State, A>,
  object: Stored<T>,
  state: State,
  plan: Plan<A>,
  context: PassContext,
): Promise<Outcome<A>> {
  const executed: A[] = [];
  const blocked: Blocked[] = [...(plan.blocked ?? [])];
  let error: Error | undefined;
  for (const action of plan.actions) {
    const refusals = blockedBy(action, state, definition.rules ?? {});
    if (refusals.length > 0) {
      blocked.push(...refusals);
      break;
    }
    try {
      context.signal.throwIfAborted();
      const target = await checkedTarget(action, context);
      context.log.info(
        { action: action.kind, target: action.target.key, reason: action.reason, risk: action.risk },
        action.message,
      );
      await executorOf(definition, action)(action, object, context, target);
      executed.push(action);
    } catch (thrown) {
      error = asError(thrown);
      break;
    }
  }
  return { plan, executed, blocked, error };
}

/** The target as its precondition was checked on; undefined if there is none, or nothing to check. */
async function checkedTarget(action: Action, context: PassContext): Promise<Stored | undefined> {
  if (action.precondition === undefined && action.risk !== 'data') return undefined;
  const { resource, key } = action.target;
  const found = needsLiveRead(action)
    ? await context.live.get(resource, key, { signal: context.signal })
    : (context.cached(resource)?.get(key) ??
      (await context.live.get(resource, key, { signal: context.signal })));
  const violation = violatedPrecondition(action, found);
  if (violation !== undefined) throw new PreconditionFailed(`${action.kind}: ${violation}`);
  return found;
}

type Executor<T extends KubeObject, A extends Action> = (
  action: A,
  object: Stored<T>,
  context: PassContext,
  target: Stored | undefined,
) => Promise<unknown>;

/** The executor of an action. The compiler cannot follow that an action's kind selects its own executor. */
function executorOf<T extends KubeObject, State, A extends Action>(
  definition: ControllerDefinition<T, State, A>,
  action: A,
): Executor<T, A> {
  const executors = definition.execute as unknown as Readonly<Record<string, Executor<T, A> | undefined>>;
  const executor = Object.hasOwn(executors, action.kind) ? executors[action.kind] : undefined;
  if (executor === undefined) throw new TypeError(`no executor for actions of the kind ${action.kind}`);
  return executor;
}
