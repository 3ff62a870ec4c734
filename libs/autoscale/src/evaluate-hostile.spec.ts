import { describe, expect, it } from '@jest/globals';
import {
  decodeHistory,
  emptyHistory,
  encodeHistory,
  evaluate,
  EvaluationError,
  parsePolicy,
} from './index.ts';

const now = Date.UTC(2026, 0, 31, 12);
const parsed = parsePolicy({
  secondaries: { minReplicas: 2, maxReplicas: 8, metrics: [{ type: 'throughput', target: 400 }] },
});
if (!parsed.ok) throw new Error('the policy is wrong');
const { policy } = parsed;

interface Loose {
  pools: { secondaries: Record<string, unknown> & { servers: Record<string, unknown>[] } } & Record<
    string,
    unknown
  >;
  [field: string]: unknown;
}

function seen(change: (all: Loose) => void = () => undefined): Loose {
  const servers = ['a', 'b', 'c'].map((zone) => ({ name: `server-${zone}`, state: 'ready', zone }));
  const all: Loose = {
    pools: { secondaries: { servers, samples: { throughput: { value: 1450, time: now } } } },
  };
  change(all);
  return all;
}

function failure(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof EvaluationError) return error.message;
    throw error;
  }
  return 'none';
}

describe('an evaluation refuses in words', () => {
  it.each<[string, unknown]>([
    ['it is no object', null],
    ['it is no object', 'x'],
    ['pools is missing', {}],
    ['pools.secondaries.servers is missing', { pools: { secondaries: {} } }],
    ['pools.tertiaries is no pool', { pools: { tertiaries: { servers: [] } } }],
    ['pools.secondaries.servers[0] is no object', { pools: { secondaries: { servers: [null] } } }],
    ['servers[1].name is missing', seen(({ pools }) => (pools.secondaries.servers[1] = { state: 'ready' }))],
    [
      'servers[1].state is wrong',
      seen(({ pools }) => (pools.secondaries.servers[1] = { name: 'x', state: 'Ready' })),
    ],
    [
      'servers[1].zone is no text',
      seen(({ pools }) => (pools.secondaries.servers[1] = { name: 'x', state: 'ready', zone: null })),
    ],
    [
      'servers[1].primaryOf is no list',
      seen(({ pools }) => (pools.secondaries.servers[1] = { name: 'x', state: 'ready', primaryOf: 'x' })),
    ],
    [
      'servers[1].name is that of servers[0], too',
      seen(({ pools }) => (pools.secondaries.servers[1] = { name: 'server-a', state: 'ready' })),
    ],
    [
      'servers[0].samples is no object',
      seen(({ pools }) => (pools.secondaries.servers[0] = { name: 'x', state: 'ready', samples: null })),
    ],
    [
      'secondaries.samples.throughput is wrong',
      seen(({ pools }) => (pools.secondaries['samples'] = { throughput: null })),
    ],
    [
      'secondaries.samples.throughput is wrong',
      seen(({ pools }) => (pools.secondaries['samples'] = { throughput: { value: '1', time: now } })),
    ],
    ['secondaries.answers is no object', seen(({ pools }) => (pools.secondaries['answers'] = null))],
    ['databases is wrong', seen((all) => (all['databases'] = [null]))],
    ['operation is wrong', seen((all) => (all['operation'] = null))],
  ])('%s', (message, observation) => {
    expect(failure(() => evaluate(policy, observation as never, emptyHistory(), now))).toContain(message);
  });

  it('with a few lines for thousands of errors', () => {
    const servers = Array.from({ length: 10_000 }, () => null);
    const run = () => evaluate(policy, { pools: { secondaries: { servers } } } as never, emptyHistory(), now);
    expect(failure(run).length).toBeLessThan(3_000);
  });

  it.each([null, {}, { enabled: true, pools: { secondaries: {} } }])('the policy %j', (one) => {
    expect(failure(() => evaluate(one as never, seen() as never, emptyHistory(), now))).toContain(
      'parsePolicy',
    );
  });

  it.each(['2026', null, 1n, NaN, -1, 8.64e15 + 1])('the time %p', (time) => {
    expect(failure(() => evaluate(policy, seen() as never, emptyHistory(), time as never))).toContain(
      'milliseconds',
    );
  });

  it('a history that went through JSON, and takes it from its bytes', () => {
    const { history } = evaluate(policy, seen() as never, emptyHistory(), now);
    const json = JSON.parse(JSON.stringify(history)) as never;
    const next = (from: never) => evaluate(policy, seen() as never, from, now + 15_000);
    expect(failure(() => next(json))).toContain(
      'pools.secondaries.raw is not what it was: keep a history as the bytes of encodeHistory',
    );
    expect(failure(() => next({ version: 1, pools: { secondaries: {} } } as never))).toContain(
      'encodeHistory',
    );
    expect(failure(() => next(null as never))).toContain('emptyHistory()');
    expect(next(decodeHistory(encodeHistory(history)) as never).pools.secondaries?.desired).toBe(4);
  });
});

it('an evaluation takes numbers that make no sense for none', () => {
  for (const value of [NaN, Infinity, -1, 1e300])
    for (const desired of [NaN, -1, 2.5, 2 ** 31, Infinity]) {
      const observation = seen(({ pools }) => {
        pools.secondaries['samples'] = { throughput: { value, time: now } };
        pools.secondaries['desired'] = desired;
      });
      const { history, pools } = evaluate(policy, observation as never, emptyHistory(), now);
      expect(pools.secondaries?.desired).toBe(desired === 2 ** 31 ? desired - 1 : 3);
      expect(() => encodeHistory(history)).not.toThrow();
    }
});
