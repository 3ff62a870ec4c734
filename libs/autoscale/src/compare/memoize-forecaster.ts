// Demand does not depend on the size of the pool, so that all targets of a sweep fit the same models and look ahead to the same future.
import type { Fit, FitOptions, Outlook, Series } from '../forecast/types.ts';
import type { Forecaster } from '../predict/forecaster.ts';

/** How many of the newest values an outlook may depend on, beside the fit: two days. */
const newest = 576;

/** The same forecaster, which remembers what it was asked: by the content of series and options, as an answer depends on nothing else. */
export function memoizeForecaster({ fit, outlook }: Forecaster): Forecaster {
  const fits = new Map<string, Fit>();
  const outlooks = new WeakMap<Fit, Map<string, Outlook>>();
  return {
    fit: (series, options) => remembered(fits, fitKey(series, options), () => fit(series, options)),
    outlook: (made, series) => {
      const known = outlooks.get(made) ?? new Map<string, Outlook>();
      outlooks.set(made, known);
      return remembered(known, outlookKey(series), () => outlook(made, series));
    },
  };
}

function remembered<T>(known: Map<string, T>, key: string, make: () => T): T {
  const before = known.get(key);
  if (before !== undefined) return before;
  const made = make();
  known.set(key, made);
  return made;
}

function fitKey({ start, step, values }: Series, { horizon, quantile }: FitOptions): string {
  return [start, step, values.length, horizon, quantile, ...hashes(values)].join(' ');
}

function outlookKey({ start, values }: Series): string {
  return [start, values.length, ...hashes(values.subarray(-newest))].join(' ');
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
