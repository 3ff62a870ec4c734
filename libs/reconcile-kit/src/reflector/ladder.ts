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
  /** Waits since the last healthy attempt. */
  readonly failures: number;
  /** The one retry without a wait since the last healthy attempt has been made. */
  readonly retriedAtOnce: boolean;
  /** Times in a row that the server said it had not yet seen our version. */
  readonly tooLarge: number;
  /** Watches in a row that went silent or were very short. */
  readonly fruitless: number;
}

export interface Step {
  readonly state: LadderState;
  readonly next: Attempt;
  readonly delayMs: number;
  /** Why the next attempt is made; a metric's label. */
  readonly reason: string;
}

export const initialLadder: LadderState = {
  streamsSnapshots: true,
  failures: 0,
  retriedAtOnce: false,
  tooLarge: 0,
  fruitless: 0,
};

/** client-go's steps: 0.8 s doubling to 30 s, forgotten after two healthy minutes. The jitter keeps many informers apart. */
const reconnectBackoff: BackoffOptions = { baseMs: 800, factor: 2, maxMs: 30_000, jitter: 0.5 };
const healthyAfterMs = 120_000;

/** A watch that ends this soon without an event is a failure, however politely it ended. */
const veryShortMs = 1000;

/** After so many refusals of our version the server will not catch up: it has been restored from a backup. */
const tooLargeLimit = 3;

/**
 * A server may accept a watch from a version that it no longer knows, or does not know yet, and then say nothing (kubernetes #104171;
 * a restored etcd). After so many fruitless watches only a snapshot tells.
 */
const fruitlessLimit = 2;

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
  const state =
    ended.durationMs >= healthyAfterMs
      ? { ...before, failures: 0, retriedAtOnce: false, tooLarge: 0 }
      : before;
  const resume: Attempt = ended.resumable
    ? { kind: 'watch', resourceVersion: ended.resourceVersion }
    : firstAttempt(state);
  const failed: Retry = (next, reason, { atOnce = false, atLeastMs = 0 } = {}) => {
    if (atOnce && !state.retriedAtOnce) {
      return { state: { ...state, retriedAtOnce: true }, next, delayMs: 0, reason };
    }
    const failures = state.failures + 1;
    const delayMs = Math.max(atLeastMs, backoffDelay(reconnectBackoff, failures, rng));
    return { state: { ...state, failures }, next, delayMs, reason };
  };

  switch (ended.cause.kind) {
    case 'listed':
      return { state: { ...state, tooLarge: 0 }, next: resume, delayMs: 0, reason: 'listed' };
    case 'closed':
      if (isUnansweredSnapshot(ended)) {
        return ended.durationMs >= healthyAfterMs
          ? withoutStreaming(state)
          : failed(resume, 'cut-off', { atOnce: true });
      }
      return ended.events === 0 && ended.durationMs < veryShortMs
        ? afterFruitless(state, failed(resume, 'short'))
        : { state: { ...state, tooLarge: 0, fruitless: 0 }, next: resume, delayMs: 0, reason: 'closed' };
    case 'silent':
      return isUnansweredSnapshot(ended)
        ? withoutStreaming(state)
        : afterFruitless(state, failed(resume, 'silent', { atOnce: true }));
    case 'error':
      return afterError(state, ended, ended.cause.error, resume, failed);
  }
}

type Retry = (
  next: Attempt,
  reason: string,
  options?: { readonly atOnce?: boolean; readonly atLeastMs?: number },
) => Step;

function afterError(
  state: LadderState,
  ended: Ended,
  error: KubeError,
  resume: Attempt,
  failed: Retry,
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
    case 'ConnectionFailed':
    case 'ConnectionLost':
    case 'DeadlineExceeded':
      return failed(resume, 'lost', { atOnce: true });
    case 'MalformedResponse':
      return failed(resume, 'malformed', { atOnce: ended.events > 0 });
    default:
      return failed(resume, 'error', { atLeastMs });
  }
}

function afterFruitless(state: LadderState, retry: Step): Step {
  const fruitless = state.fruitless + 1;
  return fruitless < fruitlessLimit
    ? { ...retry, state: { ...retry.state, fruitless } }
    : { ...retry, state: { ...retry.state, fruitless: 0 }, next: firstAttempt(state) };
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
