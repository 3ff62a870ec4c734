// Pods of nodes that are gone, and pods that were to be deleted before they had a node, go.
import type { SimObject } from '../api/object.ts';
import { type ControllerContext, type InsideController, keyOfObject, splitKey } from './controller.ts';
import { isTerminating, podStatus, podType } from './pods.ts';
import { timestamp } from '../requests/system-fields.ts';

const nodeType = { group: '', plural: 'nodes' };
const manager = 'kube-controller-manager';
/** A node may come back under its name at once. */
const quarantineMs = 40_000;

/** Removes pods that no node looks after. */
export function podGarbageCollector(): InsideController {
  /** When a node was first missed; epoch milliseconds. */
  const missedSince = new Map<string, number>();
  return {
    name: 'pod-garbage-collector-controller',
    keysOf: (change, view) => {
      const { resource, name, type } = change;
      if (resource.group !== '') return [];
      if (resource.plural === podType.plural) return type === 'DELETED' ? [] : [keyOfObject(change.object())];
      if (resource.plural !== nodeType.plural) return [];
      if (type !== 'DELETED') {
        missedSince.delete(name);
        return [];
      }
      const pods = view.list(podType).filter((pod) => nodeNameOf(pod) === name);
      return pods.map(keyOfObject);
    },
    reconcile: (key, context) => {
      const pod = context.view.get(podType, ...splitKey(key));
      if (pod === undefined) return undefined;
      const node = nodeNameOf(pod);
      if (node === '') {
        if (isTerminating(pod)) remove(pod, context);
        return undefined;
      }
      if (context.view.get(nodeType, undefined, node) !== undefined) return undefined;
      const now = context.clock.now();
      const since = missedSince.get(node) ?? now;
      missedSince.set(node, since);
      const left = since + quarantineMs - now;
      if (left > 0) return left;
      fail(pod, context);
      remove(pod, context);
      return undefined;
    },
  };
}

function fail(pod: SimObject, { client, clock }: ControllerContext): void {
  const { phase } = podStatus(pod);
  if (phase === 'Succeeded' || phase === 'Failed') return;
  const now = timestamp(clock.now());
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'DeletionByPodGC',
    message: 'PodGC: node no longer exists',
    lastTransitionTime: now,
  };
  const { conditions = [] } = podStatus(pod);
  const others = conditions.filter(({ type }) => type !== condition.type);
  const status = { ...podStatus(pod), phase: 'Failed', conditions: [...others, condition] };
  client.update({ ...pod, status }, manager, 'status');
}

function remove({ metadata: { namespace, name, uid } }: SimObject, { client }: ControllerContext): void {
  client.delete(podType, namespace, name, {
    gracePeriodSeconds: 0,
    preconditions: uid === undefined ? {} : { uid },
  });
}

function nodeNameOf({ spec }: SimObject): string {
  return (spec as { readonly nodeName?: string }).nodeName ?? '';
}
