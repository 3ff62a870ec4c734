import { seededRng } from '@neo4j-operator/clock';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { KubeError, type KubeErrorReason } from '../core/errors.ts';
import { type Attempt, type Ended, firstAttempt, initialLadder, type LadderState, step } from './ladder.ts';

const watchList: Attempt = { kind: 'watch-list' };
const list: Attempt = { kind: 'list' };
const watch: Attempt = { kind: 'watch', resourceVersion: '7' };
const listing: LadderState = { ...initialLadder, streamsSnapshots: false };
const closed: Ended['cause'] = { kind: 'closed' };
const silent: Ended['cause'] = { kind: 'silent' };

const error = (reason: KubeErrorReason, retryAfterMs?: number): Ended['cause'] => ({
  kind: 'error',
  error: new KubeError(reason, { reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }),
});

function ended(attempt: Attempt, cause: Ended['cause'], more: Partial<Ended> = {}): Ended {
  const resumable = attempt.kind === 'watch';
  return {
    attempt,
    cause,
    resumable,
    resourceVersion: resumable ? '7' : '',
    durationMs: 5000,
    events: 1,
    ...more,
  };
}

/** Takes the steps one after another. */
function climb(state: LadderState, ends: readonly Ended[]): readonly ReturnType<typeof step>[] {
  const rng = seededRng(1);
  let current = state;
  return ends.map((end) => {
    const taken = step(current, end, rng);
    current = taken.state;
    return taken;
  });
}

describe('the first attempt', () => {
  it('is a streamed snapshot, or a list for a server that does not stream', () => {
    expect(firstAttempt(initialLadder)).toEqual(watchList);
    expect(firstAttempt(listing)).toEqual(list);
  });
});

describe('step', () => {
  const complete = { resumable: true, resourceVersion: '9' };
  const next9: Attempt = { kind: 'watch', resourceVersion: '9' };
  it.each<[string, LadderState, Ended, Attempt, 'at once' | 'waits']>([
    ['a list, read', listing, ended(list, { kind: 'listed' }, complete), next9, 'at once'],
    ['a watch, closed', initialLadder, ended(watch, closed, { events: 0 }), watch, 'at once'],
    [
      'a watch, closed soon after an event',
      initialLadder,
      ended(watch, closed, { durationMs: 5 }),
      watch,
      'at once',
    ],
    [
      'a watch, closed soon without an event',
      initialLadder,
      ended(watch, closed, { durationMs: 5, events: 0 }),
      watch,
      'waits',
    ],
    [
      'a streamed snapshot, complete, then closed',
      initialLadder,
      ended(watchList, closed, complete),
      next9,
      'at once',
    ],
    ['a watch, broken', initialLadder, ended(watch, error('ConnectionLost')), watch, 'at once'],
    ['a watch, not connected', initialLadder, ended(watch, error('ConnectionFailed')), watch, 'at once'],
    ['a watch, no headers in time', initialLadder, ended(watch, error('DeadlineExceeded')), watch, 'at once'],
    ['a watch, silent', initialLadder, ended(watch, silent), watch, 'at once'],
    ['a watch, gone', initialLadder, ended(watch, error('Gone')), watchList, 'at once'],
    [
      'a watch, gone, of a server that does not stream',
      listing,
      ended(watch, error('Gone')),
      list,
      'at once',
    ],
    ['a list, gone between pages', listing, ended(list, error('Gone')), list, 'at once'],
    [
      'a watch, malformed after events',
      initialLadder,
      ended(watch, error('MalformedResponse')),
      watch,
      'at once',
    ],
    [
      'a watch, malformed from the start',
      initialLadder,
      ended(watch, error('MalformedResponse'), { events: 0 }),
      watch,
      'waits',
    ],
    [
      'a watch, version too large',
      initialLadder,
      ended(watch, error('TooLargeResourceVersion')),
      watch,
      'waits',
    ],
    ['a watch, 429', initialLadder, ended(watch, error('TooManyRequests')), watch, 'waits'],
    ['a watch, 500', initialLadder, ended(watch, error('ServerError')), watch, 'waits'],
    ['a watch, 401', initialLadder, ended(watch, error('Unauthorized')), watch, 'waits'],
    ['a streamed snapshot, 403', initialLadder, ended(watchList, error('Forbidden')), watchList, 'waits'],
    ['a streamed snapshot, 404', initialLadder, ended(watchList, error('NotFound')), watchList, 'waits'],
    [
      'a streamed snapshot, broken',
      initialLadder,
      ended(watchList, error('ConnectionLost')),
      watchList,
      'at once',
    ],
    [
      'a streamed snapshot, refused as invalid',
      initialLadder,
      ended(watchList, error('Invalid')),
      list,
      'at once',
    ],
    [
      'a streamed snapshot, refused as bad',
      initialLadder,
      ended(watchList, error('BadRequest')),
      list,
      'at once',
    ],
    ['a streamed snapshot, without its end', initialLadder, ended(watchList, silent), list, 'at once'],
    [
      'a streamed snapshot, never ended',
      initialLadder,
      ended(watchList, closed, { durationMs: 200_000 }),
      list,
      'at once',
    ],
    ['a streamed snapshot, cut off', initialLadder, ended(watchList, closed), watchList, 'at once'],
    ['a list, bad', listing, ended(list, error('BadRequest')), list, 'waits'],
  ])('%s', (_, state, end, next, when) => {
    const [taken] = climb(state, [end]);
    expect(taken?.next).toEqual(next);
    if (when === 'at once') expect(taken?.delayMs).toBe(0);
    else expect(taken?.delayMs).toBeGreaterThanOrEqual(800);
  });

  it('remembers that a server does not stream snapshots', () => {
    const [refused, , gone] = climb(initialLadder, [
      ended(watchList, error('Invalid')),
      ended(list, { kind: 'listed' }, complete),
      ended(next9, error('Gone')),
    ]);
    expect(refused?.state.streamsSnapshots).toBe(false);
    expect(gone?.next).toEqual(list);
  });

  it('never waits longer after polite closes, however many', () => {
    const taken = climb(
      initialLadder,
      Array.from({ length: 10 }, () => ended(watch, closed, { events: 0 })),
    );
    expect(taken.map(({ delayMs }) => delayMs)).toEqual(Array.from({ length: 10 }, () => 0));
  });

  it('waits twice as long from failure to failure, up to 45 s', () => {
    const delays = climb(
      initialLadder,
      Array.from({ length: 10 }, () => ended(watch, error('ConnectionLost'))),
    ).map(({ delayMs }) => delayMs);
    expect(delays[0]).toBe(0);
    [800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000, 30_000].forEach((least, index) => {
      expect(delays[index + 1]).toBeGreaterThanOrEqual(least);
      expect(delays[index + 1]).toBeLessThan(least * 1.5);
    });
  });

  it('forgets failures after two healthy minutes, not after a polite close', () => {
    const lost = ended(watch, error('ConnectionLost'));
    const [, , , afterClose] = climb(initialLadder, [lost, lost, ended(watch, closed), lost]);
    expect(afterClose?.delayMs).toBeGreaterThanOrEqual(1600);
    const [, , afterHealth] = climb(initialLadder, [lost, lost, { ...lost, durationMs: 120_000 }]);
    expect(afterHealth?.delayMs).toBe(0);
  });

  it('waits as long as the server asks', () => {
    const [taken] = climb(initialLadder, [ended(watch, error('TooManyRequests', 17_000))]);
    expect(taken?.delayMs).toBe(17_000);
  });

  it('reads anew what the server has said three times that it does not have yet', () => {
    const tooLarge = ended(watch, error('TooLargeResourceVersion'));
    expect(
      climb(initialLadder, [tooLarge, tooLarge, tooLarge, tooLarge]).map(({ next }) => next.kind),
    ).toEqual(['watch', 'watch', 'watch-list', 'watch']);
    const between = climb(initialLadder, [tooLarge, tooLarge, ended(watch, closed), tooLarge]);
    expect(between.at(-1)?.next).toEqual(watch);
  });

  it('reads anew after two fruitless watches: the server may not know the version', () => {
    const short = ended(watch, closed, { durationMs: 5, events: 0 });
    for (const cause of [ended(watch, silent, { events: 0 }), short]) {
      expect(climb(initialLadder, [cause, cause]).map(({ next }) => next.kind)).toEqual([
        'watch',
        'watch-list',
      ]);
      expect(climb(initialLadder, [cause, ended(watch, closed), cause]).at(-1)?.next).toEqual(watch);
    }
  });

  const anyReason = fc.constantFrom<KubeErrorReason>(
    'BadRequest',
    'Unauthorized',
    'Forbidden',
    'NotFound',
    'MethodNotAllowed',
    'Conflict',
    'Gone',
    'Invalid',
    'TooManyRequests',
    'TooLargeResourceVersion',
    'ServerTimeout',
    'ServerError',
    'UnexpectedStatus',
    'ConnectionFailed',
    'ConnectionLost',
    'TlsFailed',
    'DeadlineExceeded',
    'Aborted',
    'MalformedResponse',
  );
  const anyCause = fc.oneof(
    fc.constant<Ended['cause']>({ kind: 'closed' }),
    fc.constant<Ended['cause']>({ kind: 'silent' }),
    anyReason.map((reason) => error(reason)),
  );

  it('never resumes a snapshot that is not complete, nor a version that has expired', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ cause: anyCause, durationMs: fc.nat(300_000), events: fc.nat(3) })),
        (ends) => {
          let state = initialLadder;
          let attempt = firstAttempt(state);
          for (const end of ends) {
            const taken = step(state, ended(attempt, end.cause, end), seededRng(2));
            const isGone = end.cause.kind === 'error' && end.cause.error.reason === 'Gone';
            if (attempt.kind !== 'watch' || isGone) expect(taken.next.kind).not.toBe('watch');
            expect(taken.delayMs).toBeLessThan(45_000);
            state = taken.state;
            attempt = taken.next;
          }
        },
      ),
    );
  });

  it('makes no hot loop of attempts that fail at once', () => {
    fc.assert(
      fc.property(fc.array(anyCause, { minLength: 10, maxLength: 30 }), (causes) => {
        let state = initialLadder;
        let attempt: Attempt = watchList;
        let waits = 0;
        for (const cause of causes) {
          const taken = step(state, ended(attempt, cause, { durationMs: 0, events: 0 }), seededRng(3));
          if (taken.delayMs > 0) waits++;
          state = taken.state;
          attempt = taken.next;
        }
        expect(waits).toBeGreaterThanOrEqual(causes.length - 2);
      }),
    );
  });
});
