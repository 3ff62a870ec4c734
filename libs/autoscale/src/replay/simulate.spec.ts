import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Observation } from '../observation.ts';
import {
  type Call,
  calmPool,
  engineOf,
  fixed,
  minute,
  policyFor,
  reactive,
  traceOf,
} from './engine.spec-helper.ts';
import { loadBetween } from './load.ts';
import { ReplayError, type SimulationOptions, simulate } from './simulate.ts';
import { syntheticTrace } from './synthetic.ts';

const day = 24 * 60 * minute;
/** Two hours at 35 events a second, then two at 65. */
const steps = traceOf([...new Array<number>(24).fill(35), ...new Array<number>(24).fill(65)]);
const start = steps.times[0] ?? 0;

function run(overrides: Partial<SimulationOptions>): ReturnType<typeof simulate> {
  return simulate({
    trace: steps,
    policy: policyFor('secondaries'),
    pool: calmPool,
    interval: minute,
    seed: 1,
    scoreFrom: start,
    engine: reactive,
    timelinePoints: Infinity,
    ...overrides,
  });
}

/** Keeps what an engine was shown. */
function recording(decide: (call: Call) => number): { calls: Call[]; engine: SimulationOptions['engine'] } {
  const calls: Call[] = [];
  const engine = engineOf((call) => {
    calls.push(call);
    return decide(call);
  });
  return { calls, engine };
}

describe('a fixed pool', () => {
  test('that is large enough for all of the load never violates', () => {
    const result = run({ engine: fixed(10) });
    expect(result.steps).toBe(240);
    expect(result.violationRate).toBe(0);
    expect(result.excessLoadPpm).toBe(0);
  });

  test('that is too small violates all the time, by what it lacks', () => {
    const result = run({ engine: fixed(2) });
    expect(result.violationRate).toBe(1);
    // 35 and 65 events a second on average, of which 20 are served.
    expect(result.excessLoadPpm).toBeGreaterThan(580_000);
    expect(result.excessLoadPpm).toBeLessThan(620_000);
    expect(result.elasticity.underTimeshare).toBe(100);
  });

  test('costs its size all the time', () => {
    const { serverHours, days, adaptations } = run({ engine: fixed(4), scoreFrom: start + 60 * minute });
    // One server more than the load of the beginning needs leaves within the hour that is not scored.
    expect(serverHours).toBeCloseTo(4 * 3);
    expect(days).toEqual([{ day: 0, steps: 180, violations: days[0]?.violations, serverHours }]);
    expect(adaptations).toBe(0);
  });
});

test('without noise a pool that knows the load violates only while servers join', () => {
  const trace = traceOf([...new Array<number>(24).fill(34), ...new Array<number>(24).fill(64)]);
  const load = loadBetween(trace, minute, 1).map((_, step) => (step < 120 ? 2040 : 3840));
  const foresight = engineOf(({ now }) => (now < start + 110 * minute ? 4 : 7));
  expect(run({ trace, load, engine: foresight }).violationRate).toBe(0);
  const late = engineOf(({ now }) => (now < start + 120 * minute ? 4 : 7));
  expect(run({ trace, load, engine: late }).violationRate).toBeCloseTo(10 / 240);
});

describe('joins', () => {
  test('a server serves from the first step after its delay, and costs from the start', () => {
    const { calls, engine } = recording(({ now }) => (now < start + 30 * minute ? 5 : 6));
    const { timeline, serverHours } = run({ engine, pool: { ...calmPool, joinDelay: 10 * minute + 1 } });
    const joined = timeline.supply.findIndex((supply) => supply === 6);
    expect(timeline.desired.indexOf(6)).toBe(30);
    expect(joined).toBe(41);
    expect(serverHours).toBeCloseTo((30 * 5 + 210 * 6) / 60);
    const states = calls.slice(29, 43).map(({ pool }) => pool.servers[5]?.state);
    expect(states).toEqual([
      undefined,
      undefined,
      ...new Array<string>(10).fill('joining'),
      'ready',
      'ready',
    ]);
  });

  test('its times are observed', () => {
    const { calls, engine } = recording(({ now }) => (now < start + 30 * minute ? 5 : 6));
    run({ engine });
    const createdAt = start + 30 * minute;
    expect(calls[31]?.pool.servers[5]).toMatchObject({ createdAt });
    expect(calls[31]?.pool.servers[5]).not.toHaveProperty('readySince');
    expect(calls[31]?.pool.servers[5]).not.toHaveProperty('samples');
    expect(calls[40]?.pool.servers[5]).toMatchObject({ createdAt, readySince: createdAt + 10 * minute });
  });

  test('take the median, spread on both sides', () => {
    const { calls, engine } = recording(
      ({ pool }) => 5 + (pool.servers.every(({ state }) => state === 'ready') ? 1 : 0),
    );
    run({
      engine: (policy, observation, history, now) => engine(policy, observation, history, now),
      pool: { ...calmPool, joinSpread: 0.5 },
    });
    const last = calls.at(-1)?.pool.servers ?? [];
    const delays = last.flatMap(({ createdAt, readySince }) =>
      createdAt === undefined || readySince === undefined ? [] : [readySince - createdAt],
    );
    expect(new Set(delays).size).toBe(delays.length);
    expect(Math.min(...delays)).toBeLessThan(10 * minute);
    expect(Math.max(...delays)).toBeGreaterThan(10 * minute);
  });
});

describe('removals', () => {
  const shrinking = ({ now }: Call): number => (now < start + 30 * minute ? 6 : 4);

  test('serve no more at once and cost until they have drained, the newest first', () => {
    const { calls, engine } = recording(shrinking);
    const { timeline } = run({ engine });
    expect([...timeline.supply.slice(28, 32)]).toEqual([6, 6, 4, 4]);
    const sizes = calls.slice(30, 34).map(({ pool }) => pool.servers.length);
    expect(sizes).toEqual([6, 6, 4, 4]);
    expect(calls[31]?.pool.servers.map(({ state }) => state)).toEqual([
      'ready',
      'ready',
      'ready',
      'ready',
      'draining',
      'draining',
    ]);
  });

  test('take the servers that the decision names', () => {
    const calls: Call[] = [];
    const engine = engineOf(
      (call) => {
        calls.push(call);
        return shrinking(call);
      },
      { grow: [], shrink: [{ server: 'server-0', zone: undefined }] },
    );
    run({ engine });
    expect(calls.at(-1)?.pool.servers.map(({ name }) => name)).toEqual([
      'server-1',
      'server-2',
      'server-3',
      'server-4',
    ]);
  });

  test('a server that was added goes to the zone that the decision names, else to the emptiest', () => {
    const growing = ({ now }: Call): number => (now < start + 30 * minute ? 5 : 7);
    const zonesOf = (zones?: Parameters<typeof engineOf>[1]): (string | undefined)[] => {
      const calls: Call[] = [];
      run({ engine: engineOf((call) => (calls.push(call), growing(call)), zones) });
      return calls.at(-1)?.pool.servers.map(({ zone }) => zone) ?? [];
    };
    expect(zonesOf()).toEqual(['zone-a', 'zone-b', 'zone-c', 'zone-a', 'zone-b', 'zone-c', 'zone-a']);
    expect(zonesOf({ grow: ['zone-b', 'other'], shrink: [] }).slice(5)).toEqual(['zone-b', 'other']);
  });
});

describe('failures', () => {
  const failing = { ...calmPool, meanTimeBetweenFailures: 60 * minute, repairTime: 5 * minute };

  test('make servers unready without samples, and they come back', () => {
    const { calls, engine } = recording(() => 5);
    const { timeline } = run({ engine, pool: failing });
    const states = calls.map(({ pool }) => pool.servers[0]?.state);
    expect(new Set(states)).toEqual(new Set(['ready', 'unready']));
    expect(states.at(states.indexOf('unready') + 6)).toBe('ready');
    expect(Math.min(...timeline.supply)).toBeLessThan(5);
    const away = calls.flatMap(({ pool }) => pool.servers).filter(({ state }) => state === 'unready');
    expect(away.every(({ samples }) => samples === undefined)).toBe(true);
  });

  test('hit the same servers at the same times, whatever is decided', () => {
    const downtimes = (replicas: number): string[] => {
      const { calls, engine } = recording(() => replicas);
      run({ engine, pool: { ...failing, joinDelay: 0, drainDelay: 0 } });
      return calls.slice(1).map(({ pool }) =>
        pool.servers
          .slice(0, 4)
          .map(({ state }) => state)
          .join(),
      );
    };
    expect(downtimes(4)).toEqual(downtimes(9));
  });
});

describe('what is measured', () => {
  const all = policyFor('secondaries', {
    metrics: (['throughput', 'cpu', 'connection_count', 'query_latency', 'memory', 'custom'] as const).map(
      (type) => ({
        name: `my_${type}`,
        type,
        kind:
          type === 'cpu' || type === 'memory'
            ? 'utilization'
            : type === 'query_latency'
              ? 'latency'
              : 'average',
        target: 1,
        weight: 1,
        tolerance: undefined,
        maxAge: minute,
      }),
    ),
  });
  const load = new Float64Array(240).fill(30 * 60);

  test('follows from the load of the step before', () => {
    const { calls, engine } = recording(() => 5);
    run({ policy: all, load, engine });
    const now = start + 10 * minute;
    const sample = (value: number): { value: number; time: number } => ({ value, time: now });
    expect(calls[10]?.pool.samples).toEqual({
      my_throughput: sample(30),
      my_connection_count: sample(30),
      my_query_latency: sample(20 / (1 - 0.6)),
      my_custom: sample(30),
    });
    expect(calls[10]?.pool.servers[2]?.samples).toEqual({
      my_throughput: sample(6),
      my_cpu: sample(2.4),
      my_connection_count: sample(6),
      my_query_latency: sample(20 / (1 - 0.6)),
      my_memory: sample(61),
      my_custom: sample(6),
    });
  });

  test('knows no use of more than all, and no latency without end', () => {
    const { calls, engine } = recording(() => 1);
    run({ policy: all, load, engine });
    const samples = calls.at(-1)?.pool.servers[0]?.samples;
    expect(samples?.['my_cpu']?.value).toBe(4);
    expect(samples?.['my_query_latency']?.value).toBeCloseTo(2000);
  });

  test('is nothing at all before the first step and in holes of the trace', () => {
    const { calls, engine } = recording(() => 5);
    const holed = load.map((events, step) => (step >= 100 && step < 110 ? NaN : events));
    const result = run({ load: holed, engine });
    const blind = calls.flatMap(({ pool }, step) =>
      pool.samples?.['throughput'] === undefined ? [step] : [],
    );
    expect(blind).toEqual([0, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110]);
    expect(calls[105]?.pool.servers[0]?.samples).toEqual({});
    expect(result.steps).toBe(230);
    expect(result.serverHours).toBeCloseTo((5 * 230) / 60);
  });

  test('gets lost in the share that was asked for', () => {
    const { calls, engine } = recording(() => 5);
    run({ load, engine, pool: { ...calmPool, missingSamples: 0.25 } });
    const servers = calls.flatMap(({ pool }) => pool.servers);
    const lost = servers.filter(({ samples }) => samples === undefined).length / servers.length;
    expect(lost).toBeGreaterThan(0.2);
    expect(lost).toBeLessThan(0.3);
    const pools =
      calls.slice(1).filter(({ pool }) => pool.samples?.['throughput'] === undefined).length / 239;
    expect(pools).toBeGreaterThan(0.15);
    expect(pools).toBeLessThan(0.35);
  });

  test('is a mean over a minute where steps are shorter', () => {
    const { calls, engine } = recording(() => 5);
    const quarters = new Float64Array(960).map((_, step) => (step % 4 === 0 ? 1800 : 0));
    run({ load: quarters, interval: 15_000, engine });
    expect(calls.slice(4).every(({ pool }) => pool.samples?.['throughput']?.value === 30)).toBe(true);
  });
});

describe('the past before the scored part', () => {
  const trace = syntheticTrace('daily', 1, { days: 10, level: 6000 });
  const scoreFrom = (trace.times[0] ?? 0) + 5 * day;
  const options = { trace, scoreFrom, pool: { ...calmPool, capacity: 4 }, interval: 5 * minute };

  test('is known as demand up to a day before, and lived through in that day', () => {
    let first: Parameters<SimulationOptions['engine']> | undefined;
    const engine: SimulationOptions['engine'] = (...call) => {
      first ??= call;
      return reactive(...call);
    };
    const result = run({ ...options, engine });
    expect(first?.[3]).toBe(scoreFrom - day);
    const demand = first?.[2].pools.secondaries?.demand[0];
    expect(demand?.metric).toBe('throughput');
    expect(demand?.series.start).toBe(trace.times[0]);
    expect(demand?.series.values).toHaveLength(4 * 288);
    expect(demand?.series.values[100]).toBeCloseTo((trace.values[100] ?? 0) / 300, -1);
    expect(result.steps).toBe(5 * 288);
    expect(result.days.map(({ day: number, steps: count }) => [number, count])).toEqual(
      [0, 1, 2, 3, 4].map((at) => [at, 288]),
    );
    expect(result.timeline.times[0]).toBe(scoreFrom);
  });

  test('the first servers show how long a join takes', () => {
    const { calls, engine } = recording(() => 5);
    run({ ...options, engine });
    const [server] = calls[0]?.pool.servers ?? [];
    expect((server?.readySince ?? 0) - (server?.createdAt ?? 0)).toBe(calmPool.joinDelay);
  });
});

describe('quorum', () => {
  const primaries = policyFor('primaries');
  const quiet = { policy: primaries, load: new Float64Array(240).fill(600), pool: calmPool };

  test('is not at risk from sound changes', () => {
    const engine = engineOf(({ now }) => (now < start + 30 * minute ? 3 : now < start + 90 * minute ? 5 : 3));
    expect(run({ ...quiet, engine }).quorumRiskSeconds).toBe(0);
  });

  test('is at risk from a decision that removes a majority, until it is done', () => {
    const engine = engineOf(({ now }) => (now < start + 30 * minute ? 3 : 1));
    expect(run({ ...quiet, engine }).quorumRiskSeconds).toBe(120);
  });

  test('is not at risk from failures alone', () => {
    const pool = { ...calmPool, meanTimeBetweenFailures: 30 * minute, repairTime: 20 * minute };
    const result = run({ ...quiet, pool, engine: fixed(3) });
    expect(Math.min(...result.timeline.supply)).toBeLessThan(2);
    expect(result.quorumRiskSeconds).toBe(0);
  });

  test('is at risk from a removal while others are down', () => {
    const pool = { ...calmPool, meanTimeBetweenFailures: 30 * minute, repairTime: 20 * minute };
    const down = ({ pool: { servers } }: Call): number =>
      servers.filter(({ state }) => state === 'unready').length;
    const engine = engineOf((call) => ((call.pool.desired ?? 0) === 5 && down(call) < 2 ? 5 : 3));
    const grown = policyFor('primaries', { minReplicas: 5 });
    expect(run({ ...quiet, policy: grown, pool, engine }).quorumRiskSeconds).toBeGreaterThan(0);
  });

  test('the copies of a database stay on servers that have joined', () => {
    const observations: Observation[] = [];
    const engine = engineOf(
      ({ observation }) => (observations.push(observation), observations.length < 5 ? 3 : 5),
    );
    run({ ...quiet, engine });
    expect(observations[8]?.databases).toEqual([{ name: 'neo4j', primaries: 3, secondaries: 0 }]);
    expect(observations[8]?.pools.primaries?.servers.map(({ primaryOf }) => primaryOf?.length ?? 0)).toEqual([
      1, 1, 1, 0, 0,
    ]);
  });
});

describe('laws', () => {
  test('the same options give the same result', () => {
    const pool = {
      ...calmPool,
      joinSpread: 0.3,
      meanTimeBetweenFailures: 120 * minute,
      repairTime: 5 * minute,
      missingSamples: 0.05,
    };
    expect(run({ pool, seed: 5 })).toEqual(run({ pool, seed: 5 }));
    expect(run({ pool, seed: 5 })).not.toEqual(run({ pool, seed: 6 }));
  });

  test('server-hours are the servers that exist, over time; violations are steps with less supply than demand', () => {
    const anything = fc.record({
      seed: fc.integer(),
      joinDelay: fc.integer({ min: 0, max: 40 * minute }),
      drainDelay: fc.integer({ min: 0, max: 20 * minute }),
      wishes: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 240, maxLength: 240 }),
    });
    fc.assert(
      fc.property(anything, ({ seed, joinDelay, drainDelay, wishes }) => {
        const { calls, engine } = recording(({ now }) => wishes[(now - start) / minute] ?? 1);
        const result = run({ seed, engine, pool: { ...calmPool, joinDelay, drainDelay, joinSpread: 0.4 } });
        // What a call does not show yet: the servers that its own answer adds, and those that go at once.
        const sizes = calls.map(({ pool }, step) => {
          const staying = pool.servers.filter(({ state }) => state !== 'draining').length;
          const change = (wishes[step] ?? 0) - staying;
          return pool.servers.length + (change > 0 || drainDelay === 0 ? change : 0);
        });
        expect(result.serverHours).toBeCloseTo(sizes.reduce((sum, size) => sum + size, 0) / 60);
        const { demand, supply } = result.timeline;
        const lacking = demand.filter((needed, step) => needed > (supply[step] ?? 0)).length;
        expect(result.violationRate * result.steps).toBeCloseTo(lacking);
      }),
      { numRuns: 40 },
    );
  });

  test('a shared load gives what an own one gives', () => {
    expect(run({ load: loadBetween(steps, minute, 1) })).toEqual(run({}));
  });
});

test.each([
  ['no pool', { policy: { enabled: true, pools: {}, interval: minute } }],
  ['no capacity', { pool: { ...calmPool, capacity: 0 } }],
  ['a delay that is no number', { pool: { ...calmPool, joinDelay: NaN } }],
  ['no beginning', { scoreFrom: NaN }],
  ['no interval', { interval: 0 }],
  ['no rows', { trace: { name: '', times: new Float64Array(), values: new Float64Array(), step: 1 } }],
] as const)('refuses %s', (_, overrides) => {
  expect(() => run(overrides)).toThrow(ReplayError);
});
