import { systemClock, systemRng } from '@neo4j-operator/clock';
import { Workqueue } from '@neo4j-operator/reconcile-kit';
import type { BenchContext } from '../harness/context.ts';
import type { Sample } from '../harness/samples.ts';
import { samplesTable } from '../harness/table.ts';

const sizes = [1_000, 100_000, 1_000_000] as const;

/** So many keys are worked through per measurement, whatever the size of the queue: one pass over 1,000 keys is over before it is warm. */
const keysPerMeasurement = 1_000_000;

const nsPerMs = 1e6;

/** The workqueue in this process: nanoseconds per key, without metrics. */
export async function benchQueue({ runs, report }: BenchContext): Promise<string> {
  const rows = [];
  for (const size of sizes) {
    report(`queue: ${size} keys`);
    const keys = Array.from({ length: size }, (_, i) => `default/widget-${i}`);
    await measure(keys);
    const samples: Sample[] = [];
    for (let run = 0; run < runs; run++) samples.push(await measure(keys));
    rows.push({ name: `${size.toLocaleString('en')} keys`, samples });
  }
  return [
    '### Workqueue: nanoseconds per key',
    samplesTable(rows, {
      add: 'add',
      'add again': 'addAgain',
      'get and done': 'getAndDone',
    }),
  ].join('\n\n');
}

async function measure(keys: readonly string[]): Promise<Sample> {
  const rounds = keysPerMeasurement / keys.length;
  const total = { add: 0, addAgain: 0, getAndDone: 0 };
  const { signal } = new AbortController();
  for (let round = 0; round < rounds; round++) {
    const queue = new Workqueue<string>({ clock: systemClock, rng: systemRng });
    const start = systemClock.monotonic();
    for (const key of keys) queue.add(key);
    const added = systemClock.monotonic();
    for (const key of keys) queue.add(key);
    const again = systemClock.monotonic();
    for (let left = keys.length; left > 0; left--) {
      const item = await queue.get(signal);
      if (item !== undefined) queue.done(item.key);
    }
    total.add += added - start;
    total.addAgain += again - added;
    total.getAndDone += systemClock.monotonic() - again;
  }
  const perKey = (ms: number): number => Math.round((ms * nsPerMs) / keysPerMeasurement);
  return {
    add: perKey(total.add),
    addAgain: perKey(total.addAgain),
    getAndDone: perKey(total.getAndDone),
  };
}
