// What the two controllers of endpoints share: when they look at a Service, how often they try, and since when something is new.
import type { SimObject } from '../../api/object.ts';
import type { Change } from '../../api/request.ts';
import { selects } from '../../builtins/checks.ts';
import { podStatus, podType } from '../pods.ts';
import type { View } from '../view.ts';
import { serviceSpec, serviceType } from './members.ts';

const firstRetryMs = 5;
const mostRetries = 15;
const triggerTime = 'endpoints.kubernetes.io/last-change-trigger-time';

/** The Services that a change concerns. */
export function servicesOf(change: Change, view: View): readonly string[] {
  const { resource, namespace = '', name } = change;
  if (resource.group !== '') return [];
  if (resource.plural === serviceType.plural) return [`${namespace}/${name}`];
  if (resource.plural !== podType.plural) return [];
  const states = [change.object(), change.old()].map((pod) => pod?.metadata.labels ?? {});
  return view
    .list(serviceType, namespace)
    .filter((service) => {
      const { selector } = serviceSpec(service);
      return selector !== undefined && states.some((labels) => selects({ matchLabels: selector }, labels));
    })
    .map(({ metadata }) => `${namespace}/${metadata.name}`);
}

/** Counts what failed, and gives up in the end. */
export class Retries {
  readonly #failures = new Map<string, number>();

  succeeded(key: string): void {
    this.#failures.delete(key);
  }

  /** The milliseconds to wait, or undefined if it was tried often enough. */
  failed(key: string): number | undefined {
    const before = this.#failures.get(key) ?? 0;
    this.#failures.set(key, before + 1);
    if (before < mostRetries) return firstRetryMs * 2 ** before;
    this.#failures.delete(key);
    return undefined;
  }
}

/** Remembers since when a Service, and its pods in their present readiness, are known. */
export class TriggerTimes {
  readonly #known = new Map<string, ReadonlyMap<string, string>>();

  /** The earliest time of what is new; undefined if only something has gone. */
  earliest(service: SimObject, pods: readonly SimObject[]): string | undefined {
    const { uid = '', creationTimestamp = '' } = service.metadata;
    const times = new Map([['', creationTimestamp]]);
    for (const pod of pods) {
      const ready = podStatus(pod).conditions?.find(({ type }) => type === 'Ready');
      if (ready?.lastTransitionTime !== undefined) times.set(pod.metadata.name, ready.lastTransitionTime);
    }
    const before = this.#known.get(uid);
    this.#known.set(uid, times);
    return Array.from(times)
      .filter(([name, time]) => time > (before?.get(name) ?? ''))
      .map(([, time]) => time)
      .sort()[0];
  }
}

/** Annotations that say since when, or no longer do. */
export function withTriggerTime(
  annotations: Readonly<Record<string, string>> = {},
  time: string | undefined,
): Record<string, string> {
  const others = Object.entries(annotations).filter(([key]) => key !== triggerTime);
  return Object.fromEntries(time === undefined ? others : [...others, [triggerTime, time]]);
}
