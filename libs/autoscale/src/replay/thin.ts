// Fewer points of a timeline that still show what is worth seeing.
import type { Timeline } from './types.ts';

/** Of each stretch these stay: its first point, its highest and lowest demand, its greatest lack of servers, its last change. */
const KEPT = 5;

/** At most so many points; a stretch of time keeps its extremes, so that a short peak and a short lack stay visible. */
export function thinned(timeline: Timeline, points: number): Timeline {
  const { length } = timeline.times;
  if (length <= points) return timeline;
  const stretches = Math.max(1, Math.floor(points / KEPT));
  const kept: number[] = [];
  for (let stretch = 0; stretch < stretches; stretch++) {
    const from = Math.floor((stretch * length) / stretches);
    const to = Math.floor(((stretch + 1) * length) / stretches);
    kept.push(...new Set(extremes(timeline, from, to)));
  }
  const pick = (column: Float64Array): Float64Array =>
    Float64Array.from(kept, (index) => column[index] ?? NaN);
  return {
    times: pick(timeline.times),
    demand: pick(timeline.demand),
    supply: pick(timeline.supply),
    desired: pick(timeline.desired),
    forecast: pick(timeline.forecast),
  };
}

function extremes({ demand, supply, desired }: Timeline, from: number, to: number): readonly number[] {
  let highest = from;
  let lowest = from;
  let scarcest = from;
  let changed = from;
  const lack = (index: number): number => (demand[index] ?? NaN) - (supply[index] ?? NaN);
  for (let index = from + 1; index < to; index++) {
    // Comparisons with an unknown number are false: turned around, they let a known one take its place.
    if (!((demand[index] ?? NaN) <= (demand[highest] ?? NaN)) && !Number.isNaN(demand[index]))
      highest = index;
    if (!((demand[index] ?? NaN) >= (demand[lowest] ?? NaN)) && !Number.isNaN(demand[index])) lowest = index;
    if (!(lack(index) <= lack(scarcest)) && !Number.isNaN(lack(index))) scarcest = index;
    if (desired[index] !== desired[index - 1]) changed = index;
  }
  return [from, highest, lowest, scarcest, changed].sort((a, b) => a - b);
}
