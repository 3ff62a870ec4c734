import { afterEach, describe, expect, it } from '@jest/globals';
import { annotations, type ClusterObject } from '@neo4j-operator/cluster-access';
import { objectKey, PreconditionFailed, type Stored } from '@neo4j-operator/reconcile-kit';
import { claims, type Pod, pods, statefulSets } from '../model/resources.ts';
import { renderClaim } from '../render/index.ts';
import { firstServer, rendered } from '../render/samples.spec-helper.ts';
import type { ActionOf } from './executor.ts';
import { World } from './world.spec-helper.ts';

const worlds: World[] = [];

afterEach(async () => {
  for (const world of worlds.splice(0)) await world.end();
});

const key = objectKey('prod', 'graph-1');
const action: ActionOf<'RestartNewcomer'> = {
  kind: 'RestartNewcomer',
  target: { resource: pods, key: objectKey('prod', 'graph-1-0') },
  risk: 'restart',
  reason: 'TemplateReplaced',
  message: '',
  number: 1,
  revision: 'new',
  wasMember: false,
};

/** A server whose pod is of an older template than its StatefulSet. */
async function start(pod: { readonly revision?: string; readonly status?: Pod['status'] } = {}) {
  const [world, object] = await World.start();
  worlds.push(world);
  const input = firstServer(object);
  const { statefulSet } = rendered(input);
  await world.client.create(claims, renderClaim({ ...input, ...input.server }));
  await world.client.create(statefulSets, statefulSet);
  const set = world.sim.client.get({ group: 'apps', plural: 'statefulsets' }, 'prod', 'graph-1');
  const status = { updateRevision: 'new', observedGeneration: 1, replicas: 1 };
  world.sim.client.update({ ...set, status } as never, 'controller', 'status');
  const { metadata, spec } = statefulSet.spec.template;
  const labels = { ...metadata.labels, 'controller-revision-hash': pod.revision ?? 'old' };
  const made = await world.client.create(pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'graph-1-0', namespace: 'prod', labels },
    spec,
  });
  if (pod.status !== undefined)
    world.sim.client.update({ ...made, status: pod.status } as never, 'kubelet', 'status');
  world.writes();
  return { world, object };
}

async function refused(world: World, object: Stored<ClusterObject>): Promise<void> {
  await expect(world.run(action, object)).rejects.toBeInstanceOf(PreconditionFailed);
  expect(world.writes()).toEqual([]);
}

describe('RestartNewcomer', () => {
  it('deletes a pod that is stuck on an older template', async () => {
    const { world, object } = await start();
    await world.run(action, object);
    expect(world.writes()).toEqual(['DELETE /api/v1/namespaces/prod/pods/graph-1-0']);
    expect(await world.get(pods, 'graph-1-0')).toBeUndefined();
  });

  it('leaves alone a pod that has become ready', async () => {
    const { world, object } = await start({ status: { conditions: [{ type: 'Ready', status: 'True' }] } });
    await refused(world, object);
  });

  it('leaves alone a pod that is of the present template', async () => {
    const { world, object } = await start({ revision: 'new' });
    await refused(world, object);
  });

  it('leaves alone a server whose id has been written down', async () => {
    const { world, object } = await start();
    await world.client.jsonPatch(claims, key, [
      { op: 'add', path: `/metadata/annotations/${annotations.serverId.replace('/', '~1')}`, value: 'id' },
    ]);
    world.writes();
    await refused(world, object);
  });

  it('deletes a pod that cannot start though its server was a member, if no other server runs', async () => {
    const containers = [
      { name: 'neo4j', ready: false, restartCount: 3, lastState: { terminated: { exitCode: 1 } } },
    ];
    const { world, object } = await start({ status: { containerStatuses: containers } });
    await world.client.jsonPatch(claims, key, [
      { op: 'add', path: `/metadata/annotations/${annotations.serverId.replace('/', '~1')}`, value: 'id' },
    ]);
    const pod = await world.get(pods, 'graph-1-0');
    if (pod === undefined) throw new Error('there is no pod');
    const other = await world.client.create(pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'graph-2-0', namespace: 'prod', labels: pod.metadata.labels ?? {} },
      spec: { containers: [{ name: 'neo4j', image: 'neo4j' }] },
    });
    const ready = { conditions: [{ type: 'Ready', status: 'True' }] };
    world.sim.client.update({ ...other, status: ready } as never, 'kubelet', 'status');
    world.writes();
    const again = { ...action, wasMember: true };
    await expect(world.run(again, object)).rejects.toThrow('may run by now');
    expect(world.writes()).toEqual([]);
    await world.client.delete(pods, objectKey('prod', 'graph-2-0'), { uid: other.metadata.uid });
    await world.run(again, object);
    expect(await world.get(pods, 'graph-1-0')).toBeUndefined();
  });

  it('leaves alone a pod that starts by itself though no other server runs', async () => {
    const { world, object } = await start();
    await expect(world.run({ ...action, wasMember: true }, object)).rejects.toThrow('may run by now');
  });

  it('waits where the template has changed again', async () => {
    const { world, object } = await start();
    await expect(world.run({ ...action, revision: 'older' }, object)).rejects.toBeInstanceOf(
      PreconditionFailed,
    );
    expect(world.writes()).toEqual([]);
  });
});
