// `npm run conformance:kube [-- --seed S --count N] [--differences N] [--scene TEXT]`: does every interaction of the table, or random ones of a seed, to
// a real and to a simulated control plane, and prints which answers are the same. Fails if any differs that has no excuse.
import { parseArgs } from 'node:util';
import { type Comparison, compareScene, type Pair, prepare } from './src/compare.ts';
import { excuses } from './src/excuses.ts';
import { generate } from './src/generator/generate.ts';
import { startRealTarget } from './src/real-target.ts';
import { describeComparison, describeStep, tally, tallyLine } from './src/report.ts';
import type { Scene } from './src/scene.ts';
import { controllerScenes } from './src/scenes/controllers.ts';
import { scenes } from './src/scenes/index.ts';
import { createSimulatedTarget } from './src/simulated-target.ts';

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

process.exitCode = await main();

async function main(): Promise<number> {
  const [real, simulated] = await Promise.all([
    startRealTarget(),
    values.self ? startRealTarget() : createSimulatedTarget(),
  ]);
  try {
    await prepare({ real, simulated });
    return await compareAll({ real, simulated });
  } finally {
    await Promise.all([real.close(), simulated.close()]);
  }
}

async function compareAll(pair: Pair): Promise<number> {
  const { seed } = values;
  const played = seed === undefined ? scenes : generate(Number(seed), Number(values.count));
  const all: Comparison[] = [];
  let shown = 0;
  let index = 0;
  if (seed === undefined) console.log('| scene | same | different | excused |\n| --- | --- | --- | --- |');
  for (const scene of played) {
    if (!scene.name.includes(values.scene)) continue;
    const comparisons = await compareScene(pair, scene, `t${index++}`, seed !== undefined);
    all.push(...comparisons);
    if (seed === undefined) printRow(scene, comparisons);
    for (const comparison of comparisons.filter(({ verdict }) => verdict === 'different')) {
      if (shown++ >= Number(values.differences)) continue;
      console.log(`\n${describeComparison(scene, comparison)}`);
      if (seed !== undefined) printWay(scene, comparison);
    }
  }
  const used = new Set(all.flatMap((comparison) => comparison.excuses));
  for (const { name, reason } of used) console.log(`Excused: ${name}: ${reason}`);
  const wholeTable = seed === undefined && values.scene === '' && !values.self;
  const stale = wholeTable ? excuses.filter((excuse) => !used.has(excuse)) : [];
  for (const { name } of stale) console.log(`No interaction shows this any more: ${name}`);
  const counts = tally(all);
  console.log(tallyLine(counts));
  return counts.different === 0 && stale.length === 0 ? 0 : 1;
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
