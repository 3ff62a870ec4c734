import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { MetricReport } from '../decision.ts';
import type { PoolObservation, ServerObservation, ServerState } from '../observation.ts';
import type { MetricPolicy } from '../policy/types.ts';
import { proposals } from './proposals.ts';
import { metric, now, policyOf, poolOf, sample, server } from './proposals.spec-helper.ts';

function reportOf(one: MetricPolicy, pool: PoolObservation, asked: number): MetricReport {
  const [report] = proposals(policyOf(one), pool, asked, now).reports;
  if (report === undefined) throw new Error('a metric without a report');
  return report;
}

describe('cpu', () => {
  it('is measured in percent of the requests', () => {
    expect(reportOf(metric('cpu', 60), poolOf('cpu', [1.6, 1.6, 1.6]), 3)).toEqual({
      name: 'cpu',
      type: 'cpu',
      value: 80,
      target: 60,
      proposal: 4,
      age: 5_000,
      failed: undefined,
      message: '80 % per server, target 60 %',
    });
  });

  it('names the server without a request and what to set', () => {
    const pool = { servers: [server('a', { cpu: 1 }), { ...server('b', { cpu: 1 }), cpuRequest: 0 }] };
    expect(reportOf(metric('cpu', 60), pool, 2)).toMatchObject({
      failed: 'NoRequest',
      proposal: undefined,
      message: 'b has no CPU request to compare cpu with: set resources.requests.cpu',
    });
  });

  it('stays as it is within tolerance', () => {
    expect(reportOf(metric('cpu', 60), poolOf('cpu', [1.3, 1.3, 1.3]), 3).proposal).toBe(3);
  });

  it('takes the tolerance of the metric before that of the direction', () => {
    expect(reportOf(metric('cpu', 60, { tolerance: 0.01 }), poolOf('cpu', [1.3, 1.3, 1.3]), 3).proposal).toBe(
      4,
    );
  });
});

describe('a server', () => {
  const cpu = metric('cpu', 60);
  const busy = server('a', { cpu: 1.6 });

  it('that joins is capacity and no load, however long it has joined', () => {
    const joining = server('b', { cpu: 2 }, { state: 'joining', createdAt: now - 7 * 86_400_000 });
    const report = reportOf(cpu, { servers: [busy, busy, busy, joining] }, 4);
    expect(report).toMatchObject({ proposal: 4, value: 80, message: '80 % per server, target 60 %' });
  });

  it('that was asked for and is not there yet is capacity too', () => {
    expect(reportOf(cpu, { servers: [busy, busy, busy] }, 5).proposal).toBe(5);
  });

  it('that drains does not count', () => {
    const draining = { ...server('b', { cpu: 0 }), state: 'draining' as const, cpuRequest: NaN };
    expect(reportOf(cpu, { servers: [busy, busy, busy, draining] }, 3)).toMatchObject({
      proposal: 4,
      value: 80,
    });
  });

  it('that is not ready is taken as idle when the others are busy and as busy when they are idle', () => {
    const away = server('b', {}, { state: 'unready' });
    expect(reportOf(cpu, { servers: [busy, busy, away] }, 3).proposal).toBe(3);
    const idle = server('a', { cpu: 0.6 });
    expect(reportOf(cpu, { servers: [idle, idle, away] }, 3)).toMatchObject({
      proposal: 3,
      message: '30 % per server, target 60 %; not ready: b',
    });
  });

  const unusable: Readonly<Record<string, ServerObservation['samples']>> = {
    none: {},
    old: { cpu: sample(0.2, 120_001) },
    'from the future': { cpu: sample(0.2, -5_001) },
    'without a time': { cpu: { value: 0.2, time: NaN } },
    NaN: { cpu: sample(NaN) },
    negative: { cpu: sample(-0.0001) },
    infinite: { cpu: sample(Infinity) },
    'beyond exact numbers': { cpu: sample(2 ** 53) },
  };

  it.each(Object.entries(unusable))('with a sample that is unusable (%s) is missing', (_, samples = {}) => {
    const idle = server('a', { cpu: 0.6 });
    const report = reportOf(cpu, { servers: [idle, idle, { ...server('b'), samples }] }, 3);
    expect(report.proposal).toBe(3);
    expect(report.message).toMatch(/; no (fresh |)(sample|usable number) from b$/);
  });

  it('with a sample of exactly the greatest age counts', () => {
    const report = reportOf(
      cpu,
      { servers: [{ ...server('a'), samples: { cpu: sample(1.6, 120_000) } }] },
      1,
    );
    expect(report).toMatchObject({ proposal: 2, age: 120_000 });
  });

  it('with a sample of a clock that is a little ahead counts as of now', () => {
    const ahead = { ...server('a'), samples: { cpu: sample(1.6, -5_000) } };
    expect(reportOf(cpu, { servers: [ahead] }, 1)).toMatchObject({ proposal: 2, age: 0 });
  });

  it('has no sample of a metric called as something that every object has', () => {
    const report = reportOf(
      metric('custom', 1, { name: 'constructor' }),
      { servers: [busy], samples: {} },
      1,
    );
    expect(report.failed).toBe('NoSamples');
  });
});

describe('a metric that cannot be read', () => {
  it('fails and says of which servers it misses what', () => {
    const stale = { ...server('b'), samples: { cpu: sample(1, 300_000) } };
    const report = reportOf(metric('cpu', 60), { servers: [server('a'), stale] }, 2);
    expect(report).toMatchObject({
      failed: 'Stale',
      value: undefined,
      age: undefined,
      message: 'cpu cannot be read (no sample from a, no fresh sample from b)',
    });
  });

  it.each([
    ['Stale', sample(5, 200_000), "(the pool's sample is older than 2 min or from the future)"],
    ['NotANumber', sample(NaN), "(the pool's sample is not a usable number)"],
    ['NoSamples', undefined, '(the pool has no sample of it)'],
  ])('for the whole pool fails with %s', (failed, queue, message) => {
    const pool = { servers: [server('a')], ...(queue === undefined ? {} : { samples: { queue } }) };
    const report = reportOf(metric('custom', 5, { name: 'queue', kind: 'value' }), pool, 1);
    expect(report).toMatchObject({ failed, message: `queue cannot be read ${message}` });
  });

  it('fails where there is no server', () => {
    expect(reportOf(metric('cpu', 60), { servers: [] }, 3)).toMatchObject({
      failed: 'NoSamples',
      message: 'cpu cannot be read (no server is ready)',
    });
  });

  it('does not take what a pool without a ready server serves for what is wanted', () => {
    const pool = { servers: [server('a', {}, { state: 'unready' })], samples: { throughput: sample(0) } };
    expect(reportOf(metric('throughput', 300), pool, 3).failed).toBe('NoSamples');
  });
});

describe('throughput and connections', () => {
  it('are read for the pool first, shared by the servers that are asked for', () => {
    const pool = { ...poolOf('throughput', [1, 1, 1]), samples: { throughput: sample(1260) } };
    expect(reportOf(metric('throughput', 300), pool, 3)).toMatchObject({ proposal: 5, value: 420 });
  });

  it('are read at the servers where the pool has no fresh sample', () => {
    const pool = { ...poolOf('throughput', [420, 420, 420]), samples: { throughput: sample(9, 200_000) } };
    expect(reportOf(metric('throughput', 300), pool, 3)).toMatchObject({ proposal: 5, value: 420 });
  });
});

describe('custom metrics', () => {
  const pool = { ...poolOf('queue', [30, 30]), samples: { queue: sample(90) } };

  it('are divided by the servers with AverageValue', () => {
    expect(reportOf(metric('custom', 15, { name: 'queue' }), pool, 2)).toMatchObject({
      proposal: 6,
      value: 45,
    });
  });

  it('are taken for the whole with Value', () => {
    const whole = metric('custom', 30, { name: 'queue', kind: 'value' });
    expect(reportOf(whole, pool, 2)).toMatchObject({ proposal: 6, value: 90 });
  });

  it('are read at the servers where the pool has none', () => {
    const atServers = poolOf('queue', [30, 30]);
    expect(reportOf(metric('custom', 15, { name: 'queue' }), atServers, 2)).toMatchObject({
      proposal: 4,
      value: 30,
    });
  });
});

describe('memory', () => {
  it('is read at the servers, in percent', () => {
    const pool = { ...poolOf('memory', [90, 90]), samples: { memory: sample(1) } };
    expect(reportOf(metric('memory', 60), pool, 2)).toMatchObject({
      proposal: 3,
      value: 90,
      message: '90 % per server, target 60 %',
    });
  });
});

describe('query latency', () => {
  const latency = metric('query_latency', 100);
  const servers = (ms: number, cores: number): PoolObservation => ({
    servers: ['a', 'b', 'c'].map((name) => server(name, { query_latency: ms, cpu: cores })),
  });

  it('asks for the servers at which the model meets the target', () => {
    // 150 ms at 80 % busy: 30 ms alone; 2.4 servers of work at 70 % busy are 3.43 servers.
    expect(reportOf(latency, servers(150, 1.6), 3)).toMatchObject({ proposal: 4, value: 150 });
  });

  it('is read for the pool where that is measured', () => {
    const pool = { ...servers(50, 1.6), samples: { query_latency: sample(150, 9_000) } };
    expect(reportOf(latency, pool, 3)).toMatchObject({ proposal: 4, value: 150, age: 9_000 });
  });

  it('uses the cpu metric of the policy by its name', () => {
    const pool = { servers: [server('a', { query_latency: 150, cores: 1.6 })] };
    const policy = policyOf(latency, metric('cpu', 90, { name: 'cores' }));
    expect(proposals(policy, pool, 1, now).latency?.signals[0]).toMatchObject({
      utilization: 0.8,
      complete: true,
    });
  });

  it('fails and forbids a removal where no server tells it', () => {
    const { reports, latency: view } = proposals(policyOf(latency), poolOf('cpu', [1, 1]), 2, now);
    expect(reports[0]).toMatchObject({ failed: 'NoSamples', proposal: undefined });
    expect(view?.signals[0]).toMatchObject({ latency: undefined, complete: false });
  });

  it('is incomplete while a ready server does not tell its use of cpu', () => {
    const pool = { servers: [server('a', { query_latency: 5, cpu: 1 }), server('b', { query_latency: 5 })] };
    const { reports, latency: view } = proposals(policyOf(latency), pool, 2, now);
    expect(view?.signals[0]).toMatchObject({ utilization: 0.5, complete: false });
    expect(reports[0]?.proposal).toBe(2);
  });

  it('is no view where the policy has no latency metric', () => {
    expect(proposals(policyOf(metric('cpu', 60)), servers(5, 1), 3, now).latency).toBeUndefined();
  });
});

describe('confidence', () => {
  it('is the share of servers and metrics that could be read, without those that join or drain', () => {
    const pool = {
      servers: [
        server('a', { cpu: 1, memory: 50 }),
        server('b', { cpu: 1 }),
        server('c', {}, { state: 'joining' }),
        server('d', {}, { state: 'draining' }),
      ],
    };
    expect(proposals(policyOf(metric('cpu', 60), metric('memory', 60)), pool, 3, now).confidence).toBe(0.75);
  });

  it('is 1 where nothing is to be read and 0 where nothing can be', () => {
    expect(proposals(policyOf(), { servers: [] }, 0, now).confidence).toBe(1);
    expect(proposals(policyOf(metric('cpu', 60)), { servers: [] }, 0, now).confidence).toBe(0);
  });
});

const value = fc.oneof(
  fc.double({ min: 0, max: 1000, noNaN: true }),
  fc.constantFrom(NaN, -1, 0, Infinity, 2 ** 53, Number.MAX_VALUE, Number.MIN_VALUE),
);
const anySample = fc.record({ value, age: fc.constantFrom(0, 5_000, 300_000, -1, NaN) });
const samplesOf = (
  names: readonly string[],
): fc.Arbitrary<Readonly<Record<string, ReturnType<typeof sample>>>> =>
  fc
    .dictionary(fc.constantFrom(...names), anySample)
    .map((entries) =>
      Object.fromEntries(Object.entries(entries).map(([name, one]) => [name, sample(one.value, one.age)])),
    );

const types = ['cpu', 'memory', 'query_latency', 'connection_count', 'throughput', 'custom'] as const;
const anyMetrics = fc.uniqueArray(
  fc
    .record({ type: fc.constantFrom(...types), target: fc.double({ min: 0.001, max: 1000, noNaN: true }) })
    .map(({ type, target }) => metric(type, target)),
  { selector: ({ name }) => name },
);
const anyServer = (states: readonly ServerState[]): fc.Arbitrary<Omit<ServerObservation, 'name'>> =>
  fc.record({
    state: fc.constantFrom(...states),
    cpuRequest: fc.constantFrom(0, 0.5, 2, 2, 2, NaN, -1),
    samples: samplesOf(types),
  });
const anyPool = fc
  .record({
    servers: fc.array(anyServer(['ready', 'ready', 'ready', 'joining', 'unready', 'draining']), {
      maxLength: 8,
    }),
    samples: samplesOf(types),
  })
  .map(({ servers, samples }) => ({
    servers: servers.map((one, index) => ({ name: `server-${index}`, ...one })),
    samples,
  }));
const asked = fc.integer({ min: 0, max: 12 });

describe('proposals of any pool', () => {
  it('are whole numbers or a failure that is explained, never NaN', () => {
    fc.assert(
      fc.property(anyMetrics, anyPool, asked, (metrics, pool, size) => {
        const { reports, confidence } = proposals(policyOf(...metrics), pool, size, now);
        expect(confidence).toBeGreaterThanOrEqual(0);
        expect(confidence).toBeLessThanOrEqual(1);
        for (const { proposal, value: seen, age, failed, message } of reports) {
          expect(message).not.toBe('');
          expect(message).not.toMatch(/NaN|undefined|\.$/);
          expect(proposal === undefined).toBe(failed !== undefined);
          expect(Number.isInteger(proposal ?? 0) && (proposal ?? 0) >= 0).toBe(true);
          expect(Number.isFinite(seen ?? 0) && Number.isFinite(age ?? 0)).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('do not depend on the order of servers or of metrics', () => {
    fc.assert(
      fc.property(anyMetrics, anyPool, asked, (metrics, pool, size) => {
        const straight = proposals(policyOf(...metrics), pool, size, now);
        const turned = { ...pool, servers: pool.servers.toReversed() };
        const other = proposals(policyOf(...metrics.toReversed()), turned, size, now);
        expect(other.reports.toReversed()).toEqual(straight.reports);
        expect(other.demands.toReversed()).toEqual(straight.demands);
        expect(other.latency?.signals).toEqual(straight.latency?.signals);
        expect(other.confidence).toBeCloseTo(straight.confidence, 12);
      }),
      { numRuns: 100 },
    );
  });

  it('never depend on what a joining or draining server measures', () => {
    fc.assert(
      fc.property(anyMetrics, anyPool, asked, samplesOf(types), (metrics, pool, size, samples) => {
        const servers = pool.servers.map((one) =>
          one.state === 'joining' || one.state === 'draining' ? { ...one, samples } : one,
        );
        expect(proposals(policyOf(...metrics), { ...pool, servers }, size, now)).toEqual(
          proposals(policyOf(...metrics), pool, size, now),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('never fall when a server has more throughput', () => {
    const loads = fc.array(fc.double({ min: 0, max: 500, noNaN: true }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(
        loads,
        fc.nat(),
        fc.double({ min: 0, max: 500, noNaN: true }),
        fc.nat(2),
        (values, which, more, joining) => {
          const proposalOf = (list: readonly number[]): number => {
            const waiting = Array.from({ length: joining }, (_, index) =>
              server(`new-${index}`, {}, { state: 'joining' }),
            );
            const pool = { servers: [...poolOf('throughput', list).servers, ...waiting] };
            return reportOf(metric('throughput', 100), pool, list.length + joining).proposal ?? NaN;
          };
          const raised = values.map((one, index) => (index === which % values.length ? one + more : one));
          expect(proposalOf(raised)).toBeGreaterThanOrEqual(proposalOf(values));
        },
      ),
      { numRuns: 100 },
    );
  });
});
