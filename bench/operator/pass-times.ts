// How long passes of a controller took, as the operator tells it on /metrics.

/** A histogram: how many passes took at most so many seconds. */
export interface PassTimes {
  readonly count: number;
  readonly seconds: number;
  readonly buckets: readonly { readonly atMost: number; readonly count: number }[];
}

const family = 'controller_runtime_reconcile_time_seconds';

/** Reads them from the text of /metrics. */
export function passTimesIn(metrics: string, controller: string): PassTimes {
  const lines = metrics
    .split('\n')
    .filter((line) => line.startsWith(family) && line.includes(`controller="${controller}"`));
  const valueOf = (line: string | undefined): number => Number(line?.split(' ').at(-1) ?? 0);
  const one = (suffix: string): number =>
    valueOf(lines.find((line) => line.startsWith(`${family}_${suffix}{`)));
  const buckets = lines.flatMap((line) => {
    const [, limit] = /\ble="([^"]+)"/.exec(line) ?? [];
    return limit === undefined
      ? []
      : [{ atMost: limit === '+Inf' ? Infinity : Number(limit), count: valueOf(line) }];
  });
  return { count: one('count'), seconds: one('sum'), buckets };
}

/** The passes between two readings. */
export function between(before: PassTimes, after: PassTimes): PassTimes {
  const earlier = new Map(before.buckets.map(({ atMost, count }) => [atMost, count]));
  return {
    count: after.count - before.count,
    seconds: after.seconds - before.seconds,
    buckets: after.buckets.map(({ atMost, count }) => ({
      atMost,
      count: count - (earlier.get(atMost) ?? 0),
    })),
  };
}

/** The milliseconds within which so large a part of the passes was done: as Prometheus estimates it, even within a bucket. */
export function quantileMs({ buckets, count }: PassTimes, part: number): number {
  const rank = part * count;
  let below = { atMost: 0, count: 0 };
  for (const bucket of buckets) {
    if (bucket.count >= rank) {
      const within = (rank - below.count) / (bucket.count - below.count);
      return 1_000 * (below.atMost + (bucket.atMost - below.atMost) * within);
    }
    below = bucket;
  }
  return NaN;
}
