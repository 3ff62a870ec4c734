import type { ScalingEvent } from '../history/types.ts';
import type { ScalingRules } from '../policy/types.ts';

export type RateLimit = 'ScaleUpLimit' | 'TooManyReplicas' | 'ScaleDownLimit' | 'TooFewReplicas';

export interface RateInput {
  readonly wanted: number;
  /** The size now, within `min` and `max`. */
  readonly current: number;
  /** Earlier changes in either direction, in any order. */
  readonly events: readonly ScalingEvent[];
  /** Milliseconds, as all times and periods here. */
  readonly now: number;
  readonly scaleUp: ScalingRules;
  readonly scaleDown: ScalingRules;
  readonly min: number;
  readonly max: number;
}

export interface Limited {
  readonly replicas: number;
  /** What held the size back; undefined if nothing did. */
  readonly limit: RateLimit | undefined;
}

/**
 * Cuts a wanted size to what the policies of its direction allow, counted from the size at the start of each policy's period, and to
 * `min` and `max`. An event exactly as old as a period is out of it. A wanted size that is the current one, or none, changes nothing.
 */
export function limitRate(input: RateInput): Limited {
  const { wanted, current, min, max } = input;
  if (wanted > current) {
    const limit = growthLimit(input);
    const top = Math.min(limit, max);
    if (wanted > top) return { replicas: top, limit: limit < max ? 'ScaleUpLimit' : 'TooManyReplicas' };
    return { replicas: wanted, limit: undefined };
  }
  if (wanted < current) {
    const limit = shrinkLimit(input);
    const bottom = Math.max(limit, min);
    if (wanted < bottom)
      return { replicas: bottom, limit: limit > min ? 'ScaleDownLimit' : 'TooFewReplicas' };
    return { replicas: wanted, limit: undefined };
  }
  return { replicas: current, limit: undefined };
}

function growthLimit({ current, events, now, scaleUp }: RateInput): number {
  const { selectPolicy, policies } = scaleUp;
  if (selectPolicy === 'Disabled' || policies.length === 0) return current;
  const limits = policies.map(({ type, value, period }) => {
    const start = sizeAtStart(current, events, now, period);
    // In this order: 100 and 10 percent are 110.00000000000001, so 111, as in the original.
    return type === 'Pods' ? start + value : Math.ceil(start * (1 + value / 100));
  });
  return Math.max(current, selectPolicy === 'Max' ? Math.max(...limits) : Math.min(...limits));
}

function shrinkLimit({ current, events, now, scaleDown }: RateInput): number {
  const { selectPolicy, policies } = scaleDown;
  if (selectPolicy === 'Disabled' || policies.length === 0) return current;
  const limits = policies.map(({ type, value, period }) => {
    const start = sizeAtStart(current, events, now, period);
    return type === 'Pods' ? start - value : Math.trunc(start * (1 - value / 100));
  });
  return Math.min(current, selectPolicy === 'Max' ? Math.min(...limits) : Math.max(...limits));
}

function sizeAtStart(current: number, events: readonly ScalingEvent[], now: number, period: number): number {
  return events.reduce((size, event) => (now - event.time < period ? size - event.change : size), current);
}
