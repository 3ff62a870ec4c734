// Many clusters in one process, each with its own full history and models, evaluated one after the other. Argument: how many.
import { bucket, fullPast, interval, next, type Past, predictive } from './pool.ts';

/** Fitting models takes longer than all that is measured here, so that clusters are copies of a few. */
const originals = 4;

const count = Number(process.argv[2]);
const fitted = Array.from({ length: originals }, (_, seed) => {
  let past = fullPast(10 * seed);
  // Each evaluation fits one model, of three.
  for (let fits = 0; fits < 3; fits++) past = next(predictive, past);
  return past;
});
let clusters = Array.from({ length: Math.ceil(count / originals) }, (): readonly Past[] =>
  structuredClone(fitted),
).flat();

// What the next evaluations find is as old as what they find every 15 seconds, and all code is compiled.
evaluateAll(interval);
console.log('bench ready');
evaluateAll(bucket);
console.log('bench evaluated');
// A bucket of each series has ended meanwhile.
evaluateAll(interval);
console.log('bench closed');
process.stdin.resume();

function evaluateAll(after: number): void {
  clusters = clusters.map((past) => next(predictive, past, after));
}
