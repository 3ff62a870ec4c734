import type { Rng } from '@neo4j-operator/clock';
import { type BackoffOptions, backoffDelay } from '../backoff/exponential.ts';
import type { KubeError } from '../core/errors.ts';

/** What the reflector asks the server for. */
export type Attempt =
  /** A snapshot as a stream of events that goes on as the watch (KEP-3157). Always consistent: no resource version is asked for. */
  | { readonly kind: 'watch-list' }
  /** A snapshot in pages, consistent as well. */
  | { readonly kind: 'list' }
  | { readonly kind: 'watch'; readonly resourceVersion: string };

/** How an attempt ended. */
export interface Ended {
  readonly attempt: Attempt;
  /** A watch can go on from `resourceVersion`: the attempt was a watch, or its snapshot was complete. */
  readonly resumable: boolean;
  /** The newest version seen; empty before the first snapshot. */
  readonly resourceVersion: string;
  readonly cause:
    /** The server closed the answer, as it does when the time of a watch is over. */
    | { readonly kind: 'closed' }
    /** A list was read to its end. */
    | { readonly kind: 'listed' }
    /** Nothing, not even a bookmark, was heard for too long. */
    | { readonly kind: 'silent' }
    | { readonly kind: 'error'; readonly error: KubeError };
  readonly durationMs: number;
  readonly events: number;
}

export interface LadderState {
  /** False once the server has shown that it does not stream snapshots. */
  readonly streamsSnapshots: boolean;
  /** Attempts that failed since the last healthy one. */
  readonly failures: number;
  /** Times in a row that the server said it had not yet seen our version. */
  readonly tooLarge: number;
}

export interface Step {
  readonly state: LadderState;
  readonly next: Attempt;
  readonly delayMs: number;
  /** Why the next attempt is made; a metric's label. */
  readonly reason: string;
}

export const initialLadder: LadderState = { streamsSnapshots: true, failures: 0, tooLarge: 0 };

/** client-go's: 0.8 s doubling to 30 s, with full jitter on top, forgotten after two healthy minutes. */
const reconnectBackoff: BackoffOptions = { baseMs: 800, factor: 2, maxMs: 30_000, jitter: 1 };
const healthyAfterMs = 120_000;

/** A watch that ends this soon without an event is a failure, however politely it ended. */
const veryShortMs = 1000;

/** After so many refusals of our version the server will not catch up: it has been restored from a backup. */
const tooLargeLimit = 3;

/** The first attempt. */
export function firstAttempt(state: LadderState): Attempt {
  return state.streamsSnapshots ? { kind: 'watch-list' } : { kind: 'list' };
}

/**
 * What to do after an attempt has ended. Pure: the rules of list and watch in one place.
 *
 * Snapshots never ask for an old version: a reflector that starts, or starts over, must not travel back in time by asking a server
 * whose cache lags (KEP-365, "resourceVersion=0").
 */
export function step(before: LadderState, ended: Ended, rng: Rng): Step {
  const state = ended.durationMs >= healthyAfterMs ? { ...before, failures: 0 } : before;
  const resume: Attempt = ended.resumable
    ? { kind: 'watch', resourceVersion: ended.resourceVersion }
    : firstAttempt(state);

  const healthy = (next: Attempt, reason: string): Step => ({
    state: { ...state, failures: 0, tooLarge: 0 },
    next,
    delayMs: 0,
    reason,
  });
  const failed = (
    next: Attempt,
    reason: string,
    options: { readonly atOnce?: boolean; readonly atLeastMs?: number } = {},
  ): Step => {
    const failures = state.failures + 1;
    const atOnce = options.atOnce === true && state.failures === 0;
    const delayMs = atOnce
      ? 0
      : Math.max(options.atLeastMs ?? 0, backoffDelay(reconnectBackoff, failures, rng));
    return { state: { ...state, failures }, next, delayMs, reason };
  };

  switch (ended.cause.kind) {
    case 'listed':
      return { state: { ...state, tooLarge: 0 }, next: resume, delayMs: 0, reason: 'listed' };
    case 'closed':
      return ended.events === 0 && ended.durationMs < veryShortMs
        ? failed(resume, 'short')
        : healthy(resume, 'closed');
    case 'silent':
      return isUnansweredSnapshot(ended)
        ? withoutStreaming(state)
        : failed(resume, 'silent', { atOnce: true });
    case 'error':
      return afterError(state, ended, ended.cause.error, resume, failed);
  }
}

function afterError(
  state: LadderState,
  ended: Ended,
  error: KubeError,
  resume: Attempt,
  failed: (
    next: Attempt,
    reason: string,
    options?: { readonly atOnce?: boolean; readonly atLeastMs?: number },
  ) => Step,
): Step {
  const atLeastMs = error.retryAfterMs ?? 0;
  switch (error.reason) {
    case 'BadRequest':
    case 'Invalid':
      return isUnansweredSnapshot(ended) ? withoutStreaming(state) : failed(resume, 'refused', { atLeastMs });
    case 'Gone':
      return failed(firstAttempt(state), 'gone', { atOnce: true });
    case 'TooLargeResourceVersion': {
      const tooLarge = state.tooLarge + 1;
      const next = tooLarge >= tooLargeLimit ? firstAttempt(state) : resume;
      const waited = failed(next, 'too-large', { atLeastMs });
      return { ...waited, state: { ...waited.state, tooLarge: tooLarge % tooLargeLimit } };
    }
    case 'ConnectionLost':
      return failed(resume, 'lost', { atOnce: true });
    case 'MalformedResponse':
      return failed(resume, 'malformed', { atOnce: ended.events > 0 });
    default:
      return failed(resume, 'error', { atLeastMs });
  }
}

/** A server that streams no snapshots refuses the request, or answers with a watch that never says where the snapshot ends. */
function isUnansweredSnapshot(ended: Ended): boolean {
  return ended.attempt.kind === 'watch-list' && !ended.resumable;
}

function withoutStreaming(state: LadderState): Step {
  return {
    state: { ...state, streamsSnapshots: false },
    next: { kind: 'list' },
    delayMs: 0,
    reason: 'no-watch-list',
  };
}
