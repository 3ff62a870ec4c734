import type { Resource } from '../core/resource.ts';
import { events } from '../events/event.ts';
import { leases } from '../leader/lease.ts';
import { mergeRules, type PolicyRule, rule, type Verb } from './policy-rule.ts';

/** What a `LeaderElector` and the informer behind its `changes$` ask for, in the namespace of the Lease. */
export const leaderElectionRules: readonly PolicyRule[] = [
  rule(leases, ['get', 'list', 'watch', 'create', 'update']),
];

/** What an `EventRecorder` asks for, in the namespaces of the objects that Events are about; `default` for objects without one. */
export const eventRules: readonly PolicyRule[] = [rule(events, ['create', 'patch'])];

/** The part of a `ControllerDefinition` from which follows what its passes ask for. */
export interface PassResources {
  readonly resource: Resource;
  readonly owns?: readonly (Resource | { readonly resource: Resource })[];
  readonly watches?: readonly { readonly resource: Resource }[];
  readonly finalizer?: string;
}

/** Informers list and watch; preconditions, and writes whose outcome is unknown, are read live. */
const seen: readonly Verb[] = ['get', 'list', 'watch'];

/**
 * What the engine asks for by itself in the passes of a definition: to see what it reconciles, owns and watches, to write the status, and to
 * set and remove the finalizer. What the executors ask for comes on top.
 */
export function passRules({
  resource,
  owns = [],
  watches = [],
  finalizer,
}: PassResources): readonly PolicyRule[] {
  const owned = owns.map((each) => ('resource' in each ? each.resource : each));
  return mergeRules(
    ...[resource, ...owned, ...watches.map((each) => each.resource)].map((each) => rule(each, seen)),
    rule(resource, ['patch'], 'status'),
    ...(finalizer === undefined ? [] : [rule(resource, ['patch'])]),
    // Admission (OwnerReferencesPermissionEnforcement) asks for this before a reference may block the owner's deletion.
    ...(owns.length === 0 ? [] : [rule(resource, ['update'], 'finalizers')]),
  );
}
