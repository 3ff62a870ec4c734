import { describe, expect, it } from '@jest/globals';
import { demands } from './demand.ts';
import { metric, now, poolOf, sample, server } from './proposals.spec-helper.ts';

describe('the demand on a pool', () => {
  it('divided by the target is the number of servers that it needs', () => {
    const pool = {
      servers: [server('a', { cpu: 1.2, throughput: 300 }), server('b', { cpu: 1.2, throughput: 600 })],
    };
    expect(demands([metric('cpu', 60), metric('throughput', 300)], pool, now)).toEqual([
      { metric: 'cpu', value: 120 },
      { metric: 'throughput', value: 900 },
    ]);
  });

  it('is that of the pool where it is measured there', () => {
    const pool = { ...poolOf('throughput', [1, 1]), samples: { throughput: sample(900) } };
    expect(demands([metric('throughput', 300)], pool, now)).toEqual([{ metric: 'throughput', value: 900 }]);
  });

  it.each([
    ['a ready server is missing', { servers: [server('a', { throughput: 5 }), server('b')] }],
    [
      'no server is ready',
      { servers: [server('a', {}, { state: 'unready' })], samples: { throughput: sample(5) } },
    ],
    ['there is no server', { servers: [] }],
  ])('is not known while %s', (_, pool) => {
    expect(demands([metric('throughput', 300)], pool, now)).toEqual([{ metric: 'throughput', value: NaN }]);
  });

  it('of CPU is not known while a server has no request', () => {
    const pool = { servers: [server('a', { cpu: 1 }), { ...server('b', { cpu: 1 }), cpuRequest: 0 }] };
    expect(demands([metric('cpu', 60)], pool, now)).toEqual([{ metric: 'cpu', value: NaN }]);
  });

  it('does not count servers that join, drain or are not ready', () => {
    const others = (['joining', 'draining', 'unready'] as const).map((state) =>
      server(state, { throughput: 1000 }, { state }),
    );
    const pool = { servers: [server('a', { throughput: 5 }), ...others] };
    expect(demands([metric('throughput', 300)], pool, now)).toEqual([{ metric: 'throughput', value: 5 }]);
  });

  it('is not made of memory, latency or numbers for the whole', () => {
    const metrics = [
      metric('memory', 60),
      metric('query_latency', 100),
      metric('custom', 5, { name: 'whole', kind: 'value' }),
    ];
    const pool = { servers: [server('a', { memory: 1, query_latency: 1 })], samples: { whole: sample(1) } };
    expect(demands(metrics, pool, now)).toEqual([]);
  });

  it('is unknown, but not forgotten, while a custom metric has no sample of the pool', () => {
    const pool = { servers: [server('a', { hits: 1 })] };
    expect(demands([metric('custom', 5, { name: 'hits' })], pool, now)).toEqual([
      { metric: 'hits', value: NaN },
    ]);
  });

  it('is kept for three metrics at most, those of clients before CPU, in the order of the policy', () => {
    const metrics = [
      metric('cpu', 60),
      metric('custom', 5, { name: 'queue' }),
      metric('throughput', 300),
      metric('connection_count', 10),
    ];
    const pool = { servers: [server('a')], samples: { queue: sample(7) } };
    expect(demands(metrics, pool, now).map((one) => one.metric)).toEqual([
      'queue',
      'throughput',
      'connection_count',
    ]);
    expect(demands(metrics.toReversed(), pool, now).map((one) => one.metric)).toEqual([
      'connection_count',
      'throughput',
      'queue',
    ]);
  });
});
