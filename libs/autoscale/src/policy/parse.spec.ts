import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parsePolicy } from './parse.ts';
import type { Policy, PolicyFieldError } from './types.ts';

const cpu = { type: 'cpu', target: 60 };
const secondaries = { maxReplicas: 10, metrics: [cpu] };
const primaries = { enabled: true, maxReplicas: 7, metrics: [cpu] };

function policyOf(input: unknown): Policy {
  const parsed = parsePolicy(input);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return parsed.policy;
}

function errorsOf(input: unknown): readonly PolicyFieldError[] {
  const parsed = parsePolicy(input);
  return parsed.ok ? [] : parsed.errors;
}

/** The message of the only error, which is at this field. */
function errorAt(field: string, input: unknown): string {
  const errors = errorsOf(input);
  expect(errors.map((error) => error.field)).toEqual([field]);
  return errors[0]?.message ?? '';
}

describe('a policy', () => {
  it('has the defaults of the Horizontal Pod Autoscaler', () => {
    expect(policyOf({ secondaries })).toEqual({
      enabled: true,
      interval: 15_000,
      pools: {
        secondaries: {
          minReplicas: 1,
          maxReplicas: 10,
          step: 1,
          metrics: [
            {
              name: 'cpu',
              type: 'cpu',
              kind: 'utilization',
              target: 60,
              weight: 1,
              tolerance: undefined,
              maxAge: 120_000,
            },
          ],
          scaleUp: {
            stabilizationWindow: 0,
            policies: [
              { type: 'Pods', value: 4, period: 15_000 },
              { type: 'Percent', value: 100, period: 15_000 },
            ],
            selectPolicy: 'Max',
            tolerance: 0.1,
          },
          scaleDown: {
            stabilizationWindow: 300_000,
            policies: [{ type: 'Percent', value: 100, period: 15_000 }],
            selectPolicy: 'Max',
            tolerance: 0.1,
          },
          combine: 'max',
          coolDownAfterScaleUp: 0,
          coolDownAfterScaleDown: 0,
          predictive: {
            enabled: false,
            mode: 'Preview',
            historicalWindow: 28 * 86_400_000,
            predictionHorizon: undefined,
            confidenceThreshold: 0.5,
            quantile: 0.5,
          },
          algorithms: [],
          fallback: { after: 600_000, replicas: undefined, behavior: 'currentReplicas' },
          schedule: [],
          pause: 'none',
          zones: undefined,
          quorum: undefined,
        },
      },
    });
  });

  it('sizes primaries only when it says so, in odd steps, with a majority healthy', () => {
    expect(policyOf({ secondaries, primaries: { ...primaries, enabled: undefined } }).pools.primaries).toBe(
      undefined,
    );
    expect(policyOf({ primaries }).pools.primaries).toMatchObject({
      minReplicas: 3,
      step: 2,
      quorum: { enabled: true, minHealthyPrimaries: 2 },
      zones: undefined,
    });
    expect(policyOf({ primaries: { ...primaries, minReplicas: 5 } }).pools.primaries?.quorum).toEqual({
      enabled: true,
      minHealthyPrimaries: 3,
    });
    expect(policyOf({ primaries: { ...primaries, maxReplicas: 1 } }).pools.primaries?.minReplicas).toBe(1);
  });

  it('keeps schedule and the number of the fallback away from primaries', () => {
    const { pools } = policyOf({
      primaries,
      secondaries,
      schedule: [{ cron: '0 8 * * *', minReplicas: 4 }],
      fallback: { after: '3m', replicas: 6 },
    });
    expect(pools.primaries).toMatchObject({
      schedule: [],
      fallback: { after: 180_000, replicas: undefined, behavior: 'currentReplicas' },
    });
    expect(pools.secondaries).toMatchObject({
      schedule: [{ cron: '0 8 * * *', timezone: 'UTC', minReplicas: 4 }],
      fallback: { after: 180_000, replicas: 6, behavior: 'static' },
    });
  });

  it('reads every field', () => {
    const policy = policyOf({
      enabled: true,
      interval: '30s',
      pause: 'scaleDown',
      secondaries: {
        enabled: true,
        minReplicas: 0,
        maxReplicas: '12',
        zoneAware: { minReplicasPerZone: 2, maxZoneSkew: 1, zonePreference: ['a', 'b'] },
        metrics: [
          { type: 'cpu', target: '70', weight: '2.5', tolerance: '0.05', maxAge: '1m' },
          {
            type: 'query_latency',
            name: 'p99',
            target: 250,
            source: { type: 'neo4j', neo4j: { metricName: 'x' } },
          },
          { type: 'custom', name: 'queue', target: 0.5, targetType: 'Value' },
          { type: 'custom', name: 'jobs', target: 3 },
        ],
      },
      behavior: {
        combine: 'weighted',
        scaleUp: {
          stabilizationWindow: 60,
          policies: [{ type: 'Pods', value: 1, period: '5m' }],
          selectPolicy: 'Min',
        },
        scaleDown: { tolerance: 0, selectPolicy: 'Disabled' },
        coordination: { coolDownAfterScaleUp: '15m', coolDownAfterScaleDown: '1h' },
      },
      advanced: {
        predictive: { mode: 'Active', historicalWindow: '7d', predictionHorizon: '1h30m', quantile: 0.9 },
        customAlgorithms: [
          {
            name: 'plan',
            type: 'expression',
            expression: 'pool.current + 1',
            failurePolicy: 'Ignore',
            weight: 0,
          },
          { name: 'hook', type: 'webhook', webhook: { url: 'https://x/', timeout: '5s', maxAge: '1m' } },
        ],
      },
    });
    const { pools, interval } = policy;
    expect(interval).toBe(30_000);
    const pool = pools.secondaries;
    expect(pool).toMatchObject({
      minReplicas: 0,
      maxReplicas: 12,
      pause: 'scaleDown',
      combine: 'weighted',
      coolDownAfterScaleUp: 900_000,
      coolDownAfterScaleDown: 3_600_000,
      zones: { minReplicasPerZone: 2, maxZoneSkew: 1, zonePreference: ['a', 'b'] },
      scaleUp: {
        stabilizationWindow: 60_000,
        policies: [{ type: 'Pods', value: 1, period: 300_000 }],
        selectPolicy: 'Min',
      },
      scaleDown: { stabilizationWindow: 300_000, tolerance: 0, selectPolicy: 'Disabled' },
      predictive: {
        enabled: true,
        mode: 'Active',
        historicalWindow: 7 * 86_400_000,
        predictionHorizon: 5_400_000,
        quantile: 0.9,
      },
    });
    expect(pool?.metrics.map(({ name, kind, target, weight }) => [name, kind, target, weight])).toEqual([
      ['cpu', 'utilization', 70, 2.5],
      ['p99', 'latency', 250, 1],
      ['queue', 'value', 0.5, 1],
      ['jobs', 'average', 3, 1],
    ]);
    expect(pool?.metrics[0]).toMatchObject({ tolerance: 0.05, maxAge: 60_000 });
    expect(
      pool?.algorithms.map(({ name, maxAge, failurePolicy, weight }) => [
        name,
        maxAge,
        failurePolicy,
        weight,
      ]),
    ).toEqual([
      ['plan', 120_000, 'Ignore', 0],
      ['hook', 60_000, 'Fail', 1],
    ]);
  });

  it('is frozen through and through', () => {
    const policy = policyOf({ secondaries, primaries, schedule: [{ cron: '@daily', minReplicas: 2 }] });
    const unfrozen: string[] = [];
    const visit = (value: unknown, path: string): void => {
      if (typeof value !== 'object' || value === null) return;
      if (!Object.isFrozen(value)) unfrozen.push(path);
      for (const [key, inner] of Object.entries(value)) visit(inner, `${path}.${key}`);
    };
    visit(policy, 'policy');
    expect(unfrozen).toEqual([]);
  });

  it('shares nothing with what was written', () => {
    const zonePreference = ['a'];
    const policy = policyOf({ secondaries: { ...secondaries, zoneAware: { zonePreference } } });
    zonePreference[0] = 'b';
    expect(policy.pools.secondaries?.zones?.zonePreference).toEqual(['a']);
  });

  it('is the same when what was written went through JSON', () => {
    const spec = {
      secondaries: { ...secondaries, zoneAware: { maxZoneSkew: 3 } },
      behavior: { scaleDown: { tolerance: '0.2' } },
      schedule: [{ cron: '0 8 * * 1-5', timezone: 'UTC', minReplicas: 2 }],
    };
    const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
    expect(plain(policyOf(plain(spec)))).toEqual(plain(policyOf(spec)));
  });
});

describe('a wrong policy', () => {
  const pool = (change: object) => ({ secondaries: { ...secondaries, ...change } });
  const metric = (change: object) => pool({ metrics: [{ ...cpu, ...change }] });
  const algorithm = (change: object) => ({
    secondaries,
    advanced: { customAlgorithms: [{ name: 'a', type: 'expression', expression: '1', ...change }] },
  });
  const voters = (change: object) => ({ primaries: { ...primaries, ...change } });
  const at = 'secondaries.metrics[0]';
  const first = 'advanced.customAlgorithms[0]';

  it.each<[string, unknown, RegExp]>([
    ['', 7, /write a block/],
    ['', null, /write a block/],
    ['', [], /write a block/],
    ['enabled', {}, /write a block secondaries/],
    ['enabled', voters({ enabled: false }), /no pool is on/],
    ['enabled', { secondaries, enabled: 'yes' }, /true or false/],
    ['secondary', { secondaries, secondary: {} }, /did you mean secondaries/],
    ['behaviour', { secondaries, behaviour: {} }, /did you mean behavior/],
    ['zzzzzzzz', { secondaries, zzzzzzzz: 1 }, /write one of enabled/],
    [
      '__proto__',
      JSON.parse('{"secondaries":{"maxReplicas":2,"metrics":[{"type":"cpu","target":1}]},"__proto__":{}}'),
      /no such field/,
    ],
    ['interval', { secondaries, interval: '0s' }, /from 1s to 1h/],
    ['pause', { secondaries, pause: 'up' }, /scaleUp/],
    ['behavior', { secondaries, behavior: [] }, /write a block/],
    ['secondaries.maxReplicas', pool({ maxReplicas: undefined }), /is missing/],
    ['secondaries.maxReplicas', pool({ maxReplicas: 0 }), /from 1/],
    ['secondaries.maxReplicas', pool({ maxReplicas: 2.5 }), /whole number/],
    ['secondaries.maxReplicas', pool({ maxReplicas: 1e9 }), /to 1000/],
    ['secondaries.minReplicas', pool({ minReplicas: -1 }), /from 0/],
    ['secondaries.minReplicas', pool({ minReplicas: 11 }), /above maxReplicas 10/],
    ['secondaries.metrics', pool({ metrics: [] }), /write a metric/],
    ['secondaries.metrics', pool({ metrics: cpu }), /write a list/],
    ['secondaries.metrics', pool({ metrics: Array.from({ length: 21 }, () => cpu) }), /at most 20/],
    [`${at}.type`, metric({ type: 'cpus' }), /did you mean cpu/],
    [`${at}.target`, metric({ target: undefined }), /is missing/],
    [`${at}.target`, metric({ target: -60 }), /-60.*from 1 to 1000/],
    [`${at}.target`, metric({ target: 0 }), /from 1/],
    [`${at}.target`, metric({ target: NaN }), /NaN/],
    [`${at}.target`, metric({ target: Infinity }), /Infinity/],
    [`${at}.target`, metric({ target: 1e300 }), /to 1000/],
    [`${at}.target`, metric({ target: '60%' }), /percent of the CPU request/],
    [`${at}.target`, metric({ type: 'query_latency', target: '100ms' }), /milliseconds/],
    [`${at}.target`, metric({ type: 'query_latency', target: 0 }), /milliseconds/],
    [`${at}.target`, metric({ type: 'throughput', target: 0.0001 }), /from 0.001/],
    [`${at}.weight`, metric({ weight: -1 }), /from 0/],
    [`${at}.tolerance`, metric({ tolerance: 1 }), /below 1/],
    [`${at}.maxAge`, metric({ maxAge: 'soon' }), /5m/],
    [`${at}.targetType`, metric({ targetType: 'Value' }), /no meaning for cpu/],
    [`${at}.name`, metric({ name: 'constructor' }), /no word/],
    [`${at}.name`, metric({ name: '' }), /write a name/],
    [`${at}.source.type`, metric({ type: 'memory', source: { type: 'kubernetes' } }), /neo4j or prometheus/],
    [
      `${at}.source.prometheus.querry`,
      metric({ source: { prometheus: { querry: 'up' } } }),
      /did you mean query/,
    ],
    ['secondaries.metrics[1].name', pool({ metrics: [cpu, cpu] }), /name of its own/],
    ['secondaries.zoneAware.maxZoneSkew', pool({ zoneAware: { maxZoneSkew: 0 } }), /from 1/],
    ['secondaries.zoneAware.zonePreference[1]', pool({ zoneAware: { zonePreference: ['a', 'a'] } }), /once/],
    ['primaries.allowQuorumBreak', voters({ allowQuorumBreak: true }), /nothing may break a quorum/],
    ['primaries.minReplicas', voters({ minReplicas: 4 }), /odd/],
    ['primaries.maxReplicas', voters({ maxReplicas: 6 }), /odd number such as 7/],
    ['primaries.maxReplicas', voters({ maxReplicas: 13 }), /to 11/],
    ['primaries.minReplicas', voters({ minReplicas: 1 }), /write 3/],
    [
      'primaries.quorumProtection.minHealthyPrimaries',
      voters({ quorumProtection: { minHealthyPrimaries: 4 } }),
      /above minReplicas 3/,
    ],
    [
      'primaries.quorumProtection.healthCheck.intervall',
      voters({ quorumProtection: { healthCheck: { intervall: 1 } } }),
      /interval/,
    ],
    [
      'behavior.scaleUp.stabilizationWindow',
      { secondaries, behavior: { scaleUp: { stabilizationWindow: '61m' } } },
      /to 1h/,
    ],
    ['behavior.scaleDown.policies', { secondaries, behavior: { scaleDown: { policies: [] } } }, /Disabled/],
    [
      'behavior.scaleDown.policies[0].period',
      { secondaries, behavior: { scaleDown: { policies: [{ type: 'Pods', value: 1, period: '31m' }] } } },
      /to 30m/,
    ],
    [
      'behavior.scaleDown.policies[0].value',
      { secondaries, behavior: { scaleDown: { policies: [{ type: 'Pods', value: 0, period: '1m' }] } } },
      /from 1/,
    ],
    ['secondaries.metrics', { ...metric({ weight: 0 }), behavior: { combine: 'weighted' } }, /weights of 0/],
    ['advanced.machineLearning', { secondaries, advanced: { machineLearning: {} } }, /use predictive/],
    ['advanced.predictive.quantile', { secondaries, advanced: { predictive: { quantile: 1 } } }, /below 1/],
    [
      'advanced.predictive.historicalWindow',
      { secondaries, advanced: { predictive: { historicalWindow: '29d' } } },
      /to 28d/,
    ],
    [`${first}.type`, algorithm({ type: 'lua' }), /CEL/],
    [`${first}.expression`, algorithm({ expression: 'pool.curent' }), /curent/],
    [`${first}.expression`, algorithm({ expression: undefined }), /is missing/],
    [`${first}.webhook`, algorithm({ webhook: { url: 'https://x/' } }), /no meaning/],
    [`${first}.webhook.url`, algorithm({ type: 'webhook', expression: undefined }), /is missing/],
    [
      `${first}.webhook.url`,
      algorithm({ type: 'webhook', expression: undefined, webhook: { url: 'ftp://x' } }),
      /https/,
    ],
    [`${at}.name`, algorithm({ name: 'cpu' }), /another name/],
    ['fallback.replicas', { secondaries, fallback: { replicas: 11 } }, /1 to 10/],
    ['fallback.replicas', { secondaries, fallback: { behavior: 'static' } }, /is missing/],
    [
      'fallback.replicas',
      { secondaries, fallback: { behavior: 'currentReplicas', replicas: 3 } },
      /no meaning/,
    ],
    ['fallback.behavior', { primaries, fallback: { replicas: 3 } }, /primaries keep their number/],
    ['schedule', { primaries, schedule: [{ cron: '@daily', minReplicas: 1 }] }, /for secondaries/],
    [
      'schedule[0].minReplicas',
      { secondaries, schedule: [{ cron: '@daily', minReplicas: 11 }] },
      /above secondaries.maxReplicas/,
    ],
    ['schedule[0].cron', { secondaries, schedule: [{ cron: '0 8 * *', minReplicas: 1 }] }, /4 fields/],
    [
      'schedule[0].timezone',
      { secondaries, schedule: [{ cron: '@daily', timezone: 'Mars', minReplicas: 1 }] },
      /Europe\/Berlin/,
    ],
  ])('is refused at %p, with the remedy (%#)', (field, input, remedy) => {
    expect(errorAt(field, input)).toMatch(remedy);
  });

  it('says everything that is wrong at once', () => {
    const errors = errorsOf({
      secondaries: { maxReplica: 3, minReplicas: 'x', metrics: [{ type: 'cpu', target: -1 }, { target: 1 }] },
      pause: 'never',
    });
    expect(errors.map(({ field }) => field)).toEqual([
      'secondaries.maxReplica',
      'secondaries.maxReplicas',
      'secondaries.minReplicas',
      'secondaries.metrics[0].target',
      'secondaries.metrics[1].type',
      'pause',
    ]);
  });
});

describe('any value', () => {
  const names = [
    ...[
      'enabled',
      'primaries',
      'secondaries',
      'metrics',
      'behavior',
      'scaleUp',
      'policies',
      'advanced',
      'predictive',
    ],
    ...[
      'customAlgorithms',
      'fallback',
      'schedule',
      'minReplicas',
      'maxReplicas',
      'target',
      'type',
      'cron',
      'period',
    ],
    ...[
      '__proto__',
      'constructor',
      'name',
      'weight',
      'value',
      'replicas',
      'expression',
      'webhook',
      'zoneAware',
    ],
  ];
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom<unknown>(
        null,
        true,
        0,
        -1,
        3,
        60,
        NaN,
        Infinity,
        'cpu',
        '60',
        '5m',
        'Pods',
        'static',
        '* * * * *',
        '',
      ),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 6 }),
    ),
  }));

  it('is refused in words where it has code of its own that throws', () => {
    const throwing = () => {
      throw new Error('no');
    };
    expect(
      errorAt('', Object.defineProperty({}, 'secondaries', { get: throwing, enumerable: true })),
    ).toMatch(/cannot be read; give a value as JSON or YAML/);
    expect(errorAt('', new Proxy({}, { ownKeys: throwing }))).toMatch(/cannot be read/);
  });

  it('is soon refused, however many fields it has that there are not', () => {
    const many = Object.fromEntries(Array.from({ length: 200_000 }, (_, index) => [`field${index}`, 1]));
    expect(errorsOf({ ...many, secondaries })).toHaveLength(100);
  }, 3_000);

  it('becomes a policy or errors with field and remedy, and never throws', () => {
    fc.assert(
      fc.property(value, (input) => {
        const parsed = parsePolicy(input);
        if (parsed.ok) return Object.isFrozen(parsed.policy);
        return parsed.errors.length > 0 && parsed.errors.every(({ message }) => message.length > 10);
      }),
      { numRuns: 500, seed: 3 },
    );
  });

  it('in the place of any field of a good policy does the same, and limits stay in order', () => {
    const places: readonly ((value: unknown) => object)[] = [
      (change) => ({ secondaries: { ...secondaries, minReplicas: change } }),
      (change) => ({ secondaries: { ...secondaries, maxReplicas: change } }),
      (change) => ({ secondaries: { ...secondaries, metrics: [{ ...cpu, target: change }] } }),
      (change) => ({ secondaries: { ...secondaries, metrics: [{ ...cpu, weight: change }] } }),
      (change) => ({ primaries: { ...primaries, minReplicas: change } }),
      (change) => ({ secondaries, behavior: { scaleUp: { policies: change } } }),
      (change) => ({ secondaries, schedule: change }),
      (change) => ({ secondaries, interval: change }),
    ];
    const scalar = fc.oneof(fc.double(), fc.integer(), fc.string(), value);
    fc.assert(
      fc.property(fc.constantFrom(...places), scalar, (place, change) => {
        const parsed = parsePolicy(place(change));
        if (!parsed.ok) return true;
        return Object.values(parsed.policy.pools).every(
          ({ minReplicas, maxReplicas, metrics, step }) =>
            Number.isInteger(minReplicas) &&
            0 <= minReplicas &&
            minReplicas <= maxReplicas &&
            maxReplicas <= 1_000 &&
            (step === 1 || minReplicas % 2 === 1) &&
            metrics.every(({ target, weight }) => target > 0 && Number.isFinite(target) && weight >= 0),
        );
      }),
      { numRuns: 500, seed: 5 },
    );
  });
});
