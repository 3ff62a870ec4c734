import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@neo4j-operator/clock';
import { LoopLagMeter } from './loop-lag.ts';
import { createPrometheusMetrics, type PrometheusMetrics } from './prometheus.ts';

const prefix = 'neo4j_operator';

/** The scraped samples by series, with the labels of each in order of their names. */
async function samples(metrics: PrometheusMetrics): Promise<Map<string, number>> {
  const { body } = await metrics.render();
  return new Map(
    body
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => {
        const space = line.lastIndexOf(' ');
        const series = line.slice(0, space).replace(/\{(.*)\}/, (_, labels: string) => {
          return `{${labels.split(',').sort().join(',')}}`;
        });
        return [series, Number(line.slice(space + 1))];
      }),
  );
}

describe('createPrometheusMetrics', () => {
  it('counts passes under the names of controller-runtime, in seconds', async () => {
    const metrics = createPrometheusMetrics({ prefix });
    const port = metrics.reconcile({ name: 'db', resource: 'neo4jdatabases' });
    port.workers(4);
    port.started();
    port.started();
    port.failed('terminal');
    port.finished({ result: 'error', durationMs: 1500, namespace: 'x' });

    const scraped = await samples(metrics);
    const of = (name: string) => scraped.get(`controller_runtime_${name}`);
    expect(of('reconcile_total{controller="db",result="success"}')).toBe(0);
    expect(of('reconcile_total{controller="db",result="error"}')).toBe(1);
    expect(of('reconcile_errors_total{controller="db"}')).toBe(1);
    expect(of('terminal_reconcile_errors_total{controller="db"}')).toBe(1);
    expect(of('reconcile_panics_total{controller="db"}')).toBe(0);
    expect(of('reconcile_timeouts_total{controller="db"}')).toBe(0);
    expect(of('max_concurrent_reconciles{controller="db"}')).toBe(4);
    expect(of('active_workers{controller="db"}')).toBe(1);
    expect(of('reconcile_time_seconds_sum{controller="db"}')).toBe(1.5);
    expect(of('reconcile_time_seconds_bucket{controller="db",le="1.25"}')).toBe(0);
    expect(of('reconcile_time_seconds_bucket{controller="db",le="1.5"}')).toBe(1);
    expect(
      scraped.get(
        'neo4j_operator_reconciliation_duration_seconds_sum{controller="db",namespace="x",resource="neo4jdatabases"}',
      ),
    ).toBe(1.5);
  });

  it('reads a queue when it is scraped, and counts its items', async () => {
    const metrics = createPrometheusMetrics({ prefix });
    const port = metrics.workqueue('db');
    let depth = new Map([[-100, 7]]);
    port.observe({ depth: () => depth, unfinishedWorkMs: () => 3000, longestRunningMs: () => 2000 });
    port.added();
    port.retried();
    port.waited(5);
    port.worked(20);

    const scraped = await samples(metrics);
    const of = (name: string) => scraped.get(`workqueue_${name}`);
    expect(of('depth{controller="db",name="db",priority="-100"}')).toBe(7);
    expect(of('depth{controller="db",name="db",priority="0"}')).toBe(0);
    expect(of('unfinished_work_seconds{controller="db",name="db"}')).toBe(3);
    expect(of('longest_running_processor_seconds{controller="db",name="db"}')).toBe(2);
    expect(of('adds_total{controller="db",name="db"}')).toBe(1);
    expect(of('retries_total{controller="db",name="db"}')).toBe(1);
    expect(of('queue_duration_seconds_sum{controller="db",name="db"}')).toBe(0.005);
    expect(of('queue_duration_seconds_bucket{controller="db",le="1e-8",name="db"}')).toBe(0);
    expect(of('work_duration_seconds_sum{controller="db",name="db"}')).toBe(0.02);

    depth = new Map();
    expect((await samples(metrics)).has('workqueue_depth{controller="db",name="db",priority="-100"}')).toBe(
      false,
    );
  });

  it('counts requests as client-go does', async () => {
    const metrics = createPrometheusMetrics({ prefix });
    const port = metrics.requests();
    const request = { method: 'GET', host: 'h', durationMs: 30, requestBytes: 0, responseBytes: 2000 };
    port.requestDone({ ...request, code: '200' });
    port.requestDone({ ...request, code: '<error>' });
    port.requestRetried({ method: 'GET', host: 'h', code: '429' });

    const scraped = await samples(metrics);
    const of = (name: string) => scraped.get(`rest_client_${name}`);
    expect(of('requests_total{code="200",host="h",method="GET"}')).toBe(1);
    expect(of('requests_total{code="<error>",host="h",method="GET"}')).toBe(1);
    expect(of('request_retries_total{code="429",host="h",verb="GET"}')).toBe(1);
    expect(of('request_duration_seconds_sum{host="h",verb="GET"}')).toBe(0.06);
    expect(of('response_size_bytes_sum{host="h",verb="GET"}')).toBe(4000);
    expect(of('request_size_bytes_count{host="h",verb="GET"}')).toBe(2);
  });

  it('reads an informer when it is scraped, with no age before anything was heard', async () => {
    const metrics = createPrometheusMetrics({ prefix });
    const port = metrics.informer('pods');
    let age = Infinity;
    port.observe({ objects: () => 3, synced: () => true, lastEventAgeMs: () => age });
    port.bytesReceived(100);
    port.events('ADDED', 2);
    port.relisted('gone');
    port.reconnected('idle');

    const scraped = await samples(metrics);
    const of = (name: string) => scraped.get(`informer_${name}`);
    expect(of('objects{resource="pods"}')).toBe(3);
    expect(of('synced{resource="pods"}')).toBe(1);
    expect(of('last_event_age_seconds{resource="pods"}')).toBeUndefined();
    expect(of('bytes_in_total{resource="pods"}')).toBe(100);
    expect(of('events_total{resource="pods",type="ADDED"}')).toBe(2);
    expect(of('relists_total{reason="gone",resource="pods"}')).toBe(1);
    expect(of('watch_reconnects_total{reason="idle",resource="pods"}')).toBe(1);

    age = 1500;
    expect((await samples(metrics)).get('informer_last_event_age_seconds{resource="pods"}')).toBe(1.5);
  });

  it('tells the informers of one resource as one, until they have stopped', async () => {
    const metrics = createPrometheusMetrics({ prefix });
    const observe = (objects: number, synced: boolean, ageMs: number) =>
      metrics
        .informer('pods')
        .observe({ objects: () => objects, synced: () => synced, lastEventAgeMs: () => ageMs });
    const scraped = async (): Promise<unknown> => {
      const values = await samples(metrics);
      return ['objects', 'synced', 'last_event_age_seconds'].map((name) =>
        values.get(`informer_${name}{resource="pods"}`),
      );
    };
    const stops = [observe(3, true, 1500), observe(4, true, 2500)];
    expect(await scraped()).toEqual([7, 1, 2.5]);
    const stop = observe(0, false, Infinity);
    expect(await scraped()).toEqual([7, 0, 2.5]);
    stop();
    stop();
    stops[1]?.();
    expect(await scraped()).toEqual([3, 1, 1.5]);
    stops[0]?.();
    expect(await scraped()).toEqual([undefined, undefined, undefined]);
    observe(1, true, 0);
    expect(await scraped()).toEqual([1, 1, 0]);
  });

  it('tells who leads, how late the loop is and what the process uses', async () => {
    const metrics = createPrometheusMetrics({ prefix, loopLag: new LoopLagMeter(new VirtualClock()) });
    metrics.events().dropped('failed');
    expect((await samples(metrics)).get('events_dropped_total{reason="failed"}')).toBe(1);
    const port = metrics.leader('lease');
    expect((await samples(metrics)).get('leader_election_master_status{name="lease"}')).toBe(0);
    port.leading(true);
    port.slowPath();
    const scraped = await samples(metrics);
    expect(scraped.get('leader_election_master_status{name="lease"}')).toBe(1);
    expect(scraped.get('leader_election_slowpath_total{name="lease"}')).toBe(1);
    expect(scraped.get('eventloop_lag_seconds')).toBe(0);
    expect(scraped.get('process_resident_memory_bytes')).toBeGreaterThan(1e6);
    expect(scraped.get('process_cpu_seconds_total')).toBeGreaterThan(0);
  });

  it('can be made twice in one process', async () => {
    const [first, second] = [createPrometheusMetrics({ prefix }), createPrometheusMetrics({ prefix })];
    first.leader('a');
    expect((await samples(second)).has('leader_election_master_status{name="a"}')).toBe(false);
    expect((await second.render()).contentType).toContain('text/plain');
  });
});
