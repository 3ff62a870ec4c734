// A history as bytes: `N4AH`, version, length of the content, content, CRC-32 of all that. Little-endian; each history has one encoding.
import {
  demandStep,
  lastMoment,
  longestJoin,
  longestName,
  maxBuckets,
  maxDemandSeries,
  maxEvents,
  maxJoins,
  maxRawColumns,
  maxRawRows,
  maxRecommendations,
  maxReplicaCount,
} from './bounds.ts';
import { ByteReader, ByteWriter, corrupt, outOfBounds, startAgain } from './bytes.ts';
import { crc32 } from './checksum.ts';
import {
  ascending,
  type Codec,
  float32s,
  float64,
  list,
  mapped,
  optional,
  struct,
  text,
  whole,
} from './codec.ts';
import { HistoryError } from './error.ts';
import type {
  DemandSeries,
  FitRecord,
  History,
  JoinRecord,
  LastChange,
  PoolHistory,
  RawSamples,
  ScalingEvent,
  TimedReplicas,
} from './types.ts';

const magic = new TextEncoder().encode('N4AH');
const version = 1;
const headerLength = 9;
const checksumLength = 4;
/** Two pools with the most that they may remember take less. */
const longestContent = 2 ** 20;

/**
 * A history as bytes, about 130 KB for a pool with ten metrics and three full demand series.
 *
 * All is kept but `fit`, which is made again from the series. The same history always gives the same bytes.
 *
 * @throws HistoryError `OutOfBounds` if it holds more, or other, than the record functions put into it
 */
export function encodeHistory(value: History): Uint8Array {
  const content = new ByteWriter();
  history.write(content, value);
  const encoded = content.finish();
  const framed = new ByteWriter();
  framed.bytes(magic);
  framed.uint8(version);
  framed.uint32(encoded.length);
  framed.bytes(encoded);
  framed.uint32(crc32(framed.finish()));
  return framed.finish();
}

/**
 * The history that was encoded.
 *
 * @throws HistoryError `NotAHistory`, `UnknownVersion`, `Truncated` or `Corrupt`; there is no partial answer
 */
export function decodeHistory(bytes: Uint8Array): History {
  const reader = new ByteReader(contentOf(bytes));
  const value = history.read(reader);
  reader.finish();
  return value;
}

function contentOf(bytes: Uint8Array): Uint8Array {
  if (!ArrayBuffer.isView(bytes))
    throw new HistoryError('NotAHistory', 'What is to be decoded is no Uint8Array.', startAgain);
  if (magic.some((letter, at) => at < bytes.length && bytes[at] !== letter)) {
    throw new HistoryError('NotAHistory', 'The bytes are no history of this library.', startAgain);
  }
  if (bytes.length < headerLength) throw truncated(bytes.length, headerLength);
  if (bytes[magic.length] !== version) {
    throw new HistoryError(
      'UnknownVersion',
      `The history has version ${bytes[magic.length] ?? 0}, and this library reads version ${version}.`,
      `Read it with the version that wrote it. ${startAgain}`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = headerLength + view.getUint32(magic.length + 1, true);
  if (end > headerLength + longestContent) throw corrupt('it says to be longer than any history');
  if (bytes.length < end + checksumLength) throw truncated(bytes.length, end + checksumLength);
  if (bytes.length > end + checksumLength) throw corrupt('there is more after the end');
  if (view.getUint32(end, true) !== crc32(bytes.subarray(0, end))) throw corrupt('the checksum is wrong');
  return bytes.subarray(headerLength, end);
}

function truncated(is: number, atLeast: number): HistoryError {
  return new HistoryError(
    'Truncated',
    `The history has ${is} bytes of at least ${atLeast}.`,
    `Read all of it. ${startAgain}`,
  );
}

const moments = whole(lastMoment);
const replicas = whole(maxReplicaCount);
const name = text(longestName);

/** Zigzag: 0, -1, 1, -2, 2 and so on become 0, 1, 2, 3, 4. */
const change: Codec<number> = mapped(
  whole(2 * maxReplicaCount),
  (value) => (value < 0 ? -2 * value - 1 : 2 * value),
  (code) => (code % 2 === 1 ? -(code + 1) / 2 : code / 2),
);

/** Entries with a time and one number, by columns. */
interface Timeline {
  readonly times: readonly number[];
  readonly numbers: readonly number[];
}

function timeline(number: Codec<number>, longest: number): Codec<Timeline> {
  return struct({ times: ascending(lastMoment, longest), numbers: list(number, longest) });
}

function rows<T>({ times, numbers }: Timeline, entry: (time: number, number: number) => T): readonly T[] {
  if (times.length !== numbers.length) throw corrupt('there are more times than numbers, or fewer');
  return numbers.map((number, at) => entry(times[at] ?? 0, number));
}

const recommendations = mapped<readonly TimedReplicas[], Timeline>(
  timeline(replicas, maxRecommendations),
  (entries) => ({ times: entries.map(({ time }) => time), numbers: entries.map((entry) => entry.replicas) }),
  (line) => rows(line, (time, count) => ({ time, replicas: count })),
);

const events = mapped<readonly ScalingEvent[], Timeline>(
  timeline(change, maxEvents),
  (entries) => ({ times: entries.map(({ time }) => time), numbers: entries.map((entry) => entry.change) }),
  (line) => rows(line, (time, difference) => ({ time, change: difference })),
);

const raw = mapped<RawSamples, Omit<RawSamples, 'times'> & { readonly times: readonly number[] }>(
  struct({
    names: list(name, maxRawColumns),
    times: ascending(lastMoment, maxRawRows),
    values: float32s(maxRawRows * maxRawColumns),
  }),
  ({ names, times, values }) => {
    if (values.length !== names.length * times.length) throw outOfBounds('a row of samples is not complete');
    return { names, times: [...times], values };
  },
  ({ names, times, values }) => {
    if (values.length !== names.length * times.length) throw corrupt('a row of samples is not complete');
    return { names, times: Float64Array.from(times), values };
  },
);

/** The open bucket begins where the series ends, so that only what is in it is written. */
interface WrittenDemand {
  readonly metric: string;
  readonly firstBucket: number;
  readonly values: Float32Array;
  readonly open: { readonly sum: number; readonly count: number } | undefined;
  readonly fitted: FitRecord | undefined;
}

const demand = mapped<DemandSeries, WrittenDemand>(
  struct({
    metric: name,
    firstBucket: whole(lastMoment / demandStep),
    values: float32s(maxBuckets),
    open: optional(struct({ sum: float64, count: whole(Number.MAX_SAFE_INTEGER) })),
    fitted: optional(struct({ at: float64, window: float64, horizon: float64, quantile: float64 })),
  }),
  ({ metric, series: { start, step, values }, open, fitted }) => {
    if (step !== demandStep) throw outOfBounds(`the step of a demand series is ${step}`);
    if (open !== undefined && open.start !== start + values.length * step) {
      throw outOfBounds('an open bucket does not follow its series');
    }
    return { metric, firstBucket: start / step, values, open, fitted };
  },
  ({ metric, firstBucket, values, open, fitted }) => {
    const start = firstBucket * demandStep;
    const end = start + values.length * demandStep;
    return {
      metric,
      series: { start, step: demandStep, values },
      open: open === undefined ? undefined : { start: end, ...open },
      fitted,
      fit: undefined,
    };
  },
);

const join = struct<JoinRecord>({ server: name, createdAt: moments, duration: whole(longestJoin) });

const lastChange = struct<LastChange>({
  time: moments,
  from: replicas,
  to: replicas,
  completedAt: optional(moments),
});

const pool = struct<PoolHistory>({
  recommendations,
  events,
  raw,
  demand: list(demand, maxDemandSeries),
  joins: list(join, maxJoins),
  blindSince: optional(float64),
  lastChange: optional(lastChange),
});

interface WrittenHistory {
  readonly evaluatedAt: number | undefined;
  readonly primaries: PoolHistory | undefined;
  readonly secondaries: PoolHistory | undefined;
}

const history = mapped<History, WrittenHistory>(
  struct({ evaluatedAt: optional(float64), primaries: optional(pool), secondaries: optional(pool) }),
  ({ evaluatedAt, pools: { primaries, secondaries } }) => ({ evaluatedAt, primaries, secondaries }),
  ({ evaluatedAt, primaries, secondaries }) => ({
    version,
    evaluatedAt,
    pools: {
      ...(primaries === undefined ? {} : { primaries }),
      ...(secondaries === undefined ? {} : { secondaries }),
    },
  }),
);
