import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { systemClock } from '@neo4j-operator/clock';
import { createPrometheusMetrics, LoopLagMeter } from '@neo4j-operator/reconcile-kit';
import { createAccessMetrics } from './access-metrics.ts';
import { metricsPrefix } from './compose.ts';

const page = readFileSync(new URL('../../../docs/metrics.md', import.meta.url), 'utf8');

/** A family, as prom-client keeps it. */
interface Family {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly labelNames: readonly string[];
}

/** All that the operator registers. */
function families(): readonly Family[] {
  const metrics = createPrometheusMetrics({ prefix: metricsPrefix, loopLag: new LoopLagMeter(systemClock) });
  createAccessMetrics(metrics.registry);
  return metrics.registry.getMetricsAsArray() as unknown as readonly Family[];
}

it('the page on metrics has all of them, with their labels and what they say', () => {
  const rows = page
    .split('\n')
    .filter((line) => /^\| `[^`]+` *\| (?:counter|gauge|histogram) /.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')))
    .map(([, name, type, labels, help]) => [name, type, labels, help]);
  const expected = families().map(({ name, type, labelNames, help }) => [
    name,
    type,
    labelNames.join(', '),
    help,
  ]);
  expect(rows.toSorted()).toEqual(expected.toSorted());
});
