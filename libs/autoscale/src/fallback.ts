// What happens when metrics have been missing for too long.
import { spanOf } from './explain/figure.ts';
import type { FallbackBehavior } from './policy/types.ts';
import type { RuleInput, Verdict } from './rules/types.ts';

/**
 * After `fallback.after` without a single metric the configured behaviour applies. The names are those of KEDA; here none of them removes a
 * server, since what is not measured may need it. So `static` and `currentReplicasIfHigher` both mean at least `replicas`, and
 * `currentReplicas` and `currentReplicasIfLower` keep the size.
 */
export function fallback({ policy, history, now, asked, replicas }: RuleInput): Verdict {
  const { after, behavior, replicas: floor = 0 } = policy.fallback;
  const { blindSince } = history;
  if (blindSince === undefined || now - blindSince < after) return undefined;
  const wanted = Math.max(replicas, asked, raises(behavior) ? floor : 0);
  return {
    replicas: wanted,
    message: `No metric could be read for ${spanOf(now - blindSince)}: ${behavior} asks for ${wanted}.`,
  };
}

function raises(behavior: FallbackBehavior): boolean {
  switch (behavior) {
    case 'static':
    case 'currentReplicasIfHigher':
      return true;
    case 'currentReplicas':
    case 'currentReplicasIfLower':
      return false;
  }
}
