import type { Reason } from './reasons.ts';

/** Something that keeps a cluster from being ready. */
export interface Trouble {
  readonly reason: Reason;
  /** Whether it has lasted longer than it may, or does not pass by itself. Until then it is what the operator waits for. */
  readonly isLasting: boolean;
  /** The servers that it is about; empty if it is about the cluster. */
  readonly servers: readonly string[];
  readonly what: string;
  /** What a person can do. */
  readonly remedy: string;
}

/** The same trouble of several servers as one, in the order of the first of each. */
export function mergeTroubles(troubles: readonly Trouble[]): readonly Trouble[] {
  const groups = Map.groupBy(troubles, ({ reason, isLasting, what }) => `${reason}/${isLasting}/${what}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ ...first, servers: group.flatMap(({ servers }) => servers) }];
  });
}

/** A sentence for people, with the remedy if it has come to that. */
export function tell({ servers, what, remedy, isLasting }: Trouble): string {
  const facts = servers.length === 0 ? what : `${servers.join(', ')}: ${what}`;
  if (!isLasting) return `Waiting: ${facts}`;
  // Names of servers stay as they are.
  return `${servers.length === 0 ? facts.charAt(0).toUpperCase() + facts.slice(1) : facts}; ${remedy}`;
}
