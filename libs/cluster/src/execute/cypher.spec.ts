import { afterEach, describe, expect, it } from '@jest/globals';
import { annotations } from '@neo4j-operator/cluster-access';
import {
  alterDatabase,
  cordonServer,
  readDatabases,
  readServers,
  showDatabases,
  showServers,
} from '@neo4j-operator/neo4j-admin';
import { keyOf, objectKey, PreconditionFailed } from '@neo4j-operator/reconcile-kit';
import { claims, type Pod, pods } from '../model/resources.ts';
import type { ActionOf } from './executor.ts';
import { Neo4jWorld } from './neo4j.spec-helper.ts';

const running: Neo4jWorld[] = [];

afterEach(async () => {
  for (const lab of running.splice(0)) await lab.end();
});

/** A cluster whose session logs in as the administrator. */
async function start(): Promise<Neo4jWorld> {
  const lab = await Neo4jWorld.start();
  running.push(lab);
  lab.world.access.open(keyOf(lab.object), { ...lab.target, credentials: () => lab.login('bootstrap') });
  return lab;
}

function session(lab: Neo4jWorld) {
  const found = lab.world.access.get(keyOf(lab.object));
  if (found === undefined) throw new Error('no session');
  return found;
}

/** What changed something since this was last called. */
function sent(lab: Neo4jWorld): readonly string[] {
  return lab.connector.sent.splice(0).map(({ text }) => text.replace(/^CYPHER \d+ /, ''));
}

const step = { reason: 'Test', message: '', risk: 'none' } as const;

describe('EnableServer', () => {
  const target = { resource: claims, key: objectKey('prod', 'graph-4') };
  const enabling = (serverId: string): ActionOf<'EnableServer'> => ({
    kind: 'EnableServer',
    target,
    ...step,
    serverId,
    modeConstraint: 'SECONDARY',
  });

  async function withFreeServer(): Promise<{ lab: Neo4jWorld; id: string }> {
    const lab = await start();
    await lab.neo4j.add({ 'initial.server.mode_constraint': 'SECONDARY' });
    await lab.world.clock.advance(20_000);
    const servers = await seen(lab);
    const id = servers.find(({ state }) => state === 'Free')?.id;
    if (id === undefined) throw new Error('no server is free');
    return { lab, id };
  }

  async function seen(lab: Neo4jWorld) {
    const { rows } = await lab.world.until(session(lab).read(showServers(lab.target.version)));
    return readServers(rows);
  }

  it('enables a free server, and finds it enabled the second time', async () => {
    const { lab, id } = await withFreeServer();
    await lab.world.run(enabling(id), lab.object);
    expect((await seen(lab)).find((server) => server.id === id)).toMatchObject({
      state: 'Enabled',
      modeConstraint: 'SECONDARY',
    });
    expect(sent(lab)).toHaveLength(1);
    await lab.world.run(enabling(id), lab.object);
    expect(sent(lab)).toEqual([]);
  });

  it('does not put a server back to use that somebody has cordoned', async () => {
    const { lab, id } = await withFreeServer();
    await lab.world.run(enabling(id), lab.object);
    await lab.world.until(session(lab).admin(cordonServer(lab.target.version, id)));
    sent(lab);
    await expect(lab.world.run(enabling(id), lab.object)).rejects.toBeInstanceOf(PreconditionFailed);
    expect(sent(lab)).toEqual([]);
  });

  it('does not enable what the cluster does not know', async () => {
    const lab = await start();
    await expect(lab.world.run(enabling('of-nobody'), lab.object)).rejects.toThrow('unknown to the cluster');
  });
});

describe('SetDefaultTopology', () => {
  const target = { resource: claims, key: objectKey('prod', 'graph-1') };
  const wanted = (primaries: number): ActionOf<'SetDefaultTopology'> => ({
    kind: 'SetDefaultTopology',
    target,
    ...step,
    database: 'neo4j',
    primaries,
    secondaries: 0,
  });

  async function topology(lab: Neo4jWorld) {
    const { rows } = await lab.world.until(session(lab).read(showDatabases(lab.target.version, 'neo4j')));
    return readDatabases(rows)[0]?.requested;
  }

  it('changes the numbers, once', async () => {
    const lab = await start();
    await lab.world.run(wanted(3), lab.object);
    expect(await topology(lab)).toEqual({ primaries: 3, secondaries: 0 });
    sent(lab);
    await lab.world.run(wanted(3), lab.object);
    expect(sent(lab)).toEqual([]);
  });

  it('does not take back what somebody else has done to the same end', async () => {
    const lab = await start();
    const change = { topology: { primaries: 3, secondaries: 0 } };
    await lab.world.until(session(lab).admin(alterDatabase(lab.target.version, 'neo4j', change, 'no')));
    sent(lab);
    await lab.world.run(wanted(3), lab.object);
    expect(sent(lab)).toEqual([]);
  });

  it('leaves a database alone that is gone', async () => {
    const lab = await start();
    await expect(lab.world.run({ ...wanted(3), database: 'other' }, lab.object)).rejects.toBeInstanceOf(
      PreconditionFailed,
    );
  });
});

describe('SetLiveSettings', () => {
  const key = objectKey('prod', 'graph-1-0');
  const containerID = 'containerd://1';

  async function withPod(lab: Neo4jWorld, id: string): Promise<void> {
    const { client, sim } = lab.world;
    const spec = { containers: [{ name: 'neo4j', image: 'neo4j:2026.08.1-enterprise' }] };
    const pod: Pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'graph-1-0', namespace: 'prod' },
      spec,
    };
    await client.create(pods, pod);
    const made = sim.client.get({ group: '', plural: 'pods' }, 'prod', 'graph-1-0');
    const status = {
      phase: 'Running',
      containerStatuses: [
        {
          name: 'neo4j',
          image: 'neo4j',
          imageID: '',
          ready: true,
          restartCount: 0,
          containerID: id,
          state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
        },
      ],
    };
    sim.client.update({ ...made, status } as never, 'test', 'status');
    lab.world.writes();
  }

  function telling(lab: Neo4jWorld): ActionOf<'SetLiveSettings'> {
    return {
      kind: 'SetLiveSettings',
      target: { resource: pods, key },
      ...step,
      address: lab.target.addresses[0] ?? '',
      settings: new Map([['db.logs.query.threshold', ['7s']]]),
      mark: `hash/${containerID}`,
    };
  }

  it('tells the server, and notes on the pod which process was told', async () => {
    const lab = await start();
    await withPod(lab, containerID);
    await lab.world.run(telling(lab), lab.object);
    expect(lab.neo4j.server(0).dynamicSettings.get('db.logs.query.threshold')).toBe('7s');
    expect(lab.neo4j.server(1).dynamicSettings.has('db.logs.query.threshold')).toBe(false);
    const pod = await lab.world.get(pods, 'graph-1-0');
    expect(pod?.metadata.annotations?.[annotations.liveSettings]).toBe(`hash/${containerID}`);
  });

  it('does nothing if another process runs by now', async () => {
    const lab = await start();
    await withPod(lab, 'containerd://2');
    await expect(lab.world.run(telling(lab), lab.object)).rejects.toBeInstanceOf(PreconditionFailed);
    expect(sent(lab)).toEqual([]);
    expect(lab.world.writes()).toEqual([]);
  });

  it('notes nothing if the server was not told', async () => {
    const lab = await start();
    await withPod(lab, containerID);
    lab.connector.statementsLeft = 1;
    await expect(lab.world.run(telling(lab), lab.object)).rejects.toThrow('dead');
    expect(lab.world.writes()).toEqual([]);
  });
});
