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

/** One condition with one status. */
export type Appearance = `${ConditionType}=${ConditionInput['status']}`;

/** One row of the catalogue. */
export interface ReasonEntry {
  readonly severity: Severity;
  /** On which conditions it is found, and with which status. */
  readonly on: readonly Appearance[];
  readonly means: string;
  readonly remedy: string;
}
