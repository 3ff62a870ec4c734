import { afterEach, describe, expect, it } from '@jest/globals';
import { Stage, worldConnector } from './index.ts';
import { endpointOf, handMade } from './hand-made.spec-helper.ts';

const pods = { group: '', version: 'v1', plural: 'pods', kind: 'Pod', namespaced: true } as const;
const claims = { ...pods, plural: 'persistentvolumeclaims', kind: 'PersistentVolumeClaim' } as const;
const services = { ...pods, plural: 'services', kind: 'Service' } as const;
const cluster = { namespace: 'default', name: 'c' };
const first = { namespace: 'default', name: 'c-1-0' };

describe('A stage in one process', () => {
  const open: Stage[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((stage) => stage.close()));
  });

  async function begin(seed = 1): Promise<Stage> {
    const stage = await Stage.open({ seed });
    open.push(stage);
    return stage;
  }

  async function servers(stage: Stage): Promise<readonly string[]> {
    const link = worldConnector(stage.world).open(endpointOf('c', 3));
    const answer = await stage.settle(
      link.run(
        { text: 'SHOW SERVERS YIELD address, state, health', parameters: {} },
        { database: 'system', access: 'read', bookmarks: [], timeoutMs: 5000 },
      ),
    );
    if (!answer.ok) return [answer.failure.message];
    const rows = answer.result.rows as readonly Readonly<Record<'address' | 'health' | 'state', string>>[];
    return rows
      .map(({ address, health, state }) => `${address.split('.')[0] ?? ''} ${state} ${health}`)
      .toSorted();
  }

  const formed = ['c-1 Enabled Available', 'c-2 Enabled Available', 'c-3 Enabled Available'];
  const isFormed = async (stage: Stage): Promise<boolean> =>
    JSON.stringify(await servers(stage)) === JSON.stringify(formed);

  it('forms a cluster of hand-written objects, one server in each zone', async () => {
    const stage = await begin();
    await stage.apply(handMade({ name: 'c', servers: 3 }));
    expect(await stage.until(() => isFormed(stage), 60_000)).toBeLessThan(30_000);
    const nodes = stage
      .list(pods)
      .map((pod) => (pod as unknown as { spec: { nodeName: string } }).spec.nodeName);
    expect(new Set(nodes).size).toBe(3);
    expect(stage.world.statements.some(({ text, user }) => user === 'neo4j' && text.startsWith('SHOW'))).toBe(
      true,
    );
    expect(stage.events('default')).toContainEqual(
      expect.objectContaining({ about: 'Pod/c-1-0', reason: 'Scheduled' }),
    );
    expect(stage.controllerErrors).toEqual([]);
  });

  it('keeps data through the loss of a process and of a pod, and loses them with the claim', async () => {
    const stage = await begin();
    await stage.apply(handMade({ name: 'c', servers: 1 }));
    const probes = stage.probes(cluster);
    await stage.until(() => probes.write('kept'), 60_000);
    const id = stage.world.server(first)?.id;

    stage.neo4j.crash(first);
    expect(stage.world.server(first)).toBeUndefined();
    await stage.until(async () => (await probes.read('kept')) === true, 120_000);
    await stage.delete(pods, 'default', 'c-1-0');
    await stage.until(() => stage.world.server(first) === undefined);
    await stage.until(async () => (await probes.read('kept')) === true, 120_000);
    expect(stage.world.server(first)?.id).toBe(id);

    await stage.delete(claims, 'default', 'c-1');
    await stage.delete(pods, 'default', 'c-1-0');
    await stage.until(() => stage.list(claims).length === 0);
    await stage.apply(handMade({ name: 'c', servers: 1 }));
    await stage.until(async () => (await probes.read('kept')) === false, 120_000);
    expect(stage.world.server(first)?.id).not.toBe(id);
  });

  it('finds servers by the names of Services only', async () => {
    const stage = await begin();
    await stage.apply(handMade({ name: 'c', servers: 3 }));
    await stage.until(() => isFormed(stage), 60_000);
    await stage.delete(services, 'default', 'c-3');
    await stage.clock.advance(5000);
    expect(await servers(stage)).toContainEqual('c-3 Enabled Unavailable');
  });

  it('cuts servers off from each other and from clients', async () => {
    const stage = await begin();
    await stage.apply(handMade({ name: 'c', servers: 3 }));
    await stage.until(() => isFormed(stage), 60_000);
    stage.neo4j.partition(cluster, 'c-2-0');
    await stage.until(async () => (await servers(stage)).includes('c-2 Enabled Unavailable'), 120_000);
    stage.neo4j.heal(cluster);
    await stage.until(() => isFormed(stage), 120_000);
  });

  it('does not start a server whose settings are wrong, and says why', async () => {
    const stage = await begin();
    await stage.apply(handMade({ name: 'c', servers: 1, settings: { 'server.memory.heap.max_size': '2g' } }));
    await stage.until(() => stage.world.boots.length > 1, 60_000);
    expect(stage.world.boots[0]).toMatchObject({ serverId: undefined, exitCode: 137 });
    expect(stage.world.boots[0]?.log).toEqual(['Killed']);
  });

  it('is the same each time for a seed', async () => {
    const tell = async (seed: number): Promise<string> => {
      const stage = await begin(seed);
      await stage.apply(handMade({ name: 'c', servers: 3 }));
      await stage.until(() => isFormed(stage), 60_000);
      return JSON.stringify([
        stage.clock.monotonic(),
        stage.sim.requests.map(({ method, path, body }) => [method, path, body]),
        stage.world.boots,
        // But for the folder of the nodes.
      ]).replaceAll(/\/stage-\w+/g, '');
    };
    const once = await tell(3);
    expect(await tell(3)).toBe(once);
    expect(await tell(4)).not.toBe(once);
  });

  it('tells a user what the API server does not accept', async () => {
    const stage = await begin();
    await expect(stage.apply('apiVersion: v1\nkind: Nothing\nmetadata: {name: x}')).rejects.toThrow(
      'no matches for kind Nothing',
    );
    await expect(
      stage.apply('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\nspec: {}'),
    ).rejects.toThrow('spec');
  });
});
