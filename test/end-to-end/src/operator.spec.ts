// The operator as it is shipped: its bundle as a process of its own, under the roles that it is installed with.
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { sleep, systemClock } from '@neo4j-operator/clock';
import { clusters, databases } from '@neo4j-operator/cluster-access';
import type { SessionConfig } from 'neo4j-driver';
import { describeStages } from '../../stage/src/end-to-end/describe-stages.ts';
import type { RealStage } from '../../stage/src/index.ts';
import { withDriver } from './driver.spec-helper.ts';
import { killedAt } from './kills.spec-helper.ts';
import { describeNamespaced } from './namespaced.spec-helper.ts';
import { Replicas } from './replicas.spec-helper.ts';
import {
  clusterOn,
  databaseOn,
  eventually,
  finalState,
  graph,
  identities,
  ownObjects,
  pods,
  podsOn,
  quickstart,
  quickstartFile,
  secretValues,
  statefulSets,
  untilSettled,
} from './thread.spec-helper.ts';

const minuteMs = 60_000;

describeStages('The operator as it is shipped', (open) => {
  /** Left alone once its cluster is there. */
  let calm: RealStage;
  /** Where things happen. */
  let stage: RealStage;
  /** When the calm one was settled, and how much had gone on there by then. */
  let settled: { readonly atMs: number; readonly audit: number; readonly statements: number };

  beforeAll(async () => {
    [calm, stage] = await Promise.all([open(), open()]);
  });
  afterAll(async () => {
    await calm.close();
    await stage.close();
  });
  afterEach(() => {
    for (const each of [calm, stage]) expect(each.forbidden()).toEqual([]);
  });

  it('brings the cluster of the quickstart to Ready, as kubectl shows it', async () => {
    const operator = calm.startOperator();
    await calm.until(() => operator.isReady());
    const kubectl = (...args: readonly string[]): Promise<string> => calm.controlPlane.kubectl(args);
    await kubectl('apply', '-f', quickstartFile);
    await kubectl('wait', '--for=condition=Ready', '--timeout=60s', 'n4j/graph', 'n4jdb/movies');

    expect(await kubectl('get', 'n4j')).toMatch(
      /^NAME +PRIMARIES +SECONDARIES +READY +VERSION +PHASE +REASON +AGE\ngraph +3 +1 +True +2026\.08\.1 +Ready +Available +\d+s\n$/,
    );
    expect(await kubectl('get', 'neo4j')).toMatch(
      /\nneo4jdatabase\S+\/movies +graph +movies +3 +1 +True +Ready +Online +\d+s\n/,
    );
    await eventually(calm, async () => {
      expect(await kubectl('describe', 'n4j', 'graph')).toMatch(/\n +Normal +Available .* neo4j-operator /);
    });
    const described = await kubectl('describe', 'n4j', 'graph');
    expect(described).toMatch(/Reason: +Available\n +Status: +True\n +Type: +Ready\n/);
    expect(described).toMatch(/Reason: +NoTls\n +Status: +True\n +Type: +TransportPlain\n/);
  });

  it('gives the address and the password with which a driver writes and reads', async () => {
    const { credentials, endpoints } = (await clusterOn(calm))?.status ?? {};
    const at = { url: endpoints?.neo4j ?? '', secret: credentials?.secretName ?? '' };
    await withDriver(calm, at, async (driver) => {
      for (const database of ['neo4j', 'movies']) {
        const id = `written to ${database}`;
        const where: { readonly [K in keyof SessionConfig]: SessionConfig[K] } = { database };
        const session = driver.session(where);
        await session.executeWrite((tx) => tx.run('MERGE (p:Probe {id: $id})', { id }));
        const { records } = await session.executeRead((tx) =>
          tx.run('MATCH (p:Probe {id: $id}) RETURN p.id AS id', { id }),
        );
        expect(records.map((record) => record.get('id') as string)).toEqual([id]);
        await session.close();
      }
    });
  });

  it('answers probes, and counts what it does', async () => {
    const { operator } = calm;
    expect(await operator?.fetch('/healthz')).toMatchObject({ status: 200 });
    expect(await operator?.fetch('/readyz')).toMatchObject({ status: 200 });
    expect(await operator?.get('/elsewhere')).toBe(404);
    const { body = '' } = (await operator?.fetch('/metrics')) ?? {};
    const values = new Map(
      [...body.matchAll(/^(neo4j_operator_[^ ]+) ([\d.e+-]+)$/gm)].map(([, name = '', value]) => [
        name,
        Number(value),
      ]),
    );
    const at = (name: string): number => values.get(`neo4j_operator_${name}`) ?? 0;
    for (const access of ['read', 'admin']) {
      expect(at(`neo4j_statements_total{access="${access}",outcome="Success"}`)).toBeGreaterThan(0);
      expect(at(`neo4j_statement_duration_seconds_count{access="${access}"}`)).toBeGreaterThan(0);
    }
    expect(at('neo4j_readings_total{result="success"}')).toBeGreaterThan(0);
    expect(at('neo4j_reading_duration_seconds_count')).toBeGreaterThan(0);
    expect(at('neo4j_cluster_reachable{namespace="default",name="graph"}')).toBe(1);
    for (const [controller, resource] of [
      ['cluster', 'neo4jenterpriseclusters'],
      ['database', 'neo4jdatabases'],
    ]) {
      const labels = `controller="${controller}",resource="${resource}",namespace="default"`;
      expect(at(`reconciliation_duration_seconds_count{${labels}}`)).toBeGreaterThan(0);
    }
    await untilSettled(calm, 4);
    settled = {
      atMs: systemClock.monotonic(),
      audit: calm.controlPlane.audit.position(),
      statements: calm.world.statements.length,
    };
  });

  it('ends the same if it is killed on the way, five times', async () => {
    const moments = {
      'after the Secrets': /^POST \S+\/secrets$/,
      'after the first StatefulSet': /^PATCH \S+\/statefulsets\/graph-1$/,
      'between the statements for its account': /\bCREATE USER\b/,
      'while it enables a server': /\bENABLE SERVER\b/,
      'while it makes the database': /\bCREATE DATABASE\b/,
    };
    const kills = await killedAt(stage, moments, async () => {
      await stage.apply(quickstart);
      await untilSettled(stage, 4);
    });
    expect(kills.toSorted()).toEqual(Object.keys(moments).toSorted());
    expect(await finalState(stage)).toEqual(await finalState(calm));
  });

  it('adds a primary, and with kubectl scale a secondary, and leaves the others alone', async () => {
    stage.startOperator('--leader-election=false');
    const before = await podsOn(stage);
    await stage.patch(clusters, 'default', 'graph', { spec: { topology: { primaries: 4 } } });
    await untilSettled(stage, 5);
    await stage.controlPlane.kubectl(['scale', 'n4j', 'graph', '--replicas=2']);
    await untilSettled(stage, 6);
    expect(await podsOn(stage)).toMatchObject(before);
    const cluster = await clusterOn(stage);
    expect(cluster?.status?.replicas).toEqual({ primaries: 4, secondaries: 2, ready: 6 });
    expect(cluster?.status?.servers?.map(({ modeConstraint }) => modeConstraint)).toEqual([
      'NONE',
      'NONE',
      'NONE',
      'SECONDARY',
      'NONE',
      'SECONDARY',
    ]);
    await eventually(stage, async () => {
      expect((await databaseOn(stage))?.status).toMatchObject({ currentPrimaries: 3, currentSecondaries: 2 });
    });
  });

  it('has a server come back with its data and its identity when its pod is deleted', async () => {
    for (const name of ['neo4j', 'movies']) expect(await stage.probes(graph, name).write('kept')).toBe(true);
    const [before, ids] = [await podsOn(stage), await identities(stage)];
    await stage.delete(pods, 'default', 'graph-2-0');
    await stage.until(
      async () => (await podsOn(stage))['graph-2-0']?.startsWith(uidOf(before, 'graph-2-0')) === false,
    );
    await stage.until(() => stage.world.serversOf(graph).length === 6);
    await untilSettled(stage, 6);
    const { 'graph-2-0': moved, ...others } = await podsOn(stage);
    expect(before).toMatchObject(others);
    expect(moved).not.toBe(before['graph-2-0']);
    expect(await identities(stage)).toEqual(ids);
    await stage.until(() => stage.probes(graph, 'movies').read('kept'));
  });

  it('tells that servers are lost with their node, and has them back with it', async () => {
    const ids = await identities(stage);
    await stage.nodes.fail('node-2');
    await eventually(stage, async () => {
      const ready = (await clusterOn(stage))?.status?.conditions?.find(({ type }) => type === 'Ready');
      expect(ready).toMatchObject({ status: 'False' });
    });
    expect(await stage.probes(graph, 'movies').write('meanwhile')).toBe(true);
    await stage.nodes.recover('node-2');
    await untilSettled(stage, 6);
    expect(await identities(stage)).toEqual(ids);
    for (const id of ['kept', 'meanwhile']) await stage.until(() => stage.probes(graph, 'movies').read(id));
  });

  it('finds data and passwords again when everything is deleted and applied once more', async () => {
    const [values, ids] = [await secretValues(stage), await identities(stage)];
    expect(values).toHaveLength(3);
    await stage.controlPlane.kubectl(['delete', '-f', quickstartFile, '--timeout=60s']);
    await stage.until(async () => (await stage.list(statefulSets, 'default')).length === 0);
    await eventually(stage, async () => {
      expect(await ownObjects(stage)).toEqual({
        persistentvolumeclaims: ['graph-1', 'graph-2', 'graph-3', 'graph-4', 'graph-5', 'graph-6'],
        configmaps: ['graph-kept-databases'],
        secrets: ['graph-auth', 'graph-bootstrap', 'graph-operator'],
      });
    });
    expect(await stage.list(databases, 'default')).toEqual([]);

    await stage.apply(
      quickstart.replace('primaries: 3\n    secondaries: 1', 'primaries: 4\n    secondaries: 2'),
    );
    await untilSettled(stage, 6);
    expect(await secretValues(stage)).toEqual(values);
    expect(await identities(stage)).toEqual(ids);
    for (const name of ['neo4j', 'movies']) await stage.until(() => stage.probes(graph, name).read('kept'));
    expect(await stage.operator?.stop()).toBe(0);
  });

  it('has one of two replicas write: the other goes on when it is killed, and when it stops', async () => {
    const replicas = await Replicas.start(stage);
    const config = (threshold: string): Promise<unknown> =>
      stage.patch(clusters, 'default', 'graph', {
        spec: { config: { 'db.logs.query.threshold': threshold } },
      });

    await config('1s');
    await replicas.untilWritten('one');
    await untilSettled(stage, 6);
    await replicas.end('one', 'SIGKILL');
    await config('2s');
    await replicas.untilWritten('two');
    await untilSettled(stage, 6);

    await replicas.begin('one');
    expect(await replicas.end('two', 'SIGTERM')).toBe(0);
    await config('3s');
    await replicas.untilWritten('one');
    await untilSettled(stage, 6);
    expect(replicas.turns()).toEqual(['one', 'two', 'one']);
    expect(replicas.forbidden()).toEqual([]);
  });

  describeNamespaced(open);

  it('writes nothing in a minute in which nothing happens, and asks Neo4j a few times', async () => {
    await sleep(systemClock, Math.max(0, settled.atMs + minuteMs - systemClock.monotonic()));
    expect(calm.writes(settled.audit)).toEqual([]);
    const asked = calm.world.statements.slice(settled.statements).map(({ text }) => text);
    expect(asked.filter((text) => !text.includes('SHOW '))).toEqual([]);
    expect(asked.length).toBeGreaterThan(2);
    expect(asked.length).toBeLessThan(40);
  });

  it('ends with 0 on SIGTERM', async () => {
    expect(await calm.operator?.stop()).toBe(0);
  });
});

function uidOf(seen: Readonly<Record<string, string>>, pod: string): string {
  return seen[pod]?.split(' ')[0] ?? pod;
}
