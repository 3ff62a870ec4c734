// What a controller inside of the control plane is made of.
import type { Clock, Rng } from '@neo4j-operator/clock';
import type { SimObject } from '../api/object.ts';
import type { Change, InsideClient } from '../api/request.ts';
import type { View } from './view.ts';

/** What a controller works with. */
export interface ControllerContext {
  readonly client: InsideClient;
  readonly view: View;
  readonly clock: Clock;
  readonly rng: Rng;
  /** Records an Event about an object. */
  readonly record: (about: SimObject, reason: string, message: string, type?: 'Normal' | 'Warning') => void;
}

/**
 * A controller: looks at one key at a time and brings the world one step closer to what that object says. It may be called at any time
 * and any number of times; what it throws is tried again later.
 */
export interface InsideController {
  /** As it is named in Events and managed fields: `statefulset-controller`. */
  readonly name: string;
  /** The keys to look at after a change. */
  readonly keysOf: (change: Change, view: View) => readonly string[];
  /** Gives the milliseconds after which the key is to be looked at again; undefined if only a change calls for it. */
  readonly reconcile: (key: string, context: ControllerContext) => number | undefined;
}

/** `namespace/name`, or the name alone. */
export function keyOfObject({ metadata: { namespace, name } }: SimObject): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** The parts of a key. */
export function splitKey(key: string): readonly [namespace: string | undefined, name: string] {
  const slash = key.indexOf('/');
  return slash < 0 ? [undefined, key] : [key.slice(0, slash), key.slice(slash + 1)];
}

/** The uid of the controller that an object belongs to. */
export function controllerOf({ metadata }: SimObject) {
  return metadata.ownerReferences?.find(({ controller }) => controller === true);
}
