// The thread that runs one case of a comparison.
import { parentPort, workerData } from 'node:worker_threads';
import { runCase } from '../compare/compare.ts';
import type { ComparisonCase } from '../compare/types.ts';

parentPort?.postMessage(runCase(workerData as ComparisonCase));
