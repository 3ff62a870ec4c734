import { afterEach, describe, expect, it } from '@jest/globals';
import { annotations } from '@neo4j-operator/cluster-access';
import { createDatabase, dropDatabase } from '@neo4j-operator/neo4j-admin';
import { namespace, version, World, type WorldOptions } from './world.spec-helper.ts';

const worlds: World[] = [];

async function start(options: WorldOptions = {}): Promise<World> {
  const world = await World.start(options);
  worlds.push(world);
  return world;
}

afterEach(async () => {
  for (const world of worlds.splice(0)) {
    // A namespace on its way out takes nothing new, whoever asks.
    expect(world.forbidden().filter((request) => request !== 'POST configmaps')).toEqual([]);
    await world.end();
  }
});

describe('a database', () => {
  it('is made with the primaries of the default database, and is Ready', async () => {
    const world = await start();
    world.createDatabase('movies');
    await world.settle();
    expect(world.ready('movies')).toBe('True/Online');
    expect(world.object('movies')?.status).toMatchObject({
      phase: 'Ready',
      state: 'online',
      currentPrimaries: 3,
      requestedPrimaries: 3,
      currentSecondaries: 0,
      servers: [
        { name: 'graph-1', role: 'primary', state: 'online' },
        { name: 'graph-2', role: 'primary', state: 'online' },
        { name: 'graph-3', role: 'primary', state: 'online' },
      ],
    });
    expect(world.recordedId('movies')).toBe((await world.database('movies'))?.id);
    expect(world.object('movies')?.metadata.annotations).not.toHaveProperty([annotations.creating]);
    expect(world.events.map(({ reason }) => reason)).toEqual(['Created', 'Online']);
  });

  it('changes topology, stops and starts as the spec says', async () => {
    const world = await start({ primaries: 3, secondaries: 1 });
    world.createDatabase('movies', { topology: { primaries: 1 } });
    await world.settle();
    expect(world.ready('movies')).toBe('True/Online');
    await world.write('movies', 'p1');

    world.edit('movies', { topology: { primaries: 3, secondaries: 'pool' } });
    await world.settle(60_000);
    expect(world.ready('movies')).toBe('True/Online');
    expect((await world.database('movies'))?.requested).toEqual({ primaries: 3, secondaries: 1 });
    expect(world.object('movies')?.status?.servers).toContainEqual({
      name: 'graph-4',
      role: 'secondary',
      state: 'online',
    });

    world.edit('movies', { state: 'offline' });
    await world.settle();
    expect(world.ready('movies')).toBe('True/Offline');
    expect((await world.database('movies'))?.requestedStatus).toBe('offline');

    world.edit('movies', { state: 'online' });
    await world.settle(60_000);
    expect(world.ready('movies')).toBe('True/Online');
    expect(await world.has('movies', 'p1')).toBe(true);
  });

  it('follows the pool of secondaries, as it grows', async () => {
    const world = await start({ primaries: 3, secondaries: 0 });
    world.createDatabase('movies', { topology: { secondaries: 'pool' } });
    await world.settle();
    expect((await world.database('movies'))?.requested).toEqual({ primaries: 3, secondaries: 0 });
    await world.addSecondary();
    world.openSession();
    await world.settle(60_000);
    expect((await world.database('movies'))?.requested).toEqual({ primaries: 3, secondaries: 1 });
    expect(world.ready('movies')).toBe('True/Online');
  });

  it('says what it cannot have, and how many servers there are', async () => {
    const world = await start({ primaries: 3 });
    world.createDatabase('five', { topology: { primaries: 5 } });
    world.createDatabase('copied', { topology: { primaries: 1, secondaries: 5 } });
    world.createDatabase('shrunk', { topology: { primaries: 3 } });
    await world.settle();
    expect(world.ready('five')).toBe('False/TopologyImpossible');
    expect(world.condition('five', 'Stalled')).toMatchObject({
      status: 'True',
      message: expect.stringContaining('5 primaries asked for and 3 enabled servers can host one'),
    });
    expect(await world.database('five')).toBeUndefined();
    expect(world.ready('copied')).toBe('False/TopologyImpossible');
    expect((await world.database('copied'))?.requested).toEqual({ primaries: 1, secondaries: 2 });

    world.edit('shrunk', { topology: { primaries: 1 } });
    world.edit('five', { topology: { primaries: 3 } });
    await world.settle();
    expect(world.ready('shrunk')).toBe('False/OnePrimaryImpossible');
    expect((await world.database('shrunk'))?.requested).toEqual({ primaries: 3, secondaries: 0 });
    expect(world.ready('five')).toBe('True/Online');
    world.edit('shrunk', { topology: { primaries: 3 } });
    await world.settle();
    expect(world.ready('shrunk')).toBe('True/Online');
  });

  it('is not touched while it is paused', async () => {
    const world = await start();
    world.createDatabase('movies', {}, { annotations: { [annotations.paused]: 'true' } });
    await world.settle();
    expect(await world.database('movies')).toBeUndefined();
    expect(world.condition('movies', 'Reconciling')).toMatchObject({ status: 'False', reason: 'Paused' });
    world.annotate('movies', annotations.paused, undefined);
    await world.settle();
    expect(world.ready('movies')).toBe('True/Online');
  });

  it('sends nothing once it is settled', async () => {
    const world = await start();
    world.createDatabase('movies');
    await world.settle(120_000);
    const before = world.effects.length;
    await world.settle(300_000);
    expect(world.effects.slice(before)).toEqual([]);
    await world.stopOperator();
    world.startOperator();
    await world.settle(60_000);
    expect(world.effects.slice(before)).toEqual([]);
    expect(world.ready('movies')).toBe('True/Online');
  });
});

describe('a cluster', () => {
  it('is waited for without asking again and again', async () => {
    const world = await start();
    world.createDatabase('movies', { clusterRef: 'grpah' });
    await world.settle();
    expect(world.ready('movies')).toBe('False/ClusterNotFound');
    const before = world.effects.length;
    await world.settle(3_600_000);
    expect(world.effects.slice(before)).toEqual([]);
    world.edit('movies', { clusterRef: 'graph' });
    await world.settle();
    expect(world.ready('movies')).toBe('True/Online');
  });

  it('that nobody has looked at yet is waited for', async () => {
    const world = new World();
    worlds.push(world);
    await world.form();
    world.startOperator();
    world.createDatabase('movies');
    await world.settle();
    expect(world.ready('movies')).toBe('False/ClusterNotFound');
    world.createCluster();
    await world.settle();
    expect(world.ready('movies')).toBe('Unknown/ClusterNotSeen');
    world.openSession();
    await world.settle();
    expect(world.ready('movies')).toBe('True/Online');
  });

  it('that is down makes its databases unknown until it is back', async () => {
    const world = await start();
    world.createDatabase('movies');
    await world.settle();
    for (const index of [0, 1, 2]) world.neo4j.crash(index);
    await world.settle(120_000);
    expect(world.ready('movies')).toBe('Unknown/ClusterUnreachable');
    expect(world.object('movies')?.status?.servers).toHaveLength(3);
    for (const [index, address] of world.addresses().entries()) {
      await world.neo4j.start(index, { 'server.bolt.advertised_address': address });
    }
    await world.settle(180_000);
    expect(world.ready('movies')).toBe('True/Online');
  });

  it('is asked no more for many databases than for one', async () => {
    const world = await start();
    for (let number = 0; number < 1000; number++) {
      world.createDatabase(`movies-${number}`, { topology: { primaries: 5 } });
    }
    world.createDatabase('movies');
    await world.settle(120_000);
    expect(world.ready('movies')).toBe('True/Online');
    expect(world.ready('movies-999')).toBe('False/TopologyImpossible');
    const before = { statements: world.statements.length, effects: world.effects.length };
    await world.settle(60_000);
    expect(world.statements.length - before.statements).toBeLessThanOrEqual(6);
    expect(world.effects.length).toBe(before.effects);
  }, 60_000);
});

describe('a database that is there already', () => {
  it('is taken over only if the user says so', async () => {
    const world = await start();
    await world.ask(createDatabase(version, { name: 'movies' }));
    world.createDatabase('movies');
    await world.settle();
    expect(world.ready('movies')).toBe('False/DatabaseExists');
    expect(world.events).toMatchObject([{ type: 'Warning', reason: 'DatabaseExists' }]);
    expect(world.recordedId('movies')).toBeUndefined();
    world.edit('movies', { adoptExisting: true });
    await world.settle();
    expect(world.ready('movies')).toBe('True/Online');
    expect(world.events).toMatchObject([{}, { reason: 'Adopted' }, { type: 'Normal', reason: 'Online' }]);
  });

  it('is taken over if it is the default one, which then has the topology of the object', async () => {
    const world = await start({ primaries: 3, secondaries: 1 });
    world.createDatabase('neo4j', { deletionPolicy: 'Drop', topology: { secondaries: 1 } });
    await world.settle(60_000);
    expect(world.ready('neo4j')).toBe('True/Online');
    expect((await world.database('neo4j'))?.requested).toEqual({ primaries: 3, secondaries: 1 });
    world.delete('neo4j');
    await world.settle();
    expect(world.object('neo4j')).toBeUndefined();
    expect(await world.database('neo4j')).toBeDefined();
    expect(world.events.at(-1)).toMatchObject({ type: 'Warning', reason: 'DefaultDatabaseKept' });
  });

  it('is left alone if it is not the one that was made for the object', async () => {
    const world = await start();
    world.createDatabase('movies', { deletionPolicy: 'Drop' });
    await world.settle();
    await world.ask(dropDatabase(version, 'movies', 'destroy', 'keep'));
    await world.settle(60_000);
    expect(world.ready('movies')).toBe('False/DatabaseLost');
    expect(await world.database('movies')).toBeUndefined();

    await world.ask(createDatabase(version, { name: 'movies', topology: { primaries: 1, secondaries: 0 } }));
    await world.settle(60_000);
    expect(world.ready('movies')).toBe('False/IdentityChanged');
    world.delete('movies');
    await world.settle();
    expect(world.object('movies')).toBeUndefined();
    expect((await world.database('movies'))?.requested?.primaries).toBe(1);
  });

  it('that is lost is made anew when the user says so', async () => {
    const world = await start();
    world.createDatabase('movies');
    await world.settle();
    await world.ask(dropDatabase(version, 'movies', 'destroy', 'keep'));
    await world.settle(60_000);
    world.annotate('movies', annotations.databaseId, undefined);
    await world.settle(60_000);
    expect(world.ready('movies')).toBe('True/Online');
  });
});

describe('of two objects for one database', () => {
  it('the older has it, and the other takes over when it goes', async () => {
    const world = await start();
    world.createDatabase('movies');
    await world.settle();
    world.createDatabase('films', { name: 'movies', deletionPolicy: 'Drop' });
    await world.settle();
    expect(world.ready('movies')).toBe('True/Online');
    expect(world.condition('films', 'Stalled')).toMatchObject({
      status: 'True',
      reason: 'Duplicate',
      message: expect.stringContaining('Neo4jDatabase movies'),
    });
    world.delete('movies');
    await world.settle();
    expect(world.ready('films')).toBe('True/Online');
  });

  it('the one that goes drops nothing if it is not the owner', async () => {
    const world = await start();
    world.createDatabase('movies');
    world.createDatabase('films', { name: 'movies', deletionPolicy: 'Drop' });
    await world.settle();
    const [owner, other] =
      world.ready('movies') === 'True/Online' ? ['movies', 'films'] : ['films', 'movies'];
    world.edit(other, { deletionPolicy: 'Drop' });
    world.delete(other);
    await world.settle();
    expect(world.object(other)).toBeUndefined();
    expect(world.ready(owner)).toBe('True/Online');
    expect(await world.database('movies')).toBeDefined();
  });

  it('the one that has it keeps it, though an older one is corrected to it', async () => {
    const world = await start();
    world.createDatabase('films', { name: 'movies', clusterRef: 'grpah' });
    await world.settle();
    world.createDatabase('movies');
    await world.settle();
    world.edit('films', { clusterRef: 'graph' });
    await world.settle();
    expect(world.ready('movies')).toBe('True/Online');
    expect(world.ready('films')).toBe('False/Duplicate');
  });
});

describe('an object that is deleted', () => {
  it('leaves its database behind, and one of the same name finds it with its data', async () => {
    const world = await start();
    world.createDatabase('movies');
    await world.settle();
    await world.write('movies', 'p1');
    const id = world.recordedId('movies');
    world.delete('movies');
    await world.settle();
    expect(world.object('movies')).toBeUndefined();
    expect(world.kept()).toEqual({ movies: id });

    world.createDatabase('movies');
    await world.settle();
    expect(world.ready('movies')).toBe('True/Online');
    expect(world.recordedId('movies')).toBe(id);
    expect(await world.has('movies', 'p1')).toBe(true);
  });

  it('takes its database along if it is to, and what was remembered of it', async () => {
    const world = await start();
    world.createDatabase('movies');
    world.createDatabase('music');
    await world.settle();
    world.delete('movies');
    world.delete('music');
    await world.settle();
    expect(Object.keys(world.kept() ?? {}).sort()).toEqual(['movies', 'music']);
    world.createDatabase('movies', { deletionPolicy: 'Drop' });
    await world.settle();
    world.delete('movies');
    await world.settle();
    expect(world.object('movies')).toBeUndefined();
    expect(await world.database('movies')).toBeUndefined();
    expect(Object.keys(world.kept() ?? {})).toEqual(['music']);
  });

  it('goes when its cluster is gone, remembering what it had', async () => {
    const world = await start();
    world.createDatabase('kept');
    world.createDatabase('dropped', { deletionPolicy: 'Drop' });
    await world.settle();
    const id = world.recordedId('kept');
    world.deleteCluster();
    await world.settle();
    expect(world.ready('kept')).toBe('False/ClusterNotFound');
    world.delete('kept');
    world.delete('dropped');
    await world.settle();
    expect(world.object('kept')).toBeUndefined();
    expect(world.object('dropped')).toBeUndefined();
    expect(world.kept()).toEqual({ kept: id });
    expect(world.events).toContainEqual(expect.objectContaining({ type: 'Warning', reason: 'ClusterGone' }));
  });

  it('waits some minutes for a cluster that is down, and goes then', async () => {
    const world = await start();
    world.createDatabase('movies', { deletionPolicy: 'Drop' });
    await world.settle();
    for (const index of [0, 1, 2]) world.neo4j.crash(index);
    await world.settle();
    world.delete('movies');
    await world.settle(240_000);
    expect(world.object('movies')?.status).toMatchObject({ phase: 'Deleting' });
    await world.settle(120_000);
    expect(world.object('movies')).toBeUndefined();
    expect(world.events.at(-1)).toMatchObject({ type: 'Warning', reason: 'GraceOver' });
  });

  it('does not keep a namespace from going', async () => {
    const world = await start();
    world.createDatabase('movies');
    await world.settle();
    world.kube.client.delete({ group: '', plural: 'namespaces' }, undefined, namespace);
    await world.settle(120_000);
    expect(world.object('movies')).toBeUndefined();
    expect(world.events.at(-1)).toMatchObject({ type: 'Warning', reason: 'NamespaceTerminating' });
  });
});

describe('Community Edition', () => {
  it('has its default database and says that it takes no other', async () => {
    const world = await start({ primaries: 1, edition: 'community' });
    world.createDatabase('neo4j');
    world.createDatabase('movies');
    await world.settle();
    expect(world.ready('neo4j')).toBe('True/Online');
    expect(world.ready('movies')).toBe('False/UnsupportedEdition');
    const before = world.effects.length;
    await world.settle(600_000);
    expect(world.effects.slice(before)).toEqual([]);
  });
});
