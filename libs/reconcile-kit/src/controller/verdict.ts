import { isKubeError } from '../core/errors.ts';
import type { ReconcileResult } from '../metrics/ports.ts';
import { PassTimeout, PreconditionFailed, TerminalError } from '../core/pass-errors.ts';

/** When an object is looked at again after a pass. */
export type Requeue =
  /** When something changes. */
  | { readonly kind: 'none' }
  | { readonly kind: 'after'; readonly delayMs: number }
  /** After the object's own back-off; not before `atLeastMs` if the server asked for that. */
  | { readonly kind: 'back-off'; readonly atLeastMs: number };

/** How a pass is counted, logged and followed up. */
export interface Verdict {
  readonly result: ReconcileResult;
  readonly requeue: Requeue;
  readonly failure: 'error' | 'terminal' | 'timeout' | 'panic' | undefined;
}

/** What a pass returned when nothing failed. */
export interface PassResult {
  readonly requeueAfterMs?: number | undefined;
  /** There is more to do and nothing may announce it. */
  readonly again?: boolean;
}

/** Follows from how a pass ended. */
export function verdictOf(result: PassResult, error: Error | undefined): Verdict {
  if (error === undefined) {
    const { again, requeueAfterMs } = result;
    if (requeueAfterMs === undefined && again !== true) return verdict('success', { kind: 'none' });
    // What is due already and comes up again and again would, without the back-off, be all that the process does.
    return requeueAfterMs !== undefined && requeueAfterMs > 0
      ? verdict('requeue_after', { kind: 'after', delayMs: requeueAfterMs })
      : verdict('requeue', { kind: 'back-off', atLeastMs: 0 });
  }
  if (error instanceof TerminalError) {
    const { lookAgainMs } = error;
    const requeue: Requeue =
      lookAgainMs === undefined ? { kind: 'none' } : { kind: 'after', delayMs: lookAgainMs };
    return verdict('error', requeue, 'terminal');
  }
  if (isOvertaken(error)) return verdict('requeue', { kind: 'back-off', atLeastMs: 0 });
  const atLeastMs = isKubeError(error) ? (error.retryAfterMs ?? 0) : 0;
  return verdict('error', { kind: 'back-off', atLeastMs }, failureOf(error));
}

/**
 * The pass was overtaken by somebody else's change, or by a change of leader: nothing is wrong with the object, and the next
 * pass sees the newer state.
 */
export function isOvertaken(error: Error): boolean {
  return error instanceof PreconditionFailed || isKubeError(error, 'Conflict', 'WriteDenied', 'Aborted');
}

function failureOf(error: Error): Verdict['failure'] {
  if (error instanceof PassTimeout) return 'timeout';
  const isBug = error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
  return isBug ? 'panic' : 'error';
}

function verdict(result: ReconcileResult, requeue: Requeue, failure?: Verdict['failure']): Verdict {
  return { result, requeue, failure };
}
