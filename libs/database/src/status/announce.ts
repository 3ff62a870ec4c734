import type { Condition } from '@neo4j-operator/reconcile-kit';

/** Which changes of a database's conditions people are told by an Event: that it is ready, was and is not any more, or needs them. */
export function announce(
  { type, status }: Condition,
  before: Condition | undefined,
): 'Normal' | 'Warning' | undefined {
  if (type === 'Ready' && status === 'True') return 'Normal';
  if (type === 'Ready' && before?.status === 'True') return 'Warning';
  return type === 'Stalled' && status === 'True' ? 'Warning' : undefined;
}
