import { afterEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '@neo4j-operator/clock';
import neo4j, { type Config, type Driver, type EagerResult, type QueryConfig } from 'neo4j-driver';
import { type SimCluster, startSimCluster } from './sim-cluster.ts';

/** The driver declares its options as classes; they are plain records. */
type Plain<T> = Pick<T, keyof T>;

let cluster: SimCluster | undefined;
let driver: Driver | undefined;

afterEach(async () => {
  await driver?.close();
  await cluster?.close();
  driver = undefined;
  cluster = undefined;
});

function connect(to: SimCluster, scheme: 'bolt' | 'neo4j', index = 0): Driver {
  const { boltAddress = '' } = to.members[index] ?? {};
  const config: Plain<Config> = { useBigInt: true };
  driver = neo4j.driver(`${scheme}://${boltAddress}`, neo4j.auth.basic('neo4j', to.password), config);
  return driver;
}

function run(text: string, parameters: Record<string, unknown>, database: string): Promise<EagerResult> {
  if (driver === undefined) throw new Error('not connected');
  const config: Plain<QueryConfig> = { database };
  return driver.executeQuery(text, parameters, config);
}

/** Runs a statement on `system` and gives its rows. */
async function system(
  text: string,
  parameters: Record<string, unknown> = {},
): Promise<Record<string, unknown>[]> {
  const { records } = await run(text, parameters, 'system');
  return records.map((record) => record.toObject());
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (await condition()) return;
    await new Promise<void>((resolve) => {
      systemClock.setTimer(20, resolve);
    });
  }
  throw new Error('it did not come about');
}

const stateOf = async (id: string): Promise<unknown> =>
  (await system('SHOW SERVERS YIELD serverId, state')).find(({ serverId }) => serverId === id)?.['state'];

describe.each(['5.26.30', '2026.08.1'])('a cluster of %s behind Bolt', (version) => {
  it('is used by the unmodified driver: scale from three to five and back, with data', async () => {
    cluster = await startSimCluster({ clock: systemClock, version, listen: true });
    const sim = cluster;
    expect(await connect(sim, 'neo4j', 1).getServerInfo()).toMatchObject({ agent: `Neo4j/${version}` });
    await run('MERGE (p:Probe {id: $id})', { id: 'kept' }, 'neo4j');
    await sim.add();
    await sim.add();
    await until(async () => (await system('SHOW SERVERS')).length === 5);
    const servers = await system('SHOW SERVERS YIELD *');
    for (const { serverId, state } of servers) {
      if (state === 'Free')
        await system('ENABLE SERVER $s OPTIONS $o', { s: serverId, o: { modeConstraint: 'NONE' } });
    }
    const topology = 'ALTER DATABASE $name SET TOPOLOGY $primaries PRIMARIES $secondaries SECONDARIES NOWAIT';
    await system(topology, { name: 'neo4j', primaries: 5n, secondaries: 0n });
    const online = async (): Promise<number> =>
      (await system('SHOW DATABASE neo4j')).filter((row) => row['currentStatus'] === 'online').length;
    await until(async () => (await online()) === 5);
    await system(topology, { name: 'neo4j', primaries: 3n, secondaries: 0n });
    await until(async () => (await online()) === 3);
    const added = servers.filter(({ state }) => state === 'Free').map(({ serverId }) => String(serverId));
    for (const id of added) {
      await system('DRYRUN DEALLOCATE DATABASES FROM SERVERS $server0', { server0: id });
      await system('DEALLOCATE DATABASES FROM SERVERS $server0', { server0: id });
      await until(async () => (await stateOf(id)) === 'Deallocated');
      await system('DROP SERVER $server', { server: id });
      expect(await stateOf(id)).toBe('Dropped');
    }
    for (const { server } of sim.members)
      if (server !== undefined && added.includes(server.id)) server.stop();
    await until(async () => (await system('SHOW SERVERS')).length === 3);
    const found = await run('MATCH (p:Probe {id: $id}) RETURN p.id AS id', { id: 'kept' }, 'neo4j');
    expect(found.records.map((record): unknown => record.get('id'))).toEqual(['kept']);
  });

  it('gets the driver to the next leader when one is lost', async () => {
    cluster = await startSimCluster({ clock: systemClock, version, listen: true });
    const sim = cluster;
    const old = sim.members.findIndex(({ server }) => server === sim.leader());
    connect(sim, 'neo4j', (old + 1) % 3);
    await system('CREATE USER $u SET PASSWORD $p CHANGE NOT REQUIRED', { u: 'one', p: 'long-enough' });
    sim.crash(old);
    await until(() => Promise.resolve(sim.leader() !== undefined));
    await system('CREATE USER $u SET PASSWORD $p CHANGE NOT REQUIRED', { u: 'two', p: 'long-enough' });
    expect((await system('SHOW USERS YIELD user')).map(({ user }) => user)).toEqual(['neo4j', 'one', 'two']);
    await sim.start(old);
    await until(() => Promise.resolve(sim.isSettled()));
    expect(sim.server(old).state.users.size).toBe(3);
  });
});

describe('a cluster of three', () => {
  it('is up in less than a fifth of a second', async () => {
    const startedAt = systemClock.monotonic();
    cluster = await startSimCluster({ clock: systemClock, listen: true });
    // The bench says how long it takes; this says that nothing waits for a timer on the way.
    expect(systemClock.monotonic() - startedAt).toBeLessThan(200);
    connect(cluster, 'bolt', 2);
    const rows = await system('SHOW DATABASE neo4j YIELD writer, currentPrimariesCount');
    expect(rows.map((row) => row['currentPrimariesCount'])).toEqual([3n, 3n, 3n]);
  });
});
