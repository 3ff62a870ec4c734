import { describe, expect, it } from '@jest/globals';
import { createPrometheusMetrics, objectKey } from '@neo4j-operator/reconcile-kit';
import { createAccessMetrics } from './access-metrics.ts';

function open() {
  const metrics = createPrometheusMetrics({ prefix: 'neo4j_operator' });
  const access = createAccessMetrics(metrics.registry);
  const read = async (): Promise<ReadonlyMap<string, number>> => {
    const { body } = await metrics.render();
    return new Map(
      [...body.matchAll(/^neo4j_operator_neo4j_(\S+) (\S+)$/gm)].map(([, name = '', value]) => [
        name,
        Number(value),
      ]),
    );
  };
  return { access, read };
}

describe('metrics of sessions with Neo4j', () => {
  it('count statements by what they were for and how they ended, and their time in seconds', async () => {
    const { access, read } = open();
    access.statementDone({ access: 'read', outcome: 'Success', durationMs: 20 });
    access.statementDone({ access: 'read', outcome: 'Success', durationMs: 30 });
    access.statementDone({ access: 'admin', outcome: 'NotLeader', durationMs: 1000 });
    const values = await read();
    expect(values.get('statements_total{access="read",outcome="Success"}')).toBe(2);
    expect(values.get('statements_total{access="admin",outcome="NotLeader"}')).toBe(1);
    expect(values.get('statement_duration_seconds_sum{access="read"}')).toBeCloseTo(0.05);
    expect(values.get('statement_duration_seconds_bucket{le="0.025",access="read"}')).toBe(1);
  });

  it('count readings, good and bad', async () => {
    const { access, read } = open();
    access.readingDone({ ok: true, durationMs: 100 });
    access.readingDone({ ok: false, durationMs: 5000 });
    const values = await read();
    expect(values.get('readings_total{result="success"}')).toBe(1);
    expect(values.get('readings_total{result="error"}')).toBe(1);
    expect(values.get('reading_duration_seconds_sum')).toBeCloseTo(5.1);
  });

  it('tell which clusters are reached, for as long as they are looked at', async () => {
    const { access, read } = open();
    const [graph, other] = [objectKey('prod', 'graph'), objectKey('prod', 'other')];
    access.reachable(graph, true);
    access.reachable(other, false);
    const label = (name: string): string => `cluster_reachable{namespace="prod",name="${name}"}`;
    expect([...(await read())]).toEqual(
      expect.arrayContaining([
        [label('graph'), 1],
        [label('other'), 0],
      ]),
    );
    access.reachable(other, undefined);
    expect((await read()).has(label('other'))).toBe(false);
  });
});
