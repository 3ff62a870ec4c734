import type { RenderRevision } from '../render/index.ts';
import { recall, type Recall } from './recall.ts';
import type { ServerObjects } from './server-objects.ts';
import type { Step } from './steps.ts';

/** What a plan depends on beside the cluster. */
export interface PlanPorts {
  readonly revision: RenderRevision;
  /** `cluster.local` as a rule. */
  readonly clusterDomain: string;
  /** What earlier plans have come to. Makes a plan for a cluster in which nothing has changed cheap, and changes no plan. */
  readonly memo?: PlanMemo;
}

/** What is remembered from plan to plan. */
export interface PlanMemo {
  /** By StatefulSet. */
  readonly servers: Recall<ServerObjects>;
  /** By the Service for administration. */
  readonly shared: Recall<Step>;
}

/** A memo for one controller. */
export function planMemo(): PlanMemo {
  return { servers: recall(), shared: recall() };
}
