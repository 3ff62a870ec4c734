import { describe, expect, it } from '@jest/globals';
import type { Decision, PoolDecision } from '../decision.ts';
import { decisionTable } from './table.ts';

const time = Date.UTC(2026, 0, 1);

function decisionOf(pools: Decision['pools']): Decision {
  return {
    time,
    pools,
    nextEvaluation: time + 15_000,
    history: { version: 1, evaluatedAt: time, pools: {} },
  };
}

const quiet: PoolDecision = {
  current: 3,
  recommended: 3,
  desired: 3,
  metrics: [],
  limitedBy: [],
  forecast: undefined,
  confidence: 1,
  zones: undefined,
  sentence: 'Keep 3 primaries.',
};

const busy: PoolDecision = {
  current: 3,
  recommended: 5,
  desired: 4,
  metrics: [
    {
      name: 'throughput',
      type: 'throughput',
      value: 1420,
      target: 1000,
      proposal: 5,
      age: 90_000,
      failed: undefined,
      message: 'fine',
    },
    {
      name: 'cpu',
      type: 'cpu',
      value: undefined,
      target: 60,
      proposal: undefined,
      age: undefined,
      failed: 'NoSamples',
      message: '\u001b\u202ecpu cannot\r\nbe read',
    },
  ],
  limitedBy: [{ rule: 'OneStepAtATime', from: 5, to: 4, message: 'One server.' }],
  forecast: {
    mode: 'Preview',
    metric: 'throughput',
    model: 'mstl',
    seasons: [],
    active: false,
    reason: 'MASE 0.4',
    confidence: 0.9,
    leadTime: 900_000,
    joinsSeen: 2,
    proposal: 6,
    points: [{ time, lower: 4000, median: 5000.4, upper: 6000 }],
    backtest: [],
  },
  confidence: 0.5,
  zones: {
    grow: ['zone-b'],
    shrink: [
      { server: 'server-3', zone: 'zone-a' },
      { server: 'server-4', zone: undefined },
    ],
  },
  sentence: 'Add one secondary (3 to 4).',
};

describe('decisionTable', () => {
  it('shows the metrics, what limited the number, the forecast and the zones of each pool', () => {
    expect(decisionTable(decisionOf({ secondaries: busy, primaries: quiet }))).toBe(
      `primaries: 3 now, metrics ask for 3, decided 3; 100 % of the samples could be read
  Keep 3 primaries.

secondaries: 3 now, metrics ask for 5, decided 4; 50 % of the samples could be read
  Add one secondary (3 to 4).

  METRIC      VALUE  TARGET  SERVERS      AGE  NOTE
  throughput  1,420   1,000        5  1.5 min  fine
  cpu             -      60        -        -  NoSamples: cpu cannot be read

  RULE            FROM  TO  WHY
  OneStepAtATime     5   4  One server.

  Forecast of throughput by mstl (Preview): asks for 6, adds nothing
  MASE 0.4; confidence 90 %, a join takes 15 min (2 seen)
  TIME                  LOWER  MEDIAN  UPPER
  2026-01-01T00:00:00Z  4,000   5,000  6,000

  Add in zone-b
  Remove server-3 in zone-a, server-4

Next evaluation in 15 s.
`,
    );
  });

  it('has only the next evaluation to tell where there is no pool', () => {
    expect(decisionTable(decisionOf({}))).toBe('Next evaluation in 15 s.\n');
  });

  it('survives times and numbers that are none', () => {
    const point = { time: NaN, lower: NaN, median: Infinity, upper: 1 };
    const forecast =
      busy.forecast === undefined ? undefined : { ...busy.forecast, points: [point], proposal: undefined };
    const text = decisionTable(decisionOf({ secondaries: { ...busy, forecast, confidence: NaN } }));
    expect(text).toContain('unknown  unknown  unknown      1\n');
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
  });
});
