import { combineLatest, distinctUntilChanged, map, merge } from 'rxjs';
import type { Scope } from '../client/client.ts';
import { parseKey } from '../core/key.ts';
import type { KubeObject } from '../core/object.ts';
import { compareResourceVersions } from '../core/resource-version.ts';
import { guarded } from './guarded.ts';
import type { InformerHandle, Lister, ReflectorState } from './informer.ts';

/**
 * Informers of one resource in several namespaces as one: its objects are those of all, and it is as well as the worst of them.
 *
 * @param parts - by namespace, at least one; their scopes differ in nothing else
 * @param report - told what a subscriber has thrown
 */
export function mergedHandle<T extends KubeObject>(
  parts: ReadonlyMap<string, InformerHandle<T>>,
  report: (error: Error, message: string) => void,
): InformerHandle<T> {
  const handles = [...parts.values()];
  const [first] = handles;
  if (first === undefined) throw new TypeError('there is nothing to merge');
  return {
    resource: first.resource,
    scope: withoutNamespace(first.scope),
    lister: mergedLister(new Map([...parts].map(([namespace, { lister }]) => [namespace, lister]))),
    deltas$: guarded(merge(...handles.map(({ deltas$ }) => deltas$)), (error) => {
      report(error, 'A subscriber of deltas failed');
    }),
    state$: guarded(
      combineLatest(handles.map(({ state$ }) => state$)).pipe(map(worst), distinctUntilChanged(isSame)),
      (error) => {
        report(error, 'A subscriber of the state failed');
      },
    ),
    get state() {
      return worst(handles.map(({ state }) => state));
    },
    async whenSynced(signal) {
      const synced = await Promise.all(handles.map((handle) => handle.whenSynced(signal)));
      return synced.every(Boolean);
    },
    release() {
      for (const handle of handles) handle.release();
    },
  };
}

function mergedLister<T extends KubeObject>(parts: ReadonlyMap<string, Lister<T>>): Lister<T> {
  const all = [...parts.values()];
  return {
    get: (key) => parts.get(parseKey(key).namespace ?? '')?.get(key),
    list: (namespace) =>
      namespace === undefined
        ? concat(all.map((part) => part.list()))
        : (parts.get(namespace)?.list(namespace) ?? []),
    byIndex: (index, value) => concat(all.map((part) => part.byIndex(index, value))),
    ownedBy: (ownerUid) => concat(all.map((part) => part.ownedBy(ownerUid))),
    get size() {
      return all.reduce((sum, { size }) => sum + size, 0);
    },
  };
}

function* concat<V>(parts: readonly Iterable<V>[]): Iterable<V> {
  for (const part of parts) yield* part;
}

/** From the worst to the best. */
const phases: readonly ReflectorState['phase'][] = ['stopped', 'idle', 'backoff', 'listing', 'watching'];

/** All are synced, and everything was seen up to this version and this time, only if that is so of each. */
function worst(states: readonly ReflectorState[]): ReflectorState {
  return states.reduce((a, b) => ({
    phase: phases.indexOf(a.phase) <= phases.indexOf(b.phase) ? a.phase : b.phase,
    synced: a.synced && b.synced,
    resourceVersion:
      compareResourceVersions(a.resourceVersion, b.resourceVersion) <= 0
        ? a.resourceVersion
        : b.resourceVersion,
    lastHeardAt: Math.min(a.lastHeardAt, b.lastHeardAt),
    lastError: a.lastError ?? b.lastError,
  }));
}

function isSame(a: ReflectorState, b: ReflectorState): boolean {
  return a.phase === b.phase && a.synced === b.synced && a.lastError === b.lastError;
}

function withoutNamespace({ labelSelector, fieldSelector }: Scope): Scope {
  return {
    ...(labelSelector === undefined ? {} : { labelSelector }),
    ...(fieldSelector === undefined ? {} : { fieldSelector }),
  };
}
