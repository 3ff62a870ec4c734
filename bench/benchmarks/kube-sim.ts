import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { sleep, systemClock } from '@neo4j-operator/clock';
import type { BenchContext } from '../harness/context.ts';
import type { Sample } from '../harness/samples.ts';
import { type Program, Subject } from '../harness/subject.ts';
import { type Row, samplesTable } from '../harness/table.ts';

/** The simulated control plane: in process, in memory, and behind HTTPS. */
export async function benchKubeSim(context: BenchContext): Promise<string> {
  const created = context.quick ? 20_000 : 200_000;
  const pods = context.quick ? 1_000 : 10_000;
  return [
    `### Simulated control plane: ${created.toLocaleString('en')} ConfigMaps created in process and delivered to a watch`,
    samplesTable([{ name: 'kube-sim', samples: printed(context, 'create-and-watch.ts', [created]) }], {
      'objects per second': 'result',
    }),
    `### Simulated control plane: ${pods.toLocaleString('en')} Pods of 8.8 KB with a watch`,
    samplesTable(await held(context, pods), {
      'RSS MB': 'rssMb',
      'RSS MB before': 'beforeMb',
      'HWM MB': 'hwmMb',
      'ms to make them': 'ms',
    }),
    '### Simulated control plane: from nothing to /readyz over HTTPS, in a process that has loaded it',
    samplesTable([{ name: 'kube-sim', samples: printed(context, 'https-start.ts', []) }], { ms: 'result' }),
  ].join('\n\n');
}

/** Of programs that print `result <number>`. */
function printed(context: BenchContext, file: string, args: readonly number[]): readonly Sample[] {
  return Array.from({ length: context.runs }, (_, run) => {
    context.report(`kube-sim: ${file}, run ${run + 1}`);
    const { file: command, args: own } = program(file, args);
    const output = execFileSync(command, own, { encoding: 'utf8' });
    return { result: Number(/^result (\S+)$/m.exec(output)?.[1]) };
  });
}

/** What a user of a big simulation can start Node.js with: slower, but it grows less before it collects. */
const smallHeap = ['--max-semi-space-size=1', '--optimize-for-size'];

async function held(context: BenchContext, pods: number): Promise<readonly Row[]> {
  const rows = [
    { name: 'kube-sim', flags: [] },
    { name: `kube-sim, ${smallHeap.join(' ')}`, flags: smallHeap },
  ];
  const measured = new Map<string, Sample[]>(rows.map(({ name }) => [name, []]));
  for (let run = 1; run <= context.runs; run++) {
    for (const { name, flags } of rows) {
      context.report(`kube-sim: ${pods} Pods, run ${run}, ${name}`);
      measured.get(name)?.push(await heldOnce(program('pods.ts', [pods], flags)));
    }
  }
  return rows.map(({ name }) => ({ name, samples: measured.get(name) ?? [] }));
}

async function heldOnce(program: Program): Promise<Sample> {
  const subject = new Subject(program);
  try {
    const ready = await subject.told('ready');
    const held = await subject.told('held');
    await sleep(systemClock, 1_000);
    const { rssMb, hwmMb } = subject.usage();
    return { rssMb, hwmMb, beforeMb: ready.usage.rssMb, ms: held.atMs - ready.atMs };
  } finally {
    await subject.stop();
  }
}

/** From its source: a bundle would not find the schemas beside it. */
function program(file: string, args: readonly number[], flags: readonly string[] = []): Program {
  const path = join(import.meta.dirname, '../kube-sim', file);
  return {
    file: process.execPath,
    args: ['--conditions=@neo4j-operator/source', ...flags, path, ...args.map(String)],
  };
}
