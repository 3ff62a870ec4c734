// Which changes of a cluster's conditions people are told by an Event.
import type { Condition } from '@neo4j-operator/reconcile-kit';
import { isReason, reasons } from './reasons.ts';

/** Conditions whose coming true is good news. */
const goodNews: ReadonlySet<string> = new Set(['Ready', 'Formed', 'AdminPasswordSet']);

/**
 * Good news, and what the catalogue calls more than information. What a cluster waits for while it comes up is in its status alone, and so
 * is what is only the other side of another condition.
 */
export function announce({ type, status, reason }: Condition): 'Normal' | 'Warning' | undefined {
  if (type === 'Reconciling') return undefined;
  if (status === 'True' && goodNews.has(type)) return 'Normal';
  if (isReason(reason) && reasons[reason].severity !== 'info') return 'Warning';
  return undefined;
}
