import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ForecastReport, Limit, MetricReport } from '../decision.ts';
import type { RuleName } from '../rules/types.ts';
import { sentence, type Explained } from './sentence.ts';

function report(type: MetricReport['type'], value: number, target: number, proposal: number): MetricReport {
  return { name: type, type, value, target, proposal, age: 5000, failed: undefined, message: '' };
}

function failed(name: string, message = `${name} cannot be read (no sample from server-1)`): MetricReport {
  return {
    name,
    type: 'cpu',
    value: undefined,
    target: 60,
    proposal: undefined,
    age: undefined,
    failed: 'NoSamples',
    message,
  };
}

function limit(rule: RuleName, from: number, to: number): Limit {
  return { rule, from, to, message: 'Not for the sentence.' };
}

function forecast(mode: ForecastReport['mode'], proposal: number | undefined): ForecastReport {
  return {
    mode,
    metric: 'throughput',
    model: 'mstl',
    seasons: [],
    active: mode === 'Active',
    reason: '',
    confidence: 1,
    leadTime: 900_000,
    joinsSeen: 3,
    proposal,
    points: [],
    backtest: [],
  };
}

/** Three secondaries that are kept, if nothing else is said. */
function decided(over: Partial<Explained>): Explained {
  return {
    name: 'secondaries',
    current: 3,
    asked: 3,
    recommended: 3,
    desired: 3,
    metrics: [],
    limitedBy: [],
    forecast: undefined,
    ...over,
  };
}

const busy = report('throughput', 420, 300, 5);
const fine = report('cpu', 61, 60, 3);
const idle = report('cpu', 20, 60, 1);

const golden: readonly (readonly [Partial<Explained>, string])[] = [
  [
    { recommended: 5, desired: 4, metrics: [busy], limitedBy: [limit('OneStepAtATime', 5, 4)] },
    'Add one secondary (3 to 4): throughput is at 420 per second and server, above its target of 300; wanted 5, one at a time (OneStepAtATime).',
  ],
  [
    { recommended: 5, desired: 5, metrics: [fine, busy] },
    'Add 2 secondaries (3 to 5): throughput is at 420 per second and server, above its target of 300.',
  ],
  [
    {
      name: 'primaries',
      recommended: 7,
      desired: 5,
      metrics: [report('cpu', 90, 60, 7)],
      limitedBy: [limit('OneStepAtATime', 7, 5)],
    },
    'Add 2 primaries (3 to 5): cpu is at 90 %, above its target of 60 %; wanted 7, one step at a time (OneStepAtATime).',
  ],
  [{ metrics: [fine] }, 'Keep 3 secondaries: cpu is at 61 %, within tolerance of its target of 60 %.'],
  [
    { metrics: [report('cpu', 48, 60, 3)] },
    'Keep 3 secondaries: cpu is at 48 %, below its target of 60 %, but one server less would be too few.',
  ],
  [{ name: 'primaries', asked: 1, current: 1, recommended: 1, desired: 1 }, 'Keep 1 primary.'],
  [{ asked: 4, recommended: 4, desired: 4 }, 'Keep 4 secondaries, of which 3 are there.'],
  [{ asked: 2, current: 1, recommended: 2, desired: 2 }, 'Keep 2 secondaries, of which 1 is there.'],
  [
    { asked: 4, current: 4, recommended: 3, desired: 3, metrics: [report('memory', 30, 60, 3)] },
    'Remove one secondary (4 to 3): memory is at 30 %, below its target of 60 %.',
  ],
  [
    { recommended: 1, metrics: [idle], limitedBy: [limit('StabilizationWindow', 1, 3)] },
    'Keep 3 secondaries: cpu is at 20 %, below its target of 60 %; wanted 1, waiting to see whether it lasts (StabilizationWindow).',
  ],
  [
    { recommended: 1, metrics: [idle], limitedBy: [limit('Paused', 1, 3)] },
    'Keep 3 secondaries: cpu is at 20 %, below its target of 60 %; wanted 1, scaling is paused (Paused).',
  ],
  [
    { recommended: 1, desired: 2, metrics: [idle], limitedBy: [limit('MinReplicas', 1, 2)] },
    'Remove one secondary (3 to 2): cpu is at 20 %, below its target of 60 %; wanted 1, the policy allows no fewer (MinReplicas).',
  ],
  [
    {
      metrics: [fine],
      desired: 4,
      limitedBy: [limit('Forecast', 3, 6), limit('OneStepAtATime', 6, 4)],
      forecast: forecast('Active', 6),
    },
    'Add one secondary (3 to 4): cpu is at 61 %, within tolerance of its target of 60 %; the forecast asks for 6 ahead of the load (Forecast), one at a time (OneStepAtATime).',
  ],
  [
    { metrics: [fine], forecast: forecast('Preview', 5) },
    'Keep 3 secondaries: cpu is at 61 %, within tolerance of its target of 60 %; the forecast would ask for 5; it is in Preview.',
  ],
  [
    { desired: 5, limitedBy: [limit('ScheduleFloor', 3, 5)] },
    'Add 2 secondaries (3 to 5): the schedule asks for at least 5 at this time (ScheduleFloor).',
  ],
  [
    { metrics: [failed('cpu')], limitedBy: [limit('MetricsMissing', 3, 3)] },
    'Keep 3 secondaries: cpu cannot be read (no sample from server-1); the size is held while metrics are missing (MetricsMissing).',
  ],
  [
    { recommended: 1, metrics: [failed('memory'), idle], limitedBy: [limit('MetricsMissing', 1, 3)] },
    'Keep 3 secondaries: cpu is at 20 %, below its target of 60 %; memory cannot be read; wanted 1, the size is held while metrics are missing (MetricsMissing).',
  ],
  [
    {
      metrics: [failed('memory'), failed('cpu', 'No cpu.')],
      desired: 6,
      limitedBy: [limit('Fallback', 3, 6)],
    },
    'Add 3 secondaries (3 to 6): No cpu, and memory cannot be read either; metrics have been missing for so long that the fallback asks for 6 (Fallback).',
  ],
  [
    {
      metrics: [
        { ...report('query_latency', 300, 100, 3), message: '300 ms, target 100 ms; it is not from load' },
      ],
    },
    'Keep 3 secondaries: query_latency is at 300 ms, target 100 ms; it is not from load.',
  ],
  [
    { recommended: 4, desired: 4, metrics: [report('query_latency', 150, 100, 4)] },
    'Add one secondary (3 to 4): query_latency is at 150 ms, above its target of 100 ms.',
  ],
  [
    {
      recommended: 4,
      desired: 4,
      metrics: [{ ...report('webhook', 0, 0, 4), name: 'planner', value: undefined, target: undefined }],
    },
    'Add one secondary (3 to 4): planner asks for 4.',
  ],
  [
    { limitedBy: [limit('ClockWentBackwards', 3, 3)] },
    'Keep 3 secondaries: the clock went backwards and nothing changes until it has caught up (ClockWentBackwards).',
  ],
];

const rules = [
  'ClockWentBackwards',
  'MetricsMissing',
  'Fallback',
  'StabilizationWindow',
  'ScaleUpLimit',
  'ScaleDownLimit',
  'LatencyVeto',
  'Forecast',
  'ScheduleFloor',
  'MaxReplicas',
  'MinReplicas',
  'DatabaseTopology',
  'QuorumMajority',
  'MinHealthyPrimaries',
  'UnhealthyServer',
  'OddPrimaries',
  'ZoneMinimum',
  'ZoneSkew',
  'OneStepAtATime',
  'OnePoolAtATime',
  'ChangeInProgress',
  'CoolDown',
  'Maintenance',
  'OperationLock',
  'Paused',
] as const satisfies readonly RuleName[];

describe('the sentence', () => {
  it.each(golden)('%#: %j', (over, text) => {
    expect(sentence(decided(over))).toBe(text);
  });

  it('does not speak of a forecast that asks for no more than there will be', () => {
    for (const proposal of [undefined, 2, 3]) {
      expect(sentence(decided({ forecast: forecast('Preview', proposal) }))).toBe('Keep 3 secondaries.');
    }
    expect(sentence(decided({ forecast: forecast('Active', 5) }))).toBe('Keep 3 secondaries.');
  });

  it.each(rules)('says in words what %s means', (rule) => {
    const text = sentence(decided({ recommended: 5, desired: 4, limitedBy: [limit(rule, 5, 4)] }));
    expect(text).toMatch(
      new RegExp(`^Add one secondary \\(3 to 4\\): wanted 5, [a-z0-9][^.()]{5,} \\(${rule}\\)\\.$`),
    );
  });

  it('is one sentence without a number that is none, whatever the decision', () => {
    const types = [
      'cpu',
      'memory',
      'query_latency',
      'throughput',
      'custom',
      'webhook',
      'expression',
    ] as const;
    const size = fc.nat(20);
    const anyReport = fc
      .tuple(fc.constantFrom(...types), fc.double(), fc.double(), size, fc.boolean())
      .map(([type, value, target, proposal, ok]) =>
        ok ? report(type, value, target, proposal) : failed(type),
      );
    const anyLimit = fc
      .tuple(fc.constantFrom(...rules), size, size)
      .map(([rule, from, to]) => limit(rule, from, to));
    const anyDecision = fc.record({
      name: fc.constantFrom('primaries', 'secondaries'),
      current: size,
      asked: size,
      recommended: size,
      desired: size,
      metrics: fc.array(anyReport, { maxLength: 4 }),
      limitedBy: fc.array(anyLimit, { maxLength: 4 }),
      forecast: fc.option(
        fc.tuple(fc.constantFrom('Preview', 'Active'), size).map(([mode, n]) => forecast(mode, n)),
        {
          nil: undefined,
        },
      ),
    });
    fc.assert(
      fc.property(anyDecision, (decision) => {
        const text = sentence(decision);
        expect(text).toMatch(/^(Keep|Add|Remove) /);
        expect(text).toMatch(/[^.]\.$/);
        expect(text.slice(0, -1)).not.toMatch(/\. |NaN|undefined|Infinity/);
        expect(sentence({ ...decision, metrics: decision.metrics.toReversed() }).slice(0, 4)).toBe(
          text.slice(0, 4),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('does not depend on the order of the metrics', () => {
    const metrics = [fine, report('memory', 61, 60, 3), failed('b'), failed('a')];
    expect(sentence(decided({ metrics: metrics.toReversed() }))).toBe(sentence(decided({ metrics })));
  });
});
