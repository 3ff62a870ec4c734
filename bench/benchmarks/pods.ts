import { sleep, systemClock } from '@neo4j-operator/clock';
import { bundle, nodeFlags, optional } from '../harness/bundle.ts';
import type { BenchContext } from '../harness/context.ts';
import { createPods } from '../harness/populate.ts';
import { ratios, type Sample, spread } from '../harness/samples.ts';
import { Stage } from '../harness/stage.ts';
import { type Program, Subject } from '../harness/subject.ts';
import { markdownTable, samplesTable } from '../harness/table.ts';

/** How long after the sync memory is looked at again. */
const laterMs = 10_000;

interface Contestant {
  readonly name: string;
  readonly program: Program;
}

/** One informer of many Pods, from process start to a complete cache. All read the same Pods of one control plane. */
export async function benchPods(context: BenchContext): Promise<string> {
  const count = context.quick ? 1_000 : 10_000;
  const contestants = await build(context);
  const measured = new Map<string, Sample[]>();
  const stage = await Stage.open();
  try {
    context.report(`pods: creating ${count}`);
    await createPods(stage, count);
    const podBytes = await averagePodBytes(stage);
    for (let run = 1; run <= context.runs; run++) {
      for (const { name, program } of contestants) {
        context.report(`pods: run ${run}, ${name}`);
        const sample = await measure(stage, program, context.quick ? 1_000 : laterMs);
        measured.set(name, [...(measured.get(name) ?? []), sample]);
      }
    }
    return report(measured, `${count.toLocaleString('en')} Pods of ${podBytes.toLocaleString('en')} bytes`);
  } finally {
    await stage.stop();
  }
}

async function build({ dir, yardstick }: BenchContext): Promise<readonly Contestant[]> {
  const kit = await bundle('informers/kit-pods.ts', dir, optional);
  return [
    ...(yardstick === undefined ? [] : [{ name: 'Go', program: { file: yardstick, args: ['-pods'] } }]),
    { name: 'kit', program: { ...kit, args: [...nodeFlags, ...kit.args] } },
    { name: 'kit, no flags', program: kit },
    { name: 'client-node', program: await bundle('informers/client-node-pods.ts', dir) },
    { name: 'only read', program: await bundle('informers/only-read.ts', dir, optional) },
  ];
}

async function measure(stage: Stage, program: Program, waitMs: number): Promise<Sample> {
  const subject = new Subject(program, stage.environment());
  try {
    const { atMs, usage } = await subject.told('synced');
    await sleep(systemClock, waitMs);
    const { rssMb, hwmMb } = subject.usage();
    return { synced: atMs, ...usage, laterRssMb: rssMb, hwmMb };
  } finally {
    await subject.stop();
  }
}

async function averagePodBytes(stage: Stage): Promise<number> {
  const list = await stage.controlPlane.callOk({ method: 'GET', path: '/api/v1/pods?limit=100' });
  const { items } = list as { readonly items: readonly unknown[] };
  return Math.round(JSON.stringify(items).length / items.length);
}

function report(measured: ReadonlyMap<string, readonly Sample[]>, what: string): string {
  const rows = [...measured].map(([name, samples]) => ({ name, samples }));
  const kit = measured.get('kit') ?? [];
  return [
    `### Informer sync: ${what}`,
    samplesTable(rows, {
      'synced ms': 'synced',
      'CPU ms': 'cpuMs',
      'RSS MB at sync': 'rssMb',
      '10 s later': 'laterRssMb',
      'HWM MB': 'hwmMb',
    }),
    markdownTable(
      ['', 'synced', 'CPU', 'RSS at sync', '10 s later', 'HWM'],
      rows
        .filter(({ name }) => !name.startsWith('kit'))
        .map(({ name, samples }) => [
          `kit / ${name}`,
          ...['synced', 'cpuMs', 'rssMb', 'laterRssMb', 'hwmMb'].map((measurement) =>
            spread(ratios(kit, samples, measurement)),
          ),
        ]),
    ),
  ].join('\n\n');
}
