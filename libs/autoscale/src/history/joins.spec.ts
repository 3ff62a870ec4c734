import { describe, expect, test } from '@jest/globals';
import type { ServerObservation } from '../observation.ts';
import { emptyPoolHistory } from './empty.ts';
import { leadTime, recordJoins } from './joins.ts';
import type { PoolHistory } from './types.ts';

const now = 1_750_000_000_000;
const minute = 60_000;

/** Joined within so many minutes, so many minutes ago. */
function server(name: string, took: number, ago = 0): ServerObservation {
  const readySince = now - ago * minute;
  return { name, state: 'ready', createdAt: readySince - took * minute, readySince };
}

function joined(servers: readonly ServerObservation[]): PoolHistory {
  return recordJoins(emptyPoolHistory(), servers, now);
}

describe('joins', () => {
  test('are learned once, however often they are seen', () => {
    const history = joined([server('server-1', 5, 10), server('server-2', 7)]);
    expect(history.joins).toEqual([
      { server: 'server-1', createdAt: now - 15 * minute, duration: 5 * minute },
      { server: 'server-2', createdAt: now - 7 * minute, duration: 7 * minute },
    ]);
    expect(recordJoins(history, [server('server-1', 5, 10), server('server-2', 7)], now + minute)).toBe(
      history,
    );
  });

  test('of one server under one name are told apart', () => {
    const history = recordJoins(joined([server('server-1', 5, 100)]), [server('server-1', 9)], now);
    expect(history.joins.map(({ duration }) => duration)).toEqual([5 * minute, 9 * minute]);
  });

  test('keep what was first seen of one', () => {
    const before = joined([server('server-1', 5, 10)]);
    const seenLater = { ...server('server-1', 5, 10), readySince: now };
    expect(recordJoins(before, [seenLater], now)).toBe(before);
  });

  test('are the 20 newest, and the same each time when there are more servers', () => {
    const servers = Array.from({ length: 30 }, (_, at) => server(`server-${at}`, 5, at));
    const history = joined(servers);
    expect(history.joins.map((join) => join.server)).toEqual(
      Array.from({ length: 20 }, (_, at) => `server-${19 - at}`),
    );
    expect(recordJoins(history, servers.toReversed(), now + minute)).toEqual(history);
  });

  test('that end together do not depend on the order of the servers', () => {
    const servers = Array.from({ length: 30 }, (_, at) => server(`server-${at}`, 5));
    expect(joined(servers)).toEqual(joined(servers.toReversed()));
    expect(joined([...servers, ...servers])).toEqual(joined(servers));
  });

  test.each<[string, ServerObservation]>([
    ['is not over', { name: 'a', state: 'joining', createdAt: now }],
    ['has no known beginning', { name: 'a', state: 'ready', readySince: now }],
    ['ended before it began', server('a', -1, 5)],
    ['took more than a day', server('a', 24 * 60 + 1)],
    ['ends in the future', server('a', 5, -1)],
    ['began at no moment', { name: 'a', state: 'ready', createdAt: NaN, readySince: now }],
    ['is of a server with too long a name', server('é'.repeat(513), 5)],
    ['is of a server with half a character as its name', server('\ud800', 5)],
    ['ended at no moment', { name: 'a', state: 'ready', createdAt: now, readySince: NaN }],
  ])('that %s is not believed', (_, one) => {
    expect(joined([one]).joins).toEqual([]);
  });
});

describe('lead time', () => {
  test('is the fallback before the first join', () => {
    expect(leadTime(emptyPoolHistory(), 300_000)).toEqual({ ms: 300_000, joinsSeen: 0 });
  });

  test('is what the one join took', () => {
    expect(leadTime(joined([server('a', 8)]), 300_000)).toEqual({ ms: 8 * minute, joinsSeen: 1 });
  });

  test('is the 90th percentile by nearest rank', () => {
    const took = [10, 2, 9, 1, 8, 3, 7, 4, 6, 5];
    const ten = joined(took.map((minutes, at) => server(`server-${at}`, minutes, at)));
    expect(leadTime(ten, 0)).toEqual({ ms: 9 * minute, joinsSeen: 10 });
    const nine = joined(took.slice(0, 9).map((minutes, at) => server(`server-${at}`, minutes, at)));
    expect(leadTime(nine, 0)).toEqual({ ms: 10 * minute, joinsSeen: 9 });
  });
});
