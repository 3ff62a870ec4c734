/** A condition as `metav1.Condition` defines it. */
export interface Condition {
  /** CamelCase; at most one condition of a type per object. */
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  /** The generation of the spec that the condition speaks of. */
  readonly observedGeneration?: number;
  /** When `status` last changed; RFC 3339 in whole seconds. */
  readonly lastTransitionTime: string;
  /** CamelCase, for programs. */
  readonly reason: string;
  /** For people. */
  readonly message: string;
}

/** The longest message that `metav1.Condition` takes, in characters. */
const longestMessage = 32_768;

/**
 * The conditions to write: those of `desired`, in the order of their types, each with the time at which its status last changed. If a
 * type is stated twice, the later one counts.
 *
 * @param previous - the conditions as they are, from which the times are kept
 * @param desired - one that was stated for an earlier generation says so in its `observedGeneration`
 * @param at - `now` in epoch milliseconds, and the generation that was looked at
 */
export function setConditions(
  previous: readonly Condition[] | undefined,
  desired: readonly Omit<Condition, 'lastTransitionTime'>[],
  at: { readonly now: number; readonly observedGeneration: number },
): readonly Condition[] {
  const latest = new Map(desired.map((condition) => [condition.type, condition]));
  return [...latest.values()]
    .sort((a, b) => (a.type < b.type ? -1 : 1))
    .map(({ type, status, reason, message, observedGeneration }) => {
      const before = findCondition(previous, type);
      return {
        type,
        status,
        observedGeneration: observedGeneration ?? at.observedGeneration,
        lastTransitionTime: before?.status === status ? before.lastTransitionTime : rfc3339(at.now),
        reason,
        message: message.slice(0, longestMessage),
      };
    });
}

/** The condition of a type. */
export function findCondition(
  conditions: readonly Condition[] | undefined,
  type: string,
): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/** Is the condition of this type there and `True`? */
export function isTrue(conditions: readonly Condition[] | undefined, type: string): boolean {
  return findCondition(conditions, type)?.status === 'True';
}

function rfc3339(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
