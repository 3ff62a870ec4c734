// npm run bench [-- --only NAME] [--runs N] [--quick]: measures and prints Markdown; asserts nothing.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchHandOver } from './benchmarks/hand-over.ts';
import { benchImports } from './benchmarks/imports.ts';
import { benchOperators } from './benchmarks/operators.ts';
import { benchPods } from './benchmarks/pods.ts';
import { benchQueue } from './benchmarks/queue.ts';
import type { Benchmark } from './harness/context.ts';
import { buildYardstick } from './harness/go-build.ts';

const benchmarks: Readonly<Record<string, Benchmark>> = {
  imports: benchImports,
  queue: benchQueue,
  operators: benchOperators,
  pods: benchPods,
  'hand-over': benchHandOver,
};

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    runs: { type: 'string', default: '3' },
    quick: { type: 'boolean', default: false },
  },
});
const report = (line: string): void => {
  process.stderr.write(`${line}\n`);
};
const dir = mkdtempSync(join(tmpdir(), 'bench-'));
try {
  const wanted = values.only ?? Object.keys(benchmarks);
  const yardstick = buildYardstick(report);
  for (const name of wanted) {
    const benchmark = benchmarks[name];
    if (benchmark === undefined)
      throw new Error(`There is no benchmark '${name}'; there are ${Object.keys(benchmarks).join(', ')}.`);
    const markdown = await benchmark({
      runs: Number(values.runs),
      quick: values.quick,
      dir,
      yardstick,
      report,
    });
    process.stdout.write(`${markdown}\n\n`);
  }
} finally {
  rmSync(dir, { recursive: true });
}
