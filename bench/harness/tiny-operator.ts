import { sleep, systemClock } from '@neo4j-operator/clock';
import { freePorts } from '../../test/controlplane/src/index.ts';
import type { Milestones } from '../benchmarks/measure-operator.ts';
import { bundle, nodeFlags, optional } from './bundle.ts';
import type { BenchContext } from './context.ts';
import type { Program, Subject } from './subject.ts';

/** How often its probe and metrics are asked for: more often than that, the answers weigh on what is measured. */
const pollMs = 50;

/** The example as it is, with finalizer and Secret. It tells nothing by itself: its probes and metrics do. */
export async function buildTinyOperator({ dir }: BenchContext): Promise<{
  readonly name: string;
  readonly program: (widgets: number) => Program;
  readonly milestones: (widgets: number) => Milestones;
}> {
  const { file, args } = await bundle('../examples/tiny-operator/src/main.ts', dir, optional);
  const [port = 0] = await freePorts(1);
  return {
    name: 'tiny-operator (finalizer and Secret too)',
    program: () => ({
      file,
      args: [...nodeFlags, ...args, `--metrics-port=${port}`, '--leader-election=false'],
    }),
    milestones: (widgets) => async (subject) => {
      const synced = await moment(
        subject,
        'ready',
        async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok,
      );
      if (widgets === 0) return { synced, settled: synced };
      const settled = await moment(subject, 'settled', async () => {
        const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
        return successes(metrics) >= widgets;
      });
      return { synced, settled };
    },
  };
}

function moment(subject: Subject, name: string, isSo: () => Promise<boolean>): Promise<number> {
  return subject.waitFor(name, until(subject, isSo));
}

async function until(subject: Subject, isSo: () => Promise<boolean>): Promise<number> {
  while (!subject.hasEnded && !(await isSo().catch(() => false))) await sleep(systemClock, pollMs);
  return subject.elapsedMs();
}

function successes(metrics: string): number {
  const line = /^controller_runtime_reconcile_total\{[^}]*result="success"[^}]*\} (\d+)/m.exec(metrics);
  return Number(line?.[1] ?? 0);
}
