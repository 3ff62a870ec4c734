import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bundle, optional } from '../harness/bundle.ts';
import type { BenchContext } from '../harness/context.ts';
import type { Sample } from '../harness/samples.ts';
import { type Program, Subject } from '../harness/subject.ts';
import { samplesTable } from '../harness/table.ts';

const bench = join(import.meta.dirname, '..');
const kitBuild = join(bench, '../libs/reconcile-kit/dist/index.js');

/** What it costs to load a library, before it does anything. */
export async function benchImports({ dir, runs, report }: BenchContext): Promise<string> {
  const programs: Readonly<Record<string, Program>> = {
    'bare Node': direct('imports/bare.mjs'),
    ...(existsSync(kitBuild) ? { 'kit, from node_modules': direct('imports/kit.mjs') } : {}),
    'kit, bundled': await bundle('imports/kit.mjs', dir, optional),
    'client-node, from node_modules': direct('imports/client-node.mjs'),
    'client-node, bundled': await bundle('imports/client-node.mjs', dir),
  };
  if (!existsSync(kitBuild))
    report('The kit is not built (npm run build): its import from node_modules is left out.');
  const measured = new Map<string, Sample[]>(Object.keys(programs).map((name) => [name, []]));
  for (let run = 1; run <= runs; run++) {
    report(`imports: run ${run}`);
    for (const [name, program] of Object.entries(programs)) measured.get(name)?.push(await measure(program));
  }
  return [
    '### Import',
    samplesTable(
      [...measured].map(([name, samples]) => ({ name, samples })),
      { ms: 'ms', 'CPU ms': 'cpuMs', 'RSS MB': 'rssMb' },
    ),
  ].join('\n\n');
}

function direct(source: string): Program {
  return { file: process.execPath, args: [join(bench, source)] };
}

async function measure(program: Program): Promise<Sample> {
  const subject = new Subject(program);
  try {
    const { atMs, usage } = await subject.told('imported');
    return { ms: atMs, ...usage };
  } finally {
    await subject.stop();
  }
}
