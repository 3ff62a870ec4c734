import { keyOf, needsApply, type Resource, type Stored } from '@neo4j-operator/reconcile-kit';
import type { ClusterAction } from '../model/actions.ts';
import { doing, nothing, type Step } from './steps.ts';

type Applied = Extract<ClusterAction, { kind: 'Apply' }>['object'];

/** Applies an object if it is not there, or not as it should be. */
export function applied<T extends Applied>(
  resource: Resource<T>,
  known: Stored<T> | undefined,
  desired: T,
): Step {
  if (!needsApply(known, desired)) return nothing;
  const key = keyOf(desired);
  return doing({
    kind: 'Apply',
    target: { resource, key },
    risk: 'none',
    reason: known === undefined ? 'ObjectMissing' : 'ObjectDiffers',
    message: `${known === undefined ? 'make' : 'update'} ${desired.kind} ${key}`,
    object: desired,
  });
}
