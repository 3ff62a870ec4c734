import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  decodeHistory,
  encodeHistory,
  findSeasons,
  fitForecast,
  judgeHpaVector,
  type Policy,
  readHpaVectors,
} from '@neo4j-operator/autoscale';
import { systemClock } from '@neo4j-operator/clock';
import { demandOf, fullPast, next, type Past, predictive, reactive } from '../autoscale/pool.ts';
import { bundle } from '../harness/bundle.ts';
import type { BenchContext } from '../harness/context.ts';
import { ratios, type Sample, spread } from '../harness/samples.ts';
import { Subject } from '../harness/subject.ts';
import { markdownTable, samplesTable } from '../harness/table.ts';

const clusters = 1_000;
/** Fewer than six hours of evaluations, after which a model is fitted again. */
const evaluations = 1_200;
const bytesPerKb = 1_024;
const vectorFiles = ['single', 'series', 'edge'].map((name) =>
  join(import.meta.dirname, `../../libs/autoscale/fixtures/hpa/${name}.jsonl`),
);

/** The engine of the autoscaler: a pool with ten metrics and a full history, and a thousand of them. */
export async function benchAutoscale(context: BenchContext): Promise<string> {
  const engine = measureEngine(context);
  const fleets = await measureFleets(context);
  context.record('autoscale', { clusters, evaluations, ...engine, fleets });
  const one = (name: string, samples: readonly Sample[] = []) => ({ name, samples });
  const { cached, reactive: without, refit, restarted, parts, vectors } = engine;
  return [
    '### Autoscaler: one evaluation of a pool with ten servers, ten metrics and a full history',
    samplesTable(
      [
        one('forecasts cached', cached),
        one('without forecasts', without),
        one('a model is fitted', refit),
        one('the first one after a restart', restarted),
      ],
      { 'median ms': 'medianMs', 'p99 ms': 'p99Ms' },
    ),
    markdownTable(
      ['median, in proportion to that with forecasts cached', 'ratio'],
      [
        ['without forecasts', spread(ratios(without, cached, 'medianMs'))],
        ['a model is fitted', spread(ratios(refit, cached, 'medianMs'))],
        ['the first one after a restart', spread(ratios(restarted, cached, 'medianMs'))],
      ],
    ),
    '### Autoscaler: its parts',
    samplesTable([one('a full history, or a series of 28 days', parts)], {
      'encode ms': 'encodeMs',
      'decode ms': 'decodeMs',
      'encoded KB': 'encodedKb',
      'fitForecast ms': 'fitMs',
      'findSeasons ms': 'seasonsMs',
    }),
    samplesTable([one('vectors of the Horizontal Pod Autoscaler', vectors)], {
      'per second': 'vectorsPerSecond',
    }),
    `### Autoscaler: ${clusters.toLocaleString('en')} such clusters, one evaluation of each`,
    samplesTable([one('all of them', fleets)], {
      ms: 'allMs',
      'ms when a bucket has ended': 'closedMs',
      'RSS MB before': 'readyMb',
      'RSS MB after': 'closedMb',
    }),
  ].join('\n\n');
}

interface Engine {
  readonly cached: readonly Sample[];
  readonly reactive: readonly Sample[];
  readonly refit: readonly Sample[];
  readonly restarted: readonly Sample[];
  readonly parts: readonly Sample[];
  readonly vectors: readonly Sample[];
}

/** Each run with a history of its own; the first one only compiles. */
function measureEngine({ runs, quick, report }: BenchContext): Engine {
  const lines = vectorFiles.flatMap((file) => readHpaVectors(readFileSync(file, 'utf8'), file));
  const repeated = quick ? 3 : 20;
  const measured = Array.from({ length: runs + 1 }, (_, run) => {
    report(`autoscale: the engine, run ${run}`);
    const past = fullPast(run);
    const fitted = afterFits(past);
    const encoded = encodeHistory(fitted.history);
    const series = demandOf('throughput', run);
    const fits = { horizon: 2, quantile: 0.5 };
    return {
      cached: chainOf(predictive, fitted),
      reactive: chainOf(reactive, past),
      refit: quantiles(fitTimes(past, repeated)),
      restarted: quantiles(
        timesOf(repeated, () => next(predictive, { ...fitted, history: decodeHistory(encoded) })),
      ),
      parts: {
        encodeMs: median(timesOf(repeated, () => encodeHistory(fitted.history))),
        decodeMs: median(timesOf(repeated, () => decodeHistory(encoded))),
        encodedKb: encoded.length / bytesPerKb,
        fitMs: median(timesOf(repeated, () => fitForecast(series, fits))),
        seasonsMs: median(timesOf(repeated, () => findSeasons(series))),
      },
      vectors: {
        vectorsPerSecond: (1_000 * lines.length) / median(timesOf(repeated, () => lines.map(judgeHpaVector))),
      },
    };
  }).slice(1);
  return {
    cached: measured.map(({ cached }) => cached),
    reactive: measured.map((run) => run.reactive),
    refit: measured.map(({ refit }) => refit),
    restarted: measured.map(({ restarted }) => restarted),
    parts: measured.map(({ parts }) => parts),
    vectors: measured.map(({ vectors }) => vectors),
  };
}

/** One evaluation after another, every 15 seconds, each with what the one before left: in one of twenty a bucket has ended. */
function chainOf(policy: Policy, from: Past): Sample {
  let past = from;
  return quantiles(
    timesOf(evaluations, () => {
      past = next(policy, past);
    }),
  );
}

/** Each evaluation fits one model, until all three series have theirs. */
function afterFits(past: Past): Past {
  return next(predictive, next(predictive, next(predictive, past)));
}

function fitTimes(past: Past, repeated: number): readonly number[] {
  return Array.from({ length: repeated }, () => {
    let fitting = past;
    return timesOf(3, () => {
      fitting = next(predictive, fitting);
    });
  }).flat();
}

async function measureFleets(context: BenchContext): Promise<readonly Sample[]> {
  const count = context.quick ? clusters / 10 : clusters;
  const program = await bundle('autoscale/clusters.ts', context.dir);
  const samples: Sample[] = [];
  for (let run = 1; run <= context.runs; run++) {
    context.report(`autoscale: ${count} clusters, run ${run}`);
    const subject = new Subject({ ...program, args: [...program.args, String(count)] });
    try {
      const ready = await subject.told('ready');
      const evaluated = await subject.told('evaluated');
      const closed = await subject.told('closed');
      samples.push({
        readyMb: ready.usage.rssMb,
        allMs: evaluated.atMs - ready.atMs,
        closedMs: closed.atMs - evaluated.atMs,
        closedMb: closed.usage.rssMb,
      });
    } finally {
      await subject.stop();
    }
  }
  return samples;
}

/** Milliseconds that each call took. */
function timesOf(calls: number, call: () => unknown): readonly number[] {
  return Array.from({ length: calls }, () => {
    const start = systemClock.monotonic();
    call();
    return systemClock.monotonic() - start;
  });
}

function quantiles(times: readonly number[]): Sample {
  return { medianMs: median(times), p99Ms: quantileOf(times, 0.99) };
}

function median(times: readonly number[]): number {
  return quantileOf(times, 0.5);
}

/** The nearest rank. */
function quantileOf(times: readonly number[], quantile: number): number {
  const sorted = times.toSorted((one, other) => one - other);
  return sorted[Math.ceil(quantile * sorted.length) - 1] ?? NaN;
}
