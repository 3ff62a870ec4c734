import type { SchedulablePod } from './objects.ts';
import type { NodeView, Snapshot } from './snapshot.ts';

/** Why a node does not do. */
export interface Failure {
  readonly reasons: readonly string[];
  /** Whether it would do if other pods went. */
  readonly resolvable: boolean;
}

/** Says of a node why it does not do; undefined if it does. */
export type Check = (view: NodeView) => Failure | undefined;

/** Looks at what is the same for all nodes, then at each node. */
export type Filter = (pod: SchedulablePod, snapshot: Snapshot) => Check;

/** No pod that goes would change it. */
export function never(...reasons: string[]): Failure {
  return { reasons, resolvable: false };
}

/** Pods that are there are in the way. */
export function notNow(...reasons: string[]): Failure {
  return { reasons, resolvable: true };
}

/** The first answer that there is. */
export function firstOf<T, R>(items: Iterable<T>, ask: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const answer = ask(item);
    if (answer !== undefined) return answer;
  }
  return undefined;
}
