// Demand does not depend on the size of the pool, so that all targets of a sweep fit the same models.
import type { Fit, FitOptions, Series } from '../forecast/types.ts';

export type FitForecast = (series: Series, options: FitOptions) => Fit;

/** The same function, which remembers what it was asked: by the content of the series and the options, as a fit depends on nothing else. */
export function memoizeFit(fit: FitForecast): FitForecast {
  const known = new Map<string, Fit>();
  return (series, options) => {
    const key = keyOf(series, options);
    const before = known.get(key);
    if (before !== undefined) return before;
    const made = fit(series, options);
    known.set(key, made);
    return made;
  };
}

function keyOf({ start, step, values }: Series, { horizon, quantile }: FitOptions): string {
  return [start, step, values.length, horizon, quantile, ...hashes(values)].join(' ');
}

/** Two hashes of 32 bits in the manner of FNV-1a over the bits of the numbers, of which one multiplies by another constant. */
function hashes(values: Float32Array): readonly [number, number] {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  let one = 0x811c9dc5;
  let two = 0x9747b28c;
  for (const word of words) {
    one = Math.imul(one ^ word, 0x01000193);
    one ^= one >>> 15;
    two = Math.imul(two ^ word, 0x85ebca6b);
    two ^= two >>> 13;
  }
  return [one >>> 0, two >>> 0];
}
