import type { Stored } from '../core/object.ts';
import { resourceName } from '../core/resource.ts';
import type { Action } from './action.ts';

/** Must the target be read from the API server, or will the cache do? Whatever cannot be taken back is read live. */
export function needsLiveRead(action: Action): boolean {
  return action.risk === 'data' || (action.precondition !== undefined && 'absent' in action.precondition);
}

/**
 * Why the action must not run on its target as found; undefined when it may.
 *
 * @throws TypeError for an action that cannot be taken back and states no precondition
 */
export function violatedPrecondition(action: Action, found: Stored | undefined): string | undefined {
  const { precondition, risk, target } = action;
  if (precondition === undefined) {
    if (risk === 'data')
      throw new TypeError(`${action.kind}: an action that costs data needs a precondition`);
    return undefined;
  }
  const name = `${resourceName(target.resource)} ${target.key}`;
  if ('absent' in precondition) return found === undefined ? undefined : `${name} exists already`;
  if (found === undefined) return `${name} is gone`;
  if (found.metadata.uid !== precondition.uid) return `${name} is another object of the same name`;
  if (
    precondition.resourceVersion !== undefined &&
    found.metadata.resourceVersion !== precondition.resourceVersion
  ) {
    return `${name} has changed since it was looked at`;
  }
  return undefined;
}
