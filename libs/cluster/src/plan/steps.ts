// What the steps of a plan have in common.
import { type Blocked, objectKey, parseKey, type Resource } from '@neo4j-operator/reconcile-kit';
import type { ClusterAction } from '../model/actions.ts';
import type { ClusterState } from '../model/state.ts';
import { safetyRules } from './rules.ts';

/** What one step of a plan comes to. */
export interface Step {
  readonly actions: readonly ClusterAction[];
  readonly blocked: readonly Blocked[];
}

export const nothing: Step = { actions: [], blocked: [] };

export function doing(...actions: readonly ClusterAction[]): Step {
  return { actions, blocked: [] };
}

export function held(rule: string, action: ClusterAction['kind'], message: string): Step {
  return { actions: [], blocked: [{ rule, action, message }] };
}

export function joined(steps: readonly Step[]): Step {
  return {
    actions: steps.flatMap(({ actions }) => actions),
    blocked: steps.flatMap(({ blocked }) => blocked),
  };
}

/**
 * The action if all its rules pass, else what they say. The engine asks them again and would hold back all that follows an action that is
 * blocked; what is blocked here holds back nothing else.
 */
export function ifAllowed(action: ClusterAction, state: ClusterState): Step {
  for (const rule of action.rules ?? []) {
    const verdict = safetyRules[rule]?.(action, state);
    if (verdict?.ok === false) return held(rule, action.kind, verdict.message);
  }
  return doing(action);
}

/** An object of the cluster's namespace as the target of an action. */
export function target(state: ClusterState, resource: Resource, name: string): ClusterAction['target'] {
  return { resource, key: objectKey(parseKey(state.key).namespace, name) };
}
