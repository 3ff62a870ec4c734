// The policies that are compared unless others are given, and what all policies of a comparison have in common.
import type { PolicySpec } from '../policy/types.ts';
import type { Contender } from '../replay/types.ts';
import { largestPool } from './setting.ts';

/** The default configuration: everything that is not said here is the library's default. The target is swept. */
const demand: PolicySpec = {
  secondaries: {
    minReplicas: 1,
    maxReplicas: largestPool,
    metrics: [{ type: 'throughput', target: 1 }],
  },
};

/** The default configuration with forecasts that may add servers, and the same without. */
export const defaultContenders: readonly Contender[] = [
  { name: 'predictive', policy: { ...demand, advanced: { predictive: { enabled: true, mode: 'Active' } } } },
  { name: 'hpa', policy: demand },
];

/** Sizes are the same on both sides: 1 to 32 secondaries. Of primaries it is the policy that says how many there may be. */
export function withCommonSizes(policy: PolicySpec): PolicySpec {
  const { secondaries } = policy;
  return secondaries === undefined
    ? policy
    : { ...policy, secondaries: { ...secondaries, minReplicas: 1, maxReplicas: largestPool } };
}

/** The pool that always has as many servers as it may. */
export function atLargest(policy: PolicySpec): PolicySpec {
  const { primaries, secondaries } = policy;
  return {
    ...policy,
    advanced: {},
    ...(primaries && { primaries: { ...primaries, minReplicas: primaries.maxReplicas } }),
    ...(secondaries && { secondaries: { ...secondaries, minReplicas: secondaries.maxReplicas } }),
  };
}
