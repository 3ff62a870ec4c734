import { describe, expect, test } from '@jest/globals';
import { replaySvg } from './plot.ts';
import { replayJson, replayTable } from './report.ts';
import { thinned } from './thin.ts';
import { timeTicks, wholeTicks } from './ticks.ts';
import type { ReplayResult, Timeline } from './types.ts';

const minute = 60_000;
const start = Date.UTC(2024, 0, 1);

function timelineOf(columns: Partial<Record<Exclude<keyof Timeline, 'times'>, readonly number[]>>): Timeline {
  const length = columns.demand?.length ?? 0;
  const column = (values: readonly number[] = []): Float64Array =>
    Float64Array.from({ length }, (_, index) => values[index] ?? NaN);
  return {
    times: Float64Array.from({ length }, (_, index) => start + index * minute),
    demand: column(columns.demand),
    supply: column(columns.supply),
    desired: column(columns.desired),
    forecast: column(columns.forecast),
  };
}

const result: ReplayResult = {
  trace: 'orders <eu> & co',
  interval: minute,
  steps: 6,
  violationRate: 1 / 6,
  excessLoadPpm: 1234.5,
  serverHours: 0.4,
  adaptations: 2,
  quorumRiskSeconds: 0,
  elasticity: {
    underAccuracy: 1,
    overAccuracy: 20,
    underTimeshare: 2,
    overTimeshare: 60,
    instability: 3,
    deviation: 61,
  },
  days: [{ day: 0, steps: 6, violations: 1, serverHours: 0.4 }],
  timeline: timelineOf({
    demand: [2, 2, 5, NaN, 3, 3],
    supply: [4, 4, 4, 4, 4, 4],
    desired: [4, 5, 5, 4, 4, 4],
    forecast: [NaN, 2.5, 3],
  }),
};

test('the table says every figure with its meaning', () => {
  expect(replayTable(result)).toBe(`trace         orders <eu> & co
scored        0.1 h      6 steps on 1 day
violations    16.7 %     of the time the load was more than the servers could take
excess load   1,235 ppm  of the load was more than the servers could take
server-hours  0.4        4 servers on average
adaptations   2          changes of size
quorum risk   0 s        caused by decisions
too few       2 %        of the time, by 1 % of the demand over all
too many      60 %       of the time, by 20 % of the demand over all
instability   3 %        of the time demand and supply did not move together
deviation     61         these five as one; 0 where supply is demand
`);
});

test('JSON has all figures, and null where nothing is known', () => {
  const { timeline, ...figures } = JSON.parse(replayJson(result)) as ReplayResult;
  expect({ ...figures, timeline: result.timeline }).toEqual(result);
  expect(timeline).toEqual({
    times: ['00', '01', '02', '03', '04', '05'].map((text) => `2024-01-01T00:${text}:00.000Z`),
    demand: [2, 2, 5, null, 3, 3],
    supply: [4, 4, 4, 4, 4, 4],
    desired: [4, 5, 5, 4, 4, 4],
    forecast: [null, 2.5, 3, null, null, null],
  });
});

describe('the picture', () => {
  const pathOf = (svg: string, name: string): string =>
    new RegExp(`<path class="${name}" d="([^"]*)"/>`, 'g').exec(
      svg.slice(svg.indexOf('<g clip-path')),
    )?.[1] ?? '';

  test('draws lines that hold their values, and breaks them where nothing is known', () => {
    const svg = replaySvg(result);
    expect(pathOf(svg, 'line desired').match(/V/g)).toHaveLength(2);
    expect(pathOf(svg, 'line supply')).not.toContain('V');
    expect(pathOf(svg, 'demand').match(/z/g)).toHaveLength(2);
    expect(pathOf(svg, 'line forecast').match(/M/g)).toHaveLength(1);
  });

  test('marks each stretch in which servers are missing', () => {
    expect(pathOf(replaySvg(result), 'violation').match(/z/g)).toHaveLength(1);
    const twice = {
      ...result,
      timeline: timelineOf({ demand: [5, 5, 2, 5], supply: [4, 4, 4, 4], desired: [4, 4, 4, 4] }),
    };
    expect(pathOf(replaySvg(twice), 'violation').match(/z/g)).toHaveLength(2);
  });

  test('shows the forecast in the legend only if there is one', () => {
    expect(replaySvg(result)).toContain('>forecast</text>');
    const without = { ...result, timeline: { ...result.timeline, forecast: new Float64Array(6).fill(NaN) } };
    expect(replaySvg(without)).not.toContain('>forecast</text>');
  });

  test('is well-formed whatever the trace is called, and holds nothing but numbers', () => {
    const svg = replaySvg(result);
    expect(svg).toContain('orders &lt;eu&gt; &amp; co');
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  test('can be drawn of nothing', () => {
    expect(replaySvg({ ...result, timeline: timelineOf({}) })).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe('thinning', () => {
  const length = 50_000;
  const flat = new Array<number>(length).fill(3);
  const timeline = timelineOf({
    demand: flat.with(31_234, 17).with(40_001, 1).with(45_000, NaN),
    supply: new Array<number>(length).fill(5).with(12_345, 2),
    desired: flat.map((value, index) => (index < 25_017 ? value : 9)),
  });

  test('keeps at most so many points, in order, and a timeline that is short as it is', () => {
    const { times } = thinned(timeline, 2000);
    expect(times.length).toBeLessThanOrEqual(2000);
    expect([...times]).toEqual([...new Set(times)].sort((a, b) => a - b));
    expect(thinned(timeline, length)).toBe(timeline);
  });

  test('keeps peaks, lows, lacks and changes that last one step', () => {
    const kept = thinned(timeline, 2000);
    expect(Math.max(...kept.demand.filter((value) => !Number.isNaN(value)))).toBe(17);
    expect(kept.demand).toContain(1);
    expect(kept.supply).toContain(2);
    expect(kept.times[kept.desired.indexOf(9)]).toBe(start + 25_017 * minute);
  });
});

describe('marks of axes', () => {
  const day = 24 * 60 * minute;

  test.each([
    [30 * minute, ['01-01', '00:05', '00:10', '00:15', '00:20', '00:25', '00:30']],
    [day, ['01-01', '03:00', '06:00', '09:00', '12:00', '15:00', '18:00', '21:00', '01-02']],
    [
      3 * day,
      [
        '01-01',
        '06:00',
        '12:00',
        '18:00',
        '01-02',
        '06:00',
        '12:00',
        '18:00',
        '01-03',
        '06:00',
        '12:00',
        '18:00',
        '01-04',
      ],
    ],
  ])('are round times over %d ms', (span, labels) => {
    expect(timeTicks(start, start + span).map(({ label }) => label)).toEqual(labels);
  });

  test('are few even for years', () => {
    expect(timeTicks(start, start + 3000 * day).length).toBeLessThanOrEqual(13);
  });

  test.each([
    [1.08, [0, 1]],
    [7.5, [0, 2, 4, 6]],
    [26, [0, 5, 10, 15, 20, 25]],
    [3000, [0, 500, 1000, 1500, 2000, 2500, 3000]],
  ])('are round counts up to %d', (most, ticks) => {
    expect(wholeTicks(most)).toEqual(ticks);
  });
});
