export type { DatabasePorts } from './analyze/analyze.ts';
export type { DatabaseAction } from './model/actions.ts';
export type { DatabaseState, Gate } from './model/state.ts';
export { databaseRules } from './rbac.ts';
export { type Reason, reasons } from './reasons.ts';
export { databaseController } from './reconciler.ts';
export { validateDatabase, type Validation } from './validate.ts';
