import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { clusters, type Secret, secrets } from '@neo4j-operator/cluster-access';
import { defineResource, findCondition } from '@neo4j-operator/reconcile-kit';
import { type RealNeo4j, realNeo4j } from '../../../tools/demo/real-neo4j.ts';
import { startSimulatedControlPlane } from '../../controlplane/src/simulated.ts';
import { describeWithServer } from '../../neo4j/src/describe.ts';
import { openDriver } from '../../neo4j/src/driver.ts';
import { RealStage, workspace } from '../../stage/src/index.ts';

const pods = defineResource({ group: '', version: 'v1', plural: 'pods', kind: 'Pod', namespaced: true });
const example = readFileSync(join(workspace, 'examples/community.yaml'), 'utf8');
/** On busy cores a start takes a minute, and there are two. */
const withinMs = 180_000;

describeWithServer('2026.08.1', 'The demo on a real server', () => {
  const said: string[] = [];
  let real: RealNeo4j;
  let stage: RealStage;

  beforeAll(async () => {
    real = realNeo4j((line) => said.push(line));
    stage = await RealStage.open(startSimulatedControlPlane, { programs: real.programs });
    stage.startOperator();
  });
  afterAll(async () => {
    await stage.close();
    real.close();
  });

  async function becomesReady(): Promise<void> {
    await stage.apply(example);
    await stage.until(async () => {
      const cluster = await stage.get(clusters, 'default', 'solo');
      return findCondition(cluster?.status?.conditions, 'Ready')?.status === 'True';
    }, withinMs);
  }

  async function query(text: string): Promise<readonly unknown[]> {
    const secret = (await stage.get(secrets, 'default', 'solo-auth')) as Secret | undefined;
    const password = Buffer.from(secret?.data?.['password'] ?? '', 'base64').toString();
    const [pod] = await stage.list(pods, 'default');
    const { podIP } = (pod as unknown as { readonly status: { readonly podIP: string } }).status;
    const { driver, close } = openDriver({
      boltAddress: `${podIP}:7687`,
      credentials: { username: 'neo4j', password },
    });
    try {
      const { records } = await driver.executeQuery(text);
      return records.map((record) => record.get(0) as unknown);
    } finally {
      await close();
    }
  }

  it('comes up with what the operator has rendered, and after it is deleted and applied again has its data', async () => {
    await becomesReady();
    await query("CREATE (:Film {title: 'Metropolis'})");
    // A line of the ConfigMap that the server would otherwise not have, and the heap that the launcher was told.
    expect(await query("SHOW SETTINGS 'db.logs.query.threshold' YIELD value")).toEqual(['5s']);
    expect(await query("SHOW SETTINGS 'server.memory.heap.max_size' YIELD value")).toEqual(['640.00MiB']);

    await stage.delete(clusters, 'default', 'solo');
    await stage.until(async () => (await stage.list(pods, 'default')).length === 0);

    await becomesReady();
    expect(await query('MATCH (film:Film) RETURN film.title')).toEqual(['Metropolis']);
  }, 400_000);

  it('tells which of the rendered lines do not hold here, each with what was rendered', () => {
    const [first = '', conf = '', second = '', ...lines] = said.map((line) => line.trim());
    const rendered = readFileSync(join(workspace, 'libs/cluster/golden/2026.08.1/community.conf'), 'utf8');
    const count = rendered.split('\n').filter((line) => line.includes('=')).length + 1;
    expect(first).toBe(`solo-1-0 runs a real Neo4j on ${count} lines as the operator rendered them:`);
    expect(conf).toMatch(/neo4j\.conf$/);
    expect(second).toMatch(/^but for 7 of them, as there is no container: .*neo4j\.conf says$/);
    expect(lines).toHaveLength(7);
    for (const line of lines) {
      const [, key = '', was = ''] = /^([\w.]+)=\S+ {3}# rendered: (\S+)$/.exec(line) ?? [];
      expect(rendered).toContain(`\n${key}=${was}\n`);
    }
  });

  it('leaves no home folder', async () => {
    const file = /: (\S+) says$/.exec(said[2] ?? '')?.[1] ?? '';
    expect(existsSync(file)).toBe(true);
    await stage.close();
    real.close();
    expect(existsSync(dirname(dirname(dirname(file))))).toBe(false);
  });

  it('does not start what there is no real server for', () => {
    const start = real.programs('neo4j:2026.08.1-enterprise')?.start;
    expect(() => start?.({} as never)).toThrow(
      'there is no real server for neo4j:2026.08.1-enterprise: only Community Edition 5.26.30 and 2026.08.1',
    );
    expect(real.programs('busybox')).toBeUndefined();
  });
});
