import { afterEach, describe, expect, it } from '@jest/globals';
import { annotations, type ClusterSession } from '@neo4j-operator/cluster-access';
import { createDatabase, dropDatabase, Neo4jError, type Row, versionOf } from '@neo4j-operator/neo4j-admin';
import { type PassContext, silentLogger, type Stored } from '@neo4j-operator/reconcile-kit';
import { EMPTY } from 'rxjs';
import { planDeletion } from '../plan/deletion.ts';
import { databaseObject, databaseView, openGate, stateWith } from '../states.spec-helper.ts';
import { namespace, version, World, type WorldOptions } from '../world.spec-helper.ts';
import { Refusals } from '../refusals.ts';
import { executors } from './executors.ts';

const worlds: World[] = [];

async function start(options: WorldOptions = {}): Promise<World> {
  const world = await World.start(options);
  worlds.push(world);
  return world;
}

afterEach(async () => {
  for (const world of worlds.splice(0)) await world.end();
});

const one = { primaries: 1, secondaries: 0 };

describe('a database that is being made', () => {
  it('is not taken for ours if somebody else makes it in the last moment', async () => {
    const world = await start();
    world.intrusion = {
      before: 'CREATE DATABASE',
      statements: [createDatabase(version, { name: 'movies', topology: one })],
    };
    world.createDatabase('movies');
    await world.settle();
    expect(world.ready('movies')).toBe('False/DatabaseExists');
    expect(world.object('movies')?.metadata.annotations ?? {}).toEqual({});
    expect((await world.database('movies'))?.requested).toEqual(one);
    world.delete('movies');
    await world.settle();
    expect(await world.database('movies')).toBeDefined();
  });

  it('is ours though the answer is lost', async () => {
    const world = await start();
    world.lostAnswer = 'CREATE DATABASE';
    world.createDatabase('movies');
    await world.settle(60_000);
    expect(world.lostAnswer).toBeUndefined();
    expect(world.effects.filter((effect) => effect === 'CREATE DATABASE')).toHaveLength(1);
    expect(world.ready('movies')).toBe('True/Online');
    expect(world.recordedId('movies')).toBe((await world.database('movies'))?.id);
  });

  it('leaves no note if the server has refused it, and is made when there is room', async () => {
    const world = await start({ settings: { 'dbms.max_databases': '3' } });
    world.createDatabase('movies', { deletionPolicy: 'Drop' });
    await world.settle();
    world.createDatabase('music');
    await world.settle();
    expect(world.ready('music')).toBe('False/LimitReached');
    expect(world.object('music')?.metadata.annotations ?? {}).not.toHaveProperty([annotations.creating]);
    const before = world.effects.length;
    await world.settle(600_000);
    expect(world.effects.slice(before)).toEqual([]);
    world.delete('movies');
    await world.settle(60_000);
    expect(world.ready('music')).toBe('True/Online');
  });

  it('is made empty in place of one that was kept and is gone, and that is told', async () => {
    const world = await start();
    world.createDatabase('movies');
    await world.settle();
    world.delete('movies');
    await world.settle();
    await world.ask(dropDatabase(version, 'movies', 'destroy', 'keep'));
    await world.settle(60_000);
    world.createDatabase('movies');
    await world.settle();
    expect(world.ready('movies')).toBe('True/Online');
    expect(world.events).toContainEqual(
      expect.objectContaining({ type: 'Warning', reason: 'KeptDatabaseGone' }),
    );
  });
});

describe('a database that is another one by now', () => {
  const replaced = [
    dropDatabase(version, 'movies', 'destroy', 'keep'),
    createDatabase(version, { name: 'movies', topology: one }),
  ];

  it.each([
    { what: 'changed', edit: { topology: { primaries: 2 } } },
    { what: 'stopped', edit: { state: 'offline' } },
  ] as const)('is not $what', async ({ edit }) => {
    const world = await start();
    world.createDatabase('movies');
    await world.settle();
    world.intrusion = { before: 'SHOW DATABASE', statements: replaced };
    world.edit('movies', edit);
    await world.settle();
    expect(world.ready('movies')).toBe('False/IdentityChanged');
    expect(await world.database('movies')).toMatchObject({ requested: one, requestedStatus: 'online' });
  });

  it('is dropped although a server is down', async () => {
    const world = await start();
    world.createDatabase('movies', { deletionPolicy: 'Drop' });
    await world.settle();
    world.neo4j.crash(2);
    await world.settle(60_000);
    world.delete('movies');
    await world.settle();
    expect(world.object('movies')).toBeUndefined();
    expect(await world.database('movies')).toBeUndefined();
    expect(world.events.at(-1)).toMatchObject({ type: 'Normal', reason: 'Dropping' });
  });

  it('is not dropped', async () => {
    const world = await start();
    world.createDatabase('movies', { deletionPolicy: 'Drop' });
    await world.settle();
    world.intrusion = { before: 'SHOW DATABASE', statements: replaced };
    world.delete('movies');
    await world.settle();
    expect(world.object('movies')).toBeUndefined();
    expect(world.events.at(-1)).toMatchObject({ reason: 'IdentityChanged' });
    expect(await world.database('movies')).toBeDefined();
  });
});

describe('what is remembered', () => {
  const record = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'graph-kept-databases', namespace },
  };

  it('is not put into a ConfigMap of somebody else', async () => {
    const world = await start();
    world.createDatabase('movies');
    await world.settle();
    world.kube.client.create({ ...record, data: { a: '1' } }, 'user');
    world.delete('movies');
    await world.settle();
    expect(world.condition('movies', 'Stalled')).toMatchObject({ status: 'True', reason: 'NameTaken' });
    expect(world.kept()).toEqual({ a: '1' });
    world.kube.client.delete({ group: '', plural: 'configmaps' }, namespace, 'graph-kept-databases');
    world.annotate('movies', 'again', 'please');
    await world.settle();
    expect(world.object('movies')).toBeUndefined();
    expect(Object.keys(world.kept() ?? {})).toEqual(['movies']);
  });

  it('survives that somebody has emptied the ConfigMap', async () => {
    const world = await start();
    for (const name of ['movies', 'music']) {
      world.createDatabase(name);
      await world.settle();
    }
    world.delete('movies');
    await world.settle();
    const type = { group: '', plural: 'configmaps' };
    const emptied = world.kube.client.get(type, namespace, 'graph-kept-databases');
    if (emptied === undefined) throw new Error('nothing is remembered');
    delete emptied['data'];
    world.kube.client.update(emptied, 'user');
    world.delete('music');
    await world.settle();
    expect(Object.keys(world.kept() ?? {})).toEqual(['music']);
  });
});

describe('dropping a database', () => {
  const object = databaseObject({ deletionPolicy: 'Drop' }, { recordedId: 'id-1', deleting: true });
  const state = stateWith({ gate: openGate([databaseView()]) });

  function drop(target: Stored, admin: () => Promise<never>): Promise<unknown> {
    const [action] = planDeletion(object, state).actions;
    if (action?.kind !== 'DropDatabase') throw new Error('nothing is to be dropped');
    const rows: readonly Row[] = [{ name: 'movies', databaseID: 'id-1', type: 'standard' }];
    const session = {
      target: { version: versionOf('2026.08.1') },
      read: () => Promise.resolve({ rows }),
      admin,
    } as unknown as ClusterSession;
    const { DropDatabase } = executors(
      { access: { get: () => session, changes$: EMPTY, startedAt: 0 } },
      new Refusals(),
    );
    const context = { log: silentLogger } as unknown as PassContext;
    return DropDatabase(action, object, context, target);
  }

  it('does not happen if the object says otherwise by now', async () => {
    const dropped = drop(databaseObject({}, { deleting: true }), () => Promise.reject(new Error('sent')));
    await expect(dropped).rejects.toMatchObject({ name: 'PreconditionFailed' });
  });

  it('is not tried again while aliases point to it', async () => {
    const error = new Neo4jError('aliases', {
      reason: 'HasAliases',
      remedy: 'give-up',
      outcomeUnknown: false,
    });
    await expect(drop(object, () => Promise.reject(error))).rejects.toMatchObject({
      name: 'TerminalError',
      reason: 'HasAliases',
    });
  });

  it('is tried again if it may have happened', async () => {
    const error = new Neo4jError('lost', { reason: 'ConnectionLost', remedy: 'retry', outcomeUnknown: true });
    await expect(drop(object, () => Promise.reject(error))).rejects.toBe(error);
  });
});
