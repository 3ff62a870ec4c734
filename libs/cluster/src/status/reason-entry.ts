import type { ConditionInput } from '@neo4j-operator/reconcile-kit';

/** The conditions of a cluster. All are always there. */
export type ConditionType =
  | 'Ready'
  | 'Reconciling'
  | 'Stalled'
  | 'Formed'
  | 'AdminPasswordSet'
  | 'TransportPlain'
  | 'RestartRequired'
  | 'RestartPending'
  | 'ScaleIn'
  | 'StorageGrowing'
  | 'SpecWarnings'
  | 'Paused';

/** `info`: as it should be, or on its way. `warning`: worth a look, the cluster works. `error`: somebody has to do something. */
export type Severity = 'info' | 'warning' | 'error';

/** One condition with one status, or an action of a plan, whose reason is in the logs. */
export type Appearance = `${ConditionType}=${ConditionInput['status']}` | 'Action' | 'Event';

/** One row of the catalogue. */
export interface ReasonEntry {
  readonly severity: Severity;
  /** Where it is found. */
  readonly on: readonly Appearance[];
  readonly means: string;
  readonly remedy: string;
}
