// neo4j-admin on a simulated cluster: once in process and under virtual time, once through the driver and sockets.
import { afterEach, describe, expect, it } from '@jest/globals';
import { type Clock, seededRng, sleep, systemClock, VirtualClock } from '@neo4j-operator/clock';
import {
  alterDatabase,
  alterUser,
  type BoltConnector,
  ClusterConnections,
  createDatabase,
  createUser,
  type Credentials,
  deallocate,
  driverConnector,
  dropServer,
  dryRunDeallocate,
  enableServer,
  grantRoles,
  isSettled,
  Neo4jError,
  readComponents,
  readDatabases,
  readMoves,
  readServers,
  readStatusCheck,
  readUsers,
  readWait,
  type ServerView,
  showComponents,
  showCurrentUser,
  showDatabases,
  showServers,
  showUsers,
  statusCheck,
  versionOf,
} from '@neo4j-operator/neo4j-admin';
import { inProcessConnector, realTimings, SimCluster } from '@neo4j-operator/neo4j-sim';
import { reasonOf } from './connections.spec-helper.ts';

/** A formed cluster of three, with a way to let it go on. */
interface Stage {
  readonly sim: SimCluster;
  readonly connections: ClusterConnections;
  /** The same for another user. */
  connectAs(credentials: Credentials): ClusterConnections;
  /** Lets time pass until it holds. */
  until(holds: () => Promise<boolean>): Promise<void>;
  close(): Promise<void>;
}

const open: Stage[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((stage) => stage.close()));
});

function connect(
  sim: SimCluster,
  connector: BoltConnector,
  clock: Clock,
  credentials: Credentials,
): ClusterConnections {
  return new ClusterConnections({
    clock,
    connector,
    addresses: () =>
      sim.members.flatMap(({ boltAddress, server }) => (server === undefined ? [] : [boltAddress ?? ''])),
    credentials: () => Promise.resolve(credentials),
    trust: () => 'plaintext',
  });
}

/** Virtual time that goes on by itself, as fast as the work allows. */
function keepGoing(clock: VirtualClock): () => void {
  const over = new AbortController();
  void (async () => {
    while (!over.signal.aborted) {
      await clock.advance(100);
      await systemClock.yield();
    }
  })();
  return () => {
    over.abort();
  };
}

async function inProcess(version: string): Promise<Stage> {
  const clock = new VirtualClock();
  const sim = new SimCluster({ clock, rng: seededRng(5), timings: realTimings, version });
  return formed(sim, inProcessConnector(sim.network), clock, keepGoing(clock));
}

async function throughSockets(version: string): Promise<Stage> {
  const sim = new SimCluster({ clock: systemClock, version, listen: true });
  return formed(sim, driverConnector({ clock: systemClock }), systemClock, () => undefined);
}

async function formed(
  sim: SimCluster,
  connector: BoltConnector,
  clock: Clock,
  stop: () => void,
): Promise<Stage> {
  const opened: ClusterConnections[] = [];
  const connectAs = (credentials: Credentials): ClusterConnections => {
    const connections = connect(sim, connector, clock, credentials);
    opened.push(connections);
    return connections;
  };
  const stage: Stage = {
    sim,
    connections: connectAs({ username: 'neo4j', password: sim.password }),
    connectAs,
    async until(holds) {
      while (!(await holds())) await sleep(systemClock, 10);
    },
    async close() {
      await Promise.all(opened.map((connections) => connections.close()));
      await sim.close();
      stop();
    },
  };
  open.push(stage);
  for (let index = 0; index < 3; index++) await sim.add();
  await stage.until(() => Promise.resolve(sim.isSettled()));
  return stage;
}

describe.each([
  ['in process', '5.26.30', inProcess],
  ['in process', '2026.08.1', inProcess],
  ['through the driver', '5.26.30', throughSockets],
  ['through the driver', '2026.08.1', throughSockets],
] as const)('a simulated cluster, %s, %s', (_, versionText, start) => {
  const version = versionOf(versionText);

  async function serversOf({ connections }: Stage): Promise<readonly ServerView[]> {
    return readServers((await connections.read(showServers(version))).rows);
  }

  it('forms by configuration alone', async () => {
    const stage = await start(versionText);
    const { connections } = stage;
    const { rows } = await connections.read(showComponents);
    expect(readComponents(rows)).toEqual({ version: versionText, edition: 'enterprise' });
    expect(await serversOf(stage)).toMatchObject(
      Array.from({ length: 3 }, () => ({ state: 'Enabled', health: 'Available', version: versionText })),
    );
    const databases = readDatabases((await connections.read(showDatabases(version))).rows);
    expect(databases.map(({ name }) => name).toSorted()).toEqual(['neo4j', 'system']);
    expect(databases.every(isSettled)).toBe(true);
  });

  it('grows to five and shrinks to three, and the data stay where they are read', async () => {
    const stage = await start(versionText);
    const { connections, sim, until } = stage;
    const survivors = (await serversOf(stage)).map(({ id }) => id);
    const probe = { id: 'seven' };
    const options = { timeoutMs: 10_000 };
    await connections.data(
      'neo4j',
      { text: 'MERGE (p:Probe {id: $id})', parameters: probe },
      { ...options, access: 'write' },
    );

    await sim.add();
    await sim.add();
    await until(async () => (await serversOf(stage)).filter(({ state }) => state === 'Free').length === 2);
    for (const { id, state } of await serversOf(stage)) {
      if (state === 'Free') await connections.admin(enableServer(version, id, { modeConstraint: 'NONE' }));
    }
    await connections.admin(alterDatabase(version, 'neo4j', { topology: { primaries: 5, secondaries: 0 } }));
    const isNeo4jSettled = async (copies: number): Promise<boolean> => {
      const [database] = readDatabases((await connections.read(showDatabases(version, 'neo4j'))).rows);
      return database !== undefined && isSettled(database) && database.copies.length === copies;
    };
    await until(() => isNeo4jSettled(5));

    await connections.admin(alterDatabase(version, 'neo4j', { topology: { primaries: 3, secondaries: 0 } }));
    await until(() => isNeo4jSettled(3));
    const leaving = (await serversOf(stage)).map(({ id }) => id).filter((id) => !survivors.includes(id));
    const before = await serversOf(stage);
    const moves = readMoves((await connections.admin(dryRunDeallocate(version, leaving))).rows);
    expect(await serversOf(stage)).toEqual(before);
    expect(moves.every(({ fromServerId }) => leaving.includes(fromServerId))).toBe(true);

    await connections.admin(deallocate(version, leaving));
    await until(async () =>
      (await serversOf(stage))
        .filter(({ id }) => leaving.includes(id))
        .every(({ state }) => state === 'Deallocated'),
    );
    for (const id of leaving) await connections.admin(dropServer(version, id));
    for (const { index, server } of sim.members) if (leaving.includes(server?.id ?? '')) sim.crash(index);
    await until(async () => (await serversOf(stage)).every(({ id }) => survivors.includes(id)));

    await until(() => isNeo4jSettled(3));
    const { rows } = await connections.data(
      'neo4j',
      { text: 'MATCH (p:Probe {id: $id}) RETURN p.id AS id', parameters: probe },
      { ...options, access: 'read' },
    );
    expect(rows).toEqual([probe]);
  });

  it('elects another leader when one is lost, and administration goes on', async () => {
    const stage = await start(versionText);
    const { connections, sim, until } = stage;
    const lost = sim.members.find(({ server }) => server === sim.leader());
    sim.crash(lost?.index ?? NaN);
    const user = createUser(version, {
      username: 'alice',
      password: { password: 'secret-password', changeRequired: false },
    });
    await until(async () => (await reasonOf(connections.admin(user))) === 'none');
    await connections.admin(grantRoles(version, ['reader'], 'alice'));
    const users = readUsers((await connections.read(showUsers(version))).rows);
    expect(users.find(({ username }) => username === 'alice')?.roles).toEqual(new Set(['reader']));
    const other = sim.members.find(({ server }) => server !== undefined)?.boltAddress ?? '';
    const { rows } = await connections.direct(other, statusCheck(version, ['system'], 1_000));
    expect(readStatusCheck(rows).every(({ replicationSuccessful }) => replicationSuccessful)).toBe(true);
  });

  it('says of a write whose answer was lost that its outcome is unknown, and a read tells', async () => {
    const { connections, sim } = await start(versionText);
    await connections.read(showComponents);
    for (const { server } of sim.members) {
      if (server !== undefined) server.faults.wire = { ...server.faults.wire, loseAnswers: true };
    }
    const user = createUser(version, {
      username: 'bob',
      password: { password: 'secret-password', changeRequired: false },
    });
    const error = await connections.admin(user).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Neo4jError);
    expect(error).toMatchObject({ reason: 'ConnectionLost', outcomeUnknown: true });
    for (const { server } of sim.members) {
      if (server !== undefined) server.faults.wire = { ...server.faults.wire, loseAnswers: false };
    }
    const users = readUsers((await connections.read(showUsers(version))).rows);
    expect(users.map(({ username }) => username)).toContain('bob');
  });

  it('tells of a wait in whatever form its language has', async () => {
    const { connections } = await start(versionText);
    const result = await connections.admin(
      createDatabase(version, { name: 'movies' }, { seconds: 5 }),
      10_000,
    );
    expect(readWait(result).map(({ state }) => state)).toContain('CaughtUp');
  });

  it('lets nobody administer who is no administrator', async () => {
    const { connectAs, connections, until } = await start(versionText);
    const password = { password: 'secret-password', changeRequired: false };
    await connections.admin(createUser(version, { username: 'carol', password }));
    await connections.admin(alterUser(version, 'carol', { suspended: false }));
    const carol = connectAs({ username: 'carol', password: password.password });
    expect(await reasonOf(carol.read(showServers(version)))).toBe('Forbidden');
    expect(await reasonOf(carol.admin(grantRoles(version, ['admin'], 'carol')))).toBe('Forbidden');
    expect(await reasonOf(carol.read(showCurrentUser(version)))).toBe('none');
    await connections.admin(grantRoles(version, ['admin'], 'carol'));
    // Her connections have no bookmark of ours, so a follower may answer that lags.
    await until(async () => (await reasonOf(carol.read(showServers(version)))) === 'none');
  });
});
