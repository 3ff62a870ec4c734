// Cases of a comparison in threads.
import { Worker } from 'node:worker_threads';
import type { CaseReport, ComparisonCase } from '../compare/types.ts';

/** Runs the cases in at most `jobs` threads, each of which takes the next one when it is done. */
export async function runInWorkers(
  cases: readonly ComparisonCase[],
  jobs: number,
  done: (report: CaseReport) => void,
): Promise<readonly CaseReport[]> {
  const reports: CaseReport[] = [];
  const queue = cases.entries();
  await Promise.all(
    Array.from({ length: Math.min(jobs, cases.length) }, async () => {
      for (const [index, one] of queue) {
        const report = await runInWorker(one);
        reports[index] = report;
        done(report);
      }
    }),
  );
  return reports;
}

function runInWorker(one: ComparisonCase): Promise<CaseReport> {
  // Beside this file, with its ending: the sources run as they are.
  const file = import.meta.url.replace(/workers(\.[jt]s)$/, 'worker$1');
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(file), { workerData: one });
    worker.once('message', (report: CaseReport) => {
      resolve(report);
    });
    worker.once('error', reject);
  });
}
