// npm run bench [-- --only NAME] [--runs N] [--quick] [--record DIR]: measures and prints Markdown; asserts nothing.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchAutoscale } from './benchmarks/autoscale.ts';
import { benchHandOver } from './benchmarks/hand-over.ts';
import { benchHollowNode } from './benchmarks/hollow-node.ts';
import { benchImports } from './benchmarks/imports.ts';
import { benchKubeSim } from './benchmarks/kube-sim.ts';
import { benchNeo4j } from './benchmarks/neo4j.ts';
import { benchOperator } from './benchmarks/operator.ts';
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
  neo4j: benchNeo4j,
  'kube-sim': benchKubeSim,
  'hollow-node': benchHollowNode,
  operator: benchOperator,
  autoscale: benchAutoscale,
};

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    runs: { type: 'string', default: '3' },
    quick: { type: 'boolean', default: false },
    record: { type: 'string' },
  },
});
const wanted = (values.only ?? Object.keys(benchmarks)).map(benchmarkOf);
const runs = positive(values.runs);
const report = (line: string): void => {
  process.stderr.write(`${line}\n`);
};
const dir = mkdtempSync(join(tmpdir(), 'bench-'));
try {
  const yardstick = buildYardstick(report);
  for (const benchmark of wanted) {
    const markdown = await benchmark({ runs, quick: values.quick, dir, yardstick, record, report });
    process.stdout.write(`${markdown}\n\n`);
  }
} finally {
  rmSync(dir, { recursive: true });
}

function benchmarkOf(name: string): Benchmark {
  const benchmark = benchmarks[name];
  if (benchmark === undefined)
    throw new Error(`--only: there is no '${name}'; there are ${Object.keys(benchmarks).join(', ')}`);
  return benchmark;
}

function record(name: string, measured: object): void {
  const { record: to } = values;
  if (to === undefined) return;
  const machine = { node: process.version, cores: availableParallelism(), model: cpus()[0]?.model };
  mkdirSync(to, { recursive: true });
  writeFileSync(join(to, `${name}.json`), `${JSON.stringify({ machine, ...measured }, null, 2)}\n`);
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`--runs: '${text}' is not a whole number from 1 on`);
  return value;
}
