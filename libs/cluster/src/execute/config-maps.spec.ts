import { afterEach, describe, expect, it } from '@jest/globals';
import { clusterLabels, type ClusterObject, configMaps, labels } from '@neo4j-operator/cluster-access';
import { objectKey, PreconditionFailed, type Stored } from '@neo4j-operator/reconcile-kit';
import { pods, statefulSets } from '../model/resources.ts';
import { firstServer, rendered } from '../render/samples.spec-helper.ts';
import type { RenderedServer } from '../render/index.ts';
import type { ActionOf } from './executor.ts';
import { World } from './world.spec-helper.ts';

const worlds: World[] = [];

afterEach(async () => {
  for (const world of worlds.splice(0)) await world.end();
});

/** A server that has been made. */
async function start(): Promise<{ world: World; object: Stored<ClusterObject>; server: RenderedServer }> {
  const [world, object] = await World.start();
  worlds.push(world);
  const server = rendered(firstServer(object));
  await world.client.create(configMaps, server.configMap);
  await world.client.create(statefulSets, server.statefulSet);
  world.writes();
  return { world, object, server };
}

function repointing(configMap: string): ActionOf<'RepointTemplate'> {
  const target = { resource: statefulSets, key: objectKey('prod', 'graph-1') };
  return { kind: 'RepointTemplate', target, reason: 'Test', message: '', risk: 'none', configMap };
}

function collection(name: string): ActionOf<'CollectConfigMap'> {
  const target = { resource: configMaps, key: objectKey('prod', name) };
  return { kind: 'CollectConfigMap', target, reason: 'Test', message: '', risk: 'none' };
}

describe('RepointTemplate', () => {
  it('has the template name another ConfigMap, and nothing else', async () => {
    const { world, object } = await start();
    const before = await world.get(statefulSets, 'graph-1');
    await world.run(repointing('graph-1-other'), object);
    const after = await world.get(statefulSets, 'graph-1');
    const text = JSON.stringify(before?.spec.template);
    const name = before?.spec.template.spec.volumes?.find(({ configMap }) => configMap !== undefined)
      ?.configMap?.name;
    expect(JSON.stringify(after?.spec.template)).toBe(text.replace(`"${name ?? ''}"`, '"graph-1-other"'));
    expect(world.writes()).toHaveLength(1);
    await world.run(repointing('graph-1-other'), object);
    expect(world.writes()).toEqual([]);
  });

  it('has a StatefulSet that was scaled run its one pod again', async () => {
    const { world, object, server } = await start();
    const key = objectKey('prod', 'graph-1');
    await world.client.jsonPatch(statefulSets, key, [{ op: 'replace', path: '/spec/replicas', value: 0 }]);
    const before = await world.get(statefulSets, 'graph-1');
    world.writes();
    await world.run(repointing(server.configMap.metadata.name), object);
    const after = await world.get(statefulSets, 'graph-1');
    expect(after?.spec.replicas).toBe(1);
    expect(after?.spec.template).toEqual(before?.spec.template);
    await world.run(repointing(server.configMap.metadata.name), object);
    expect(world.writes()).toHaveLength(1);
  });

  it('does nothing to a template that has changed since', async () => {
    const { world, object } = await start();
    const target = await world.get(statefulSets, 'graph-1');
    if (target === undefined) throw new Error('there is none');
    await world.client.jsonPatch(statefulSets, objectKey('prod', 'graph-1'), [
      { op: 'replace', path: '/spec/replicas', value: 0 },
    ]);
    await expect(world.run(repointing('graph-1-other'), object, { target })).rejects.toBeInstanceOf(
      PreconditionFailed,
    );
  });
});

describe('CollectConfigMap', () => {
  it('deletes what nothing names', async () => {
    const { world, object, server } = await start();
    await world.run(repointing('graph-1-other'), object);
    await world.run(collection(server.configMap.metadata.name), object);
    expect(await world.get(configMaps, server.configMap.metadata.name)).toBeUndefined();
  });

  it('reads it live, whatever its precondition was checked on', async () => {
    const { world, object, server } = await start();
    await world.run(repointing('graph-1-other'), object);
    const { name } = server.configMap.metadata;
    const seen = await world.get(configMaps, name);
    if (seen === undefined) throw new Error('it is there');
    const older = { ...seen, metadata: { ...seen.metadata, uid: 'of another one' } };
    world.writes();
    await expect(world.run(collection(name), object, { target: older })).rejects.toThrow('another one');
    expect(world.writes()).toEqual([]);
  });

  it('keeps what a template names', async () => {
    const { world, object, server } = await start();
    await expect(world.run(collection(server.configMap.metadata.name), object)).rejects.toThrow(
      'still in use',
    );
    expect(world.writes()).toEqual([]);
  });

  it('keeps what only a pod names, whatever the caches show', async () => {
    const { world, object, server } = await start();
    const { metadata, spec } = server.statefulSet.spec.template;
    await world.client.create(pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'graph-1-0', namespace: 'prod', labels: metadata.labels },
      spec,
    });
    await world.run(repointing('graph-1-other'), object);
    await expect(world.run(collection(server.configMap.metadata.name), object)).rejects.toThrow(
      'still in use',
    );
  });

  it('never takes what remembers databases for settings', async () => {
    const { world, object } = await start();
    const metadata = {
      name: 'graph-kept-databases',
      namespace: 'prod',
      labels: { ...clusterLabels('graph'), [labels.role]: 'kept-databases' },
    };
    await world.client.create(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata });
    await expect(world.run(collection('graph-kept-databases'), object)).rejects.toBeInstanceOf(
      PreconditionFailed,
    );
    expect(await world.get(configMaps, 'graph-kept-databases')).toBeDefined();
  });
});
