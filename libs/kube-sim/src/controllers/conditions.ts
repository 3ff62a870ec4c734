// Conditions of status, whose times change only with their status.
import { timestamp } from '../requests/system-fields.ts';
import type { Condition } from './pods.ts';

/** What a condition is to say. */
export type Said = Omit<Condition, 'lastTransitionTime'>;

/** Puts conditions in the place of those of the same type; others stay. */
export function withConditions(
  present: readonly Condition[],
  said: readonly Said[],
  nowMs: number,
): readonly Condition[] {
  const next = said.map((condition) => {
    const before = present.find(({ type }) => type === condition.type);
    const since = before?.status === condition.status ? before.lastTransitionTime : undefined;
    return { ...condition, lastTransitionTime: since ?? timestamp(nowMs) };
  });
  const kept = present.map((condition) => next.find(({ type }) => type === condition.type) ?? condition);
  return [...kept, ...next.filter(({ type }) => !present.some((condition) => condition.type === type))];
}
