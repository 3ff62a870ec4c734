import type { Condition } from '@neo4j-operator/reconcile-kit';

/** What a user asked for, and what is told by the step that does it. */
const asked: ReadonlySet<string> = new Set([
  'Creating',
  'Adopting',
  'Starting',
  'Stopping',
  'ChangingTopology',
  'Deleting',
]);

/** Which changes of a database's conditions people are told by an Event: that it is ready, was and is not any more, or needs them. */
export function announce(
  { type, status, reason }: Condition,
  before: Condition | undefined,
): 'Normal' | 'Warning' | undefined {
  if (type === 'Ready' && status === 'True') return 'Normal';
  if (type === 'Ready' && before?.status === 'True') return asked.has(reason) ? undefined : 'Warning';
  return type === 'Stalled' && status === 'True' ? 'Warning' : undefined;
}
