// What is told about a cluster. Pure.
export { announce } from './announce.ts';
export type { Appearance, ConditionType, ReasonEntry, Severity } from './reason-entry.ts';
export { isReason, type Reason, reasons } from './reasons.ts';
export { status } from './status.ts';
export { rules } from './rules.ts';
