// Databases by the thousand, and what becomes of single ones.
import { describe, expect, it } from '@jest/globals';
import { type DatabaseObject, databases } from '@neo4j-operator/cluster-access';
import { type Condition, findCondition, type Stored } from '@neo4j-operator/reconcile-kit';
import type { Stage } from '../../stage/src/index.ts';
import {
  changesDuring,
  clusterYaml,
  databaseYaml,
  edit,
  graph,
  leader,
  lives,
  play,
  say,
  told,
  untilReady,
  untilTold,
} from './behaviour.spec-helper.ts';
import { database, isSettled } from './thread.spec-helper.ts';

const small = { topology: { primaries: 3, secondaries: 1 } };
const thousand = 1000;
const nameOf = (index: number): string => `db${String(index).padStart(4, '0')}`;
const all = Array.from({ length: thousand }, (_, index) => databaseYaml(nameOf(index))).join('\n---\n');

function conditionOf(object: Stored<DatabaseObject> | undefined, type: string): Condition | undefined {
  return findCondition(object?.status?.conditions, type);
}

/** Time until an object says why it is stalled, or not ready. */
async function untilSaid(
  stage: Stage,
  name: string,
  type: 'Ready' | 'Stalled',
  reason: string,
): Promise<string> {
  await stage.until(() => conditionOf(database(stage, name), type)?.reason === reason, 60_000);
  return conditionOf(database(stage, name), type)?.message ?? '';
}

/** What Neo4j has: `<primaries>+<secondaries> <status>`. */
function known(stage: Stage, name: string): string | undefined {
  const found = leader(stage).state.databases.get(name);
  return found && `${found.primaries}+${found.secondaries} ${found.status}`;
}

describe('A thousand databases', () => {
  it('are made in passable time, and settled cost no more than one poller', async () => {
    await play(
      async (stage) => {
        await stage.apply(
          clusterYaml({ topology: { primaries: 1 }, config: { 'dbms.max_databases': '2000' } }),
        );
        await untilReady(stage);
        const before = stage.world.statements.length;
        const requests = stage.requestsOf(stage.operatorUser).length;
        await stage.apply(all);
        const took = await stage.until(() => stage.list(databases).every(isSettled), 900_000, 1000);
        const statements = stage.world.statements.slice(before);
        expect(statements.filter(({ text }) => /\bCREATE DATABASE\b/.test(text)).length).toBe(thousand);
        expect(took).toBeLessThan(600_000);
        // A creation has its object read and written some times; what the cluster says is read once for all that wait for it.
        expect(statements.length).toBeLessThan(6 * thousand);
        expect(stage.requestsOf(stage.operatorUser).length - requests).toBeLessThan(12 * thousand);
        await stage.advance(120_000);
        const settled = stage.world.statements.length;
        const quiet = stage.requestsOf(stage.operatorUser).length;
        expect(await stage.isQuiet()).toBe(true);
        expect(stage.world.statements.length - settled).toBeLessThanOrEqual(6);
        expect(stage.requestsOf(stage.operatorUser).length - quiet).toBeLessThan(20);
      },
      { requestLogSize: 100_000 },
    );
  }, 120_000);

  it('wait without asking for a cluster that is not there', async () => {
    await play(
      async (stage) => {
        await stage.apply(all);
        await stage.advance(60_000);
        expect(conditionOf(database(stage, nameOf(7)), 'Ready')).toMatchObject({
          status: 'False',
          reason: 'ClusterNotFound',
        });
        const before = stage.requestsOf(stage.operatorUser).length;
        await stage.advance(300_000);
        const more = stage.requestsOf(stage.operatorUser).slice(before);
        expect(more.length).toBeLessThan(100);
        expect(more.filter(({ method }) => method !== 'GET')).toEqual([]);
      },
      { requestLogSize: 100_000 },
    );
  }, 60_000);
});

describe('A database', () => {
  it('on the pool of secondaries follows it, and a person who changes it is corrected', async () => {
    await play(async (stage) => {
      await stage.apply(clusterYaml(small));
      await stage.apply(databaseYaml('movies', { topology: { primaries: 3, secondaries: 'pool' } }));
      await untilReady(stage);
      expect(known(stage, 'movies')).toBe('3+1 online');
      const before = lives(stage);
      await edit(stage, { topology: { secondaries: 3 } });
      await untilReady(stage);
      await stage.until(() => known(stage, 'movies') === '3+3 online');
      await untilReady(stage);
      expect(lives(stage)).toMatchObject(before);

      await say(stage, 'ALTER DATABASE movies SET TOPOLOGY 1 PRIMARY 1 SECONDARY');
      await say(stage, 'ALTER DATABASE movies SET TOPOLOGY 3 PRIMARIES 1 SECONDARY');
      await stage.until(() => known(stage, 'movies') === '3+3 online', 120_000);
    });
  });

  it('that names the default database alone owns its topology', async () => {
    await play(async (stage) => {
      await stage.apply(clusterYaml(small));
      await untilReady(stage);
      expect(known(stage, 'neo4j')).toBe('3+1 online');
      await stage.apply(databaseYaml('neo4j', { topology: { primaries: 3, secondaries: 0 } }));
      await stage.until(() => known(stage, 'neo4j') === '3+0 online', 60_000);
      await untilReady(stage);
      expect(await changesDuring(stage)).toEqual([]);
      expect(known(stage, 'neo4j')).toBe('3+0 online');
      // Its object gone, the cluster sets it again.
      await stage.delete(databases, 'default', 'neo4j');
      await stage.until(() => known(stage, 'neo4j') === '3+1 online', 120_000);
      await untilReady(stage);
    });
  });

  it('has one object, and the next takes over when that goes', async () => {
    await play(async (stage) => {
      await stage.apply(clusterYaml(small));
      await stage.apply(databaseYaml('movies'));
      await untilReady(stage);
      await stage.apply(databaseYaml('movies').replace('"name":"movies"}', '"name":"copy"}'));
      expect(await untilSaid(stage, 'copy', 'Stalled', 'Duplicate')).toContain('movies');
      const id = leader(stage).state.databases.get('movies')?.id;
      await stage.delete(databases, 'default', 'movies');
      await stage.until(() => isSettled(database(stage, 'copy')), 120_000);
      expect(leader(stage).state.databases.get('movies')?.id).toBe(id);
    });
  });

  it('is kept or dropped with its object as that says, and taken over only on request', async () => {
    await play(async (stage) => {
      await stage.apply(clusterYaml(small));
      await stage.apply(databaseYaml('kept'));
      await stage.apply(databaseYaml('dropped', { deletionPolicy: 'Drop' }));
      await untilReady(stage);
      await say(stage, 'CREATE DATABASE $name IF NOT EXISTS', { parameters: { name: 'foreign' } });
      const id = leader(stage).state.databases.get('kept')?.id;
      await stage.delete(databases, 'default', 'kept');
      await stage.delete(databases, 'default', 'dropped');
      await stage.until(() => stage.list(databases).length === 0, 60_000);
      expect([known(stage, 'kept'), known(stage, 'dropped')]).toEqual(['3+0 online', undefined]);

      await stage.apply(databaseYaml('kept'));
      await untilReady(stage);
      expect(leader(stage).state.databases.get('kept')?.id).toBe(id);

      await stage.apply(databaseYaml('foreign'));
      expect(await untilSaid(stage, 'foreign', 'Stalled', 'DatabaseExists')).toContain('spec.adoptExisting');
      await stage.apply(databaseYaml('foreign', { adoptExisting: true }));
      await untilReady(stage);
    });
  });

  it('that cannot be had says why, and is made once it can', async () => {
    await play(async (stage) => {
      await stage.apply(clusterYaml(small));
      await stage.apply(databaseYaml('large', { topology: { primaries: 5 } }));
      expect(await untilSaid(stage, 'large', 'Stalled', 'TopologyImpossible')).toMatch(/5 primaries/);
      await untilTold(stage, 'Ready', 'True Available');
      await stage.apply(databaseYaml('large', { topology: { primaries: 3 } }));
      await untilReady(stage);
      expect(known(stage, 'large')).toBe('3+0 online');

      await stage.apply(databaseYaml('large', { topology: { primaries: 5 } }));
      await untilSaid(stage, 'large', 'Stalled', 'TopologyImpossible');
      expect(known(stage, 'large')).toBe('3+0 online');
      await edit(stage, { topology: { primaries: 5 } });
      await untilReady(stage, 600_000);
      expect(known(stage, 'large')).toBe('5+0 online');
    });
  });

  it('is stopped and started', async () => {
    await play(async (stage) => {
      await stage.apply(clusterYaml(small));
      await stage.apply(databaseYaml('movies', { topology: { primaries: 3 } }));
      await untilReady(stage);
      const kept = stage.probes(graph, 'movies');
      expect(await kept.write('a')).toBe(true);
      await stage.apply(databaseYaml('movies', { topology: { primaries: 3 }, state: 'offline' }));
      await untilReady(stage);
      expect(known(stage, 'movies')).toBe('3+0 offline');
      expect(conditionOf(database(stage, 'movies'), 'Ready')?.reason).toBe('Offline');
      expect(told(stage, 'Ready')).toBe('True Available');
      await stage.apply(databaseYaml('movies', { topology: { primaries: 3 } }));
      await untilReady(stage);
      expect(await kept.read('a')).toBe(true);
    });
  });
});
