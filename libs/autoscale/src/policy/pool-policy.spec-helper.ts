// A pool's policy for specs that say for themselves what matters to them.
import type { PoolPolicy, ScalingRules } from './types.ts';

/** No windows, no rate policies, the tolerance of the pod autoscaler. */
const rules: ScalingRules = { stabilizationWindow: 0, policies: [], selectPolicy: 'Max', tolerance: 0.1 };

/** One server to ten, without metrics, forecasts, algorithms, schedule, zones or quorum. */
export function poolPolicy(over: Partial<PoolPolicy> = {}): PoolPolicy {
  return {
    minReplicas: 1,
    maxReplicas: 10,
    step: 1,
    metrics: [],
    scaleUp: rules,
    scaleDown: rules,
    combine: 'max',
    coolDownAfterScaleUp: 0,
    coolDownAfterScaleDown: 0,
    predictive: {
      enabled: false,
      mode: 'Preview',
      historicalWindow: 0,
      predictionHorizon: undefined,
      confidenceThreshold: 0,
      quantile: 0.9,
    },
    algorithms: [],
    fallback: { after: 600_000, replicas: undefined, behavior: 'currentReplicas' },
    schedule: [],
    pause: 'none',
    zones: undefined,
    quorum: undefined,
    ...over,
  };
}
