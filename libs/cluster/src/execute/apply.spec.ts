import { afterEach, describe, expect, it } from '@jest/globals';
import { clusterLabels, type ClusterObject } from '@neo4j-operator/cluster-access';
import {
  appliedHashAnnotation,
  controllerReference,
  objectKey,
  PreconditionFailed,
  type Stored,
} from '@neo4j-operator/reconcile-kit';
import { type Service, services } from '../model/resources.ts';
import { renderShared } from '../render/index.ts';
import type { ActionOf } from './executor.ts';
import { World } from './world.spec-helper.ts';

const worlds: World[] = [];

afterEach(async () => {
  for (const world of worlds.splice(0)) await world.end();
});

async function start(): Promise<[World, Stored<ClusterObject>]> {
  const started = await World.start();
  worlds.push(started[0]);
  return started;
}

function headlessService(cluster: Stored<ClusterObject>): Service {
  return renderShared({ cluster, lastServer: 3, mayDisrupt: true, edition: 'enterprise' }).headless;
}

function application(object: Service): ActionOf<'Apply'> {
  const target = { resource: services, key: objectKey('prod', 'graph-servers') };
  return { kind: 'Apply', target, reason: 'Test', message: '', risk: 'none', object };
}

describe('Apply', () => {
  it('makes the object, and sends nothing while it is as rendered', async () => {
    const [world, object] = await start();
    const desired = headlessService(object);
    await world.run(application(desired), object);
    const known = await world.get(services, 'graph-servers');
    expect(known?.metadata.annotations?.[appliedHashAnnotation]).toBeDefined();
    expect(known?.metadata.ownerReferences).toMatchObject([{ uid: object.metadata.uid, controller: true }]);
    const cached = known === undefined ? [] : [known];
    world.writes();
    await world.run(application(desired), object, { cached });
    expect(world.writes()).toEqual([]);
  });

  it('sends what the server writes back in another form once more, and then no more', async () => {
    const [world, object] = await start();
    const { spec, ...rest } = headlessService(object);
    const desired = { ...rest, spec: { ...spec, publishNotReadyAddresses: false } };
    await world.run(application(desired), object);
    const known = await world.get(services, 'graph-servers');
    const cached = known === undefined ? [] : [known];
    world.writes();
    for (let pass = 0; pass < 3; pass++) await world.run(application(desired), object, { cached });
    expect(world.writes()).toHaveLength(1);
  });

  it('leaves an object of somebody else alone', async () => {
    const [world, object] = await start();
    const { spec } = headlessService(object);
    const metadata = { name: 'graph-servers', namespace: 'prod' };
    await world.client.create(services, { apiVersion: 'v1', kind: 'Service', metadata, spec });
    world.writes();
    await expect(world.run(application(headlessService(object)), object)).rejects.toMatchObject({
      reason: 'NameTaken',
    });
    expect(world.writes()).toEqual([]);
  });

  it('waits until an object of an earlier cluster is gone', async () => {
    const [world, object] = await start();
    const earlier = { ...object, metadata: { ...object.metadata, uid: 'earlier' } };
    const { spec, ...rest } = headlessService(object);
    const ownerReferences = [controllerReference(earlier, 'prod')];
    const metadata = { ...rest.metadata, ownerReferences };
    await world.client.create(services, { ...rest, metadata, spec });
    world.writes();
    await expect(world.run(application(headlessService(object)), object)).rejects.toBeInstanceOf(
      PreconditionFailed,
    );
    expect(world.writes()).toEqual([]);
  });

  it('takes up again what has lost its owner', async () => {
    const [world, object] = await start();
    const { spec } = headlessService(object);
    const metadata = { name: 'graph-servers', namespace: 'prod', labels: clusterLabels('graph') };
    const orphan = await world.client.create(services, { apiVersion: 'v1', kind: 'Service', metadata, spec });
    await world.run(application(headlessService(object)), object);
    const found = await world.get(services, 'graph-servers');
    expect(found?.metadata.uid).toBe(orphan.metadata.uid);
    expect(found?.metadata.ownerReferences).toMatchObject([{ uid: object.metadata.uid }]);
  });
});
