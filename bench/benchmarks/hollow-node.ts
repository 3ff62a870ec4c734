import { join } from 'node:path';
import { sleep, systemClock } from '@neo4j-operator/clock';
import type { BenchContext } from '../harness/context.ts';
import type { Sample } from '../harness/samples.ts';
import { Subject } from '../harness/subject.ts';
import { samplesTable } from '../harness/table.ts';

/** Pods on hollow nodes, with the simulated control plane in the same process. */
export async function benchHollowNode(context: BenchContext): Promise<string> {
  const sizes = context.quick ? [100] : [100, 500];
  const rows = [];
  for (const pods of sizes) rows.push({ name: `${pods} pods`, samples: await run(context, pods) });
  return [
    '### Hollow nodes: pods from their creation until all are Ready, control plane in process',
    samplesTable(rows, {
      'ms until Ready': 'ms',
      'CPU ms': 'cpuMs',
      'RSS MB': 'rssMb',
      'RSS MB before': 'beforeMb',
      'HWM MB': 'hwmMb',
    }),
  ].join('\n\n');
}

async function run(context: BenchContext, pods: number): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  for (let number = 1; number <= context.runs; number++) {
    context.report(`hollow-node: ${pods} pods, run ${number}`);
    const path = join(import.meta.dirname, '../hollow-node/pods.ts');
    const args = ['--conditions=@neo4j-operator/source', path, String(pods), context.dir];
    const subject = new Subject({ file: process.execPath, args });
    try {
      const ready = await subject.told('ready');
      const held = await subject.told('held');
      await sleep(systemClock, 1_000);
      const { rssMb, hwmMb } = subject.usage();
      samples.push({
        ms: held.atMs - ready.atMs,
        cpuMs: held.usage.cpuMs - ready.usage.cpuMs,
        rssMb,
        hwmMb,
        beforeMb: ready.usage.rssMb,
      });
    } finally {
      await subject.stop();
    }
  }
  return samples;
}
