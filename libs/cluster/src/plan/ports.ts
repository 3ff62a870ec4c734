import type { RenderRevision } from '../render/index.ts';

/** What a plan depends on beside the cluster. */
export interface PlanPorts {
  readonly revision: RenderRevision;
  /** `cluster.local` as a rule. */
  readonly clusterDomain: string;
}
