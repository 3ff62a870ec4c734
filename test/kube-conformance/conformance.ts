// `npm run conformance:kube [-- --seed S --count N] [--differences N] [--scene TEXT]`: does every interaction of the table, or random ones of a seed, to
// a real and to a simulated control plane, and prints which answers are the same. Fails if any differs that has no excuse.
import { parseArgs } from 'node:util';
import { type Comparison, compareScene, type Pair } from './src/compare.ts';
import { excuses } from './src/excuses.ts';
import { generate } from './src/generator/generate.ts';
import { withPair } from './src/pair.ts';
import { describeComparison, describeStep, tally, tallyLine } from './src/report.ts';
import type { Scene } from './src/scene.ts';
import { controllerScenes } from './src/scenes/controllers.ts';
import { scenes } from './src/scenes/index.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    count: { type: 'string', default: '2000' },
    differences: { type: 'string', default: '10' },
    scene: { type: 'string', default: '' },
    /** Compares the real one with another real one: what differs then is chance. */
    self: { type: 'boolean', default: false },
  },
});

const all: Comparison[] = [];
let shown = 0;
process.exitCode = await main();

async function main(): Promise<number> {
  const { seed, count, self } = values;
  if (seed === undefined) {
    console.log('| scene | same | different | excused |\n| --- | --- | --- | --- |');
    await withPair({ self }, (pair) => playAll(pair, scenes));
    await withPair({ self, controllers: true }, (pair) => playAll(pair, controllerScenes));
  } else {
    await withPair({ self }, (pair) => playAll(pair, generate(Number(seed), Number(count)), true));
  }
  const used = new Set(all.flatMap((comparison) => comparison.excuses));
  for (const { name, reason } of used) console.log(`Excused: ${name}: ${reason}`);
  const isWholeTable = seed === undefined && values.scene === '' && !self;
  const stale = isWholeTable ? excuses.filter((excuse) => !used.has(excuse)) : [];
  for (const { name } of stale) console.log(`No interaction shows this any more: ${name}`);
  const counts = tally(all);
  console.log(tallyLine(counts));
  return counts.different === 0 && stale.length === 0 ? 0 : 1;
}

async function playAll(pair: Pair, played: Iterable<Scene>, areRandom = false): Promise<void> {
  let index = 0;
  for (const scene of played) {
    if (!scene.name.includes(values.scene)) continue;
    const comparisons = await compareScene(pair, scene, `t${index++}`, areRandom);
    all.push(...comparisons);
    if (!areRandom) printRow(scene, comparisons);
    for (const comparison of comparisons.filter(({ verdict }) => verdict === 'different')) {
      if (shown++ >= Number(values.differences)) continue;
      console.log(`\n${describeComparison(scene, comparison)}`);
      if (areRandom) printWay(scene, comparison);
    }
  }
}

function printRow({ name }: Scene, comparisons: readonly Comparison[]): void {
  const { same, different, excused } = tally(comparisons);
  console.log(`| ${name} | ${same} | ${different === 0 ? 0 : `**${different}**`} | ${excused} |`);
}

/** The requests that led there. */
function printWay({ steps }: Scene, { step }: Comparison): void {
  console.log('  after:');
  for (const earlier of steps.slice(0, steps.indexOf(step))) console.log(`    ${describeStep(earlier)}`);
}
