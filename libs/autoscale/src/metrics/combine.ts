// One number from what several metrics ask for.
import { combineMax } from '../hpa/combine.ts';

/** What one metric or algorithm asks for; without `proposal` it failed. */
export interface WeightedProposal {
  readonly name: string;
  readonly proposal: number | undefined;
  readonly weight: number;
}

export interface CombinedProposal {
  /** Undefined: nothing can be said, the size is held. */
  readonly replicas: number | undefined;
  /** Whose proposal it was: with `max` the first by name of the highest; undefined with `weighted`. */
  readonly by: string | undefined;
  /** Whether any failed. Then the others may keep or add, and not remove, as in the Horizontal Pod Autoscaler. */
  readonly failed: boolean;
}

/**
 * `max`: the highest proposal. `weighted`: the weighted mean, rounded up. The order of the proposals has no influence.
 *
 * @param asked how many servers are asked for now.
 */
export function combine(
  how: 'max' | 'weighted',
  all: readonly WeightedProposal[],
  asked: number,
): CombinedProposal {
  const usable = all.map((one) => ({ ...one, proposal: usableProposal(one.proposal) }));
  const { replicas, failed } = combineMax(
    usable.map(({ proposal }) => proposal),
    asked,
  );
  if (how === 'max') {
    const names = usable.filter(({ proposal }) => proposal === replicas).map(({ name }) => name);
    return { replicas, by: replicas === undefined ? undefined : names.toSorted()[0], failed };
  }
  const mean = weightedMean(usable);
  const hold = mean === undefined || (failed && mean < asked);
  return { replicas: hold ? undefined : mean, by: undefined, failed };
}

function usableProposal(proposal: number | undefined): number | undefined {
  return proposal !== undefined && Number.isFinite(proposal) && proposal >= 0 ? proposal : undefined;
}

/** Sums end a hair above whole numbers. */
const hair = 1e-9;

function weightedMean(all: readonly WeightedProposal[]): number | undefined {
  const known = all
    .flatMap(({ proposal, weight }) =>
      proposal === undefined || !(weight > 0) ? [] : [{ proposal, weight }],
    )
    .toSorted((a, b) => a.proposal - b.proposal || a.weight - b.weight);
  const weight = known.reduce((sum, one) => sum + one.weight, 0);
  const mean = known.reduce((sum, one) => sum + (one.weight / weight) * one.proposal, 0);
  return known.length > 0 && Number.isFinite(weight) && Number.isFinite(mean)
    ? Math.ceil(mean - hair)
    : undefined;
}
