// Pods leave nodes whose taints they do not tolerate, or no longer (KEP-3902).
import type { SimObject } from '../../api/object.ts';
import type { Change } from '../../api/request.ts';
import { withConditions } from '../conditions.ts';
import { type ControllerContext, type InsideController, keyOfObject, splitKey } from '../controller.ts';
import { podStatus, podType } from '../pods.ts';
import { expelling, nodeNameOf, nodeType, podsOn, type Taint } from './nodes.ts';

const manager = 'kube-controller-manager';
const reason = 'TaintManagerEviction';

interface Toleration {
  readonly key?: string;
  readonly operator?: 'Exists' | 'Equal';
  readonly value?: string;
  readonly effect?: string;
  readonly tolerationSeconds?: number;
}

/** When a pod was first seen with what it tolerates for a while only; and when that while is over. Epoch milliseconds. */
interface Notice {
  readonly pod: SimObject;
  readonly sinceMs: number;
  readonly dueMs: number;
}

/** Evicts by taints. Keys are those of pods. */
export function taintEviction(): InsideController {
  const notices = new Map<string, Notice>();
  const cancel = (key: string, { record }: ControllerContext): void => {
    const notice = notices.get(key);
    if (notice === undefined) return;
    notices.delete(key);
    record(notice.pod, reason, `Cancelling deletion of Pod ${key}`);
  };
  return {
    name: 'taint-eviction-controller',
    keysOf: (change, view) => {
      const { resource, name, type } = change;
      if (resource.group !== '') return [];
      if (resource.plural === podType.plural) return hasMoved(change) ? [keyOfObject(change.object())] : [];
      if (resource.plural !== nodeType.plural || type === 'DELETED') return [];
      const before = change.old();
      const hasChanged = !isSame(before === undefined ? [] : expelling(before), expelling(change.object()));
      return hasChanged ? podsOn(name, view).map(keyOfObject) : [];
    },
    reconcile: (key, context) => {
      const pod = context.view.get(podType, ...splitKey(key));
      const node = pod === undefined ? undefined : context.view.get(nodeType, undefined, nodeNameOf(pod));
      const taints = node === undefined ? [] : expelling(node);
      const seconds = pod === undefined ? Infinity : toleratedSeconds(pod, taints);
      if (pod === undefined || seconds === Infinity) {
        cancel(key, context);
        return undefined;
      }
      const now = context.clock.now();
      const notice = notices.get(key);
      if (notice !== undefined && now < notice.dueMs) {
        const isSooner = seconds > 0 && notice.sinceMs + seconds * 1000 < now + seconds * 1000;
        if (isSooner) return notice.dueMs - now;
        cancel(key, context);
      }
      if (seconds > 0 && (notice === undefined || now < notice.dueMs)) {
        notices.set(key, { pod, sinceMs: notice?.sinceMs ?? now, dueMs: now + seconds * 1000 });
        return seconds * 1000;
      }
      notices.delete(key);
      expel(pod, context);
      return undefined;
    },
  };
}

/** Only what a pod tolerates, and where, is of interest. */
function hasMoved({ type, object, old }: Change): boolean {
  if (type === 'DELETED') return true;
  const before = old();
  const after = object();
  return (
    before === undefined ||
    nodeNameOf(before) !== nodeNameOf(after) ||
    !isSame(tolerations(before), tolerations(after))
  );
}

function tolerations({ spec }: SimObject): readonly Toleration[] {
  return (spec as { readonly tolerations?: readonly Toleration[] }).tolerations ?? [];
}

/** How long a pod may stay: 0 if it tolerates not all of the taints. */
function toleratedSeconds(pod: SimObject, taints: readonly Taint[]): number {
  const used = taints.map((taint) => tolerations(pod).find((each) => tolerates(each, taint)));
  return Math.min(
    Infinity,
    ...used.map((each) => (each === undefined ? 0 : Math.max(0, each.tolerationSeconds ?? Infinity))),
  );
}

function tolerates({ key, operator = 'Equal', value = '', effect }: Toleration, taint: Taint): boolean {
  if (effect !== undefined && effect !== '' && effect !== taint.effect) return false;
  if (key === undefined || key === '') return operator === 'Exists';
  return key === taint.key && (operator === 'Exists' || value === (taint.value ?? ''));
}

function expel(pod: SimObject, { client, clock, record }: ControllerContext): void {
  const { namespace, name, generation } = pod.metadata;
  record(pod, reason, `Marking for deletion Pod ${keyOfObject(pod)}`);
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'DeletionByTaintManager',
    message: 'Taint manager: deleting due to NoExecute taint',
    observedGeneration: generation,
  };
  const conditions = withConditions(podStatus(pod).conditions ?? [], [condition], clock.now());
  client.update({ ...pod, status: { ...podStatus(pod), conditions } }, manager, 'status');
  client.delete(podType, namespace, name);
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
