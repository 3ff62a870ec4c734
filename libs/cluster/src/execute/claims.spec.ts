import { afterEach, describe, expect, it } from '@jest/globals';
import { annotations, type ClusterObject } from '@neo4j-operator/cluster-access';
import { resetAfterUpstream } from '@neo4j-operator/kube-sim';
import { objectKey, PreconditionFailed, type Stored, TerminalError } from '@neo4j-operator/reconcile-kit';
import { formationOf } from '../model/formation.ts';
import { type Claim, claims } from '../model/resources.ts';
import { renderClaim } from '../render/index.ts';
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

const key = objectKey('prod', 'graph-1');
const step = { target: { resource: claims, key }, reason: 'Test', message: '', risk: 'none' } as const;

function creation(object: Stored<ClusterObject>): ActionOf<'CreateClaim'> {
  const input = {
    number: 1,
    pool: 'primary',
    systemMode: 'PRIMARY',
    formation: formationOf(object.spec),
  } as const;
  return {
    kind: 'CreateClaim',
    ...step,
    ...input,
    precondition: { absent: true },
    claim: renderClaim({ cluster: object, ...input }),
  };
}

async function made(world: World, object: Stored<ClusterObject>): Promise<Stored<Claim>> {
  await world.run(creation(object), object);
  const claim = await world.get(claims, 'graph-1');
  if (claim === undefined) throw new Error('no claim was made');
  return claim;
}

describe('CreateClaim', () => {
  it('makes the claim, without an owner, and finds it again', async () => {
    const [world, object] = await start();
    const claim = await made(world, object);
    expect(claim.metadata.ownerReferences).toBeUndefined();
    expect(claim.metadata.annotations?.[annotations.systemMode]).toBe('PRIMARY');
    expect((await made(world, object)).metadata.uid).toBe(claim.metadata.uid);
  });

  it('takes the claim for made if only the answer was lost', async () => {
    const [world, object] = await start();
    world.sim.script({ method: 'POST', path: /persistentvolumeclaims/, action: resetAfterUpstream() });
    await made(world, object);
  });

  it('goes no further if another leader has made it for a server of the other pool', async () => {
    const [world, object] = await start();
    const input = { number: 1, pool: 'secondary', systemMode: 'SECONDARY' } as const;
    const formation = formationOf(object.spec);
    await world.client.create(claims, renderClaim({ cluster: object, formation, ...input }));
    await expect(world.run(creation(object), object)).rejects.toThrow(PreconditionFailed);
  });

  it('leaves the claim of somebody else alone', async () => {
    const [world, object] = await start();
    const { claim } = creation(object);
    await world.client.create(claims, { ...claim, metadata: { name: 'graph-1', namespace: 'prod' } });
    world.writes();
    const error = await world.run(creation(object), object).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TerminalError);
    expect(error).toMatchObject({ reason: 'NameTaken' });
    expect(world.writes()).toEqual([]);
  });
});

describe('GrowClaim', () => {
  const growth: ActionOf<'GrowClaim'> = { kind: 'GrowClaim', ...step, size: '20Gi' };

  async function bound(world: World, object: Stored<ClusterObject>, allowVolumeExpansion: boolean) {
    world.sim.client.create(
      {
        apiVersion: 'storage.k8s.io/v1',
        kind: 'StorageClass',
        metadata: { name: 'disks' },
        provisioner: 'example.com/disks',
        allowVolumeExpansion,
      },
      'test',
    );
    const { claim } = creation(object);
    const { accessModes, resources } = claim.spec;
    await world.client.create(claims, {
      ...claim,
      spec: { accessModes, resources, storageClassName: 'disks' },
    });
    const unbound = world.sim.client.get({ group: '', plural: 'persistentvolumeclaims' }, 'prod', 'graph-1');
    const status = { phase: 'Bound', capacity: { storage: '10Gi' } };
    world.sim.client.update({ ...unbound, status } as never, 'test', 'status');
    const found = await world.get(claims, 'graph-1');
    if (found === undefined) throw new Error('no claim was made');
    return found;
  }

  it('asks for the size, once', async () => {
    const [world, object] = await start();
    const target = await bound(world, object, true);
    world.writes();
    await world.run(growth, object, { target });
    const grown = await world.get(claims, 'graph-1');
    expect(grown?.spec.resources.requests.storage).toBe('20Gi');
    expect(world.writes()).toHaveLength(1);
    await world.run(growth, object, grown === undefined ? {} : { target: grown });
    expect(world.writes()).toEqual([]);
  });

  it('tells that the class cannot do it, and goes on; tries again after a while', async () => {
    const [world, object] = await start();
    const target = await bound(world, object, false);
    world.writes();
    await world.run(growth, object, { target });
    expect(world.events).toMatchObject([{ type: 'Warning', reason: 'ActionRefused', action: 'GrowClaim' }]);
    expect(world.writes()).toHaveLength(1);
    await world.run(growth, object, { target });
    expect(world.writes()).toEqual([]);
    await world.clock.advance(60_000);
    await world.run(growth, object, { target });
    expect(world.writes()).toHaveLength(1);
  });

  it('does not touch a claim that is another one by now', async () => {
    const [world, object] = await start();
    const target = await bound(world, object, true);
    await world.client.delete(claims, key, { uid: target.metadata.uid });
    await world.client.jsonPatch(claims, key, [{ op: 'remove', path: '/metadata/finalizers' }]);
    await made(world, object);
    world.writes();
    await expect(world.run(growth, object, { target })).rejects.toBeInstanceOf(PreconditionFailed);
    expect((await world.get(claims, 'graph-1'))?.spec.resources.requests.storage).toBe('10Gi');
  });
});

describe('RecordIdentity', () => {
  const recording = (serverId: string): ActionOf<'RecordIdentity'> => ({
    kind: 'RecordIdentity',
    ...step,
    serverId,
  });

  it('notes the id, and nothing the second time', async () => {
    const [world, object] = await start();
    await made(world, object);
    world.writes();
    await world.run(recording('id-1'), object);
    await world.run(recording('id-1'), object);
    const claim = await world.get(claims, 'graph-1');
    expect(claim?.metadata.annotations?.[annotations.serverId]).toBe('id-1');
    expect(claim?.metadata.annotations?.[annotations.systemMode]).toBe('PRIMARY');
    expect(world.writes()).toHaveLength(1);
  });

  it('never replaces another id', async () => {
    const [world, object] = await start();
    await made(world, object);
    await world.run(recording('id-1'), object);
    await expect(world.run(recording('id-2'), object)).rejects.toMatchObject({ reason: 'IdentityChanged' });
  });

  it('does not replace one that was noted since the claim was looked at', async () => {
    const [world, object] = await start();
    const target = await made(world, object);
    await world.run(recording('id-1'), object);
    await expect(world.run(recording('id-2'), object, { target })).rejects.toBeInstanceOf(PreconditionFailed);
    const claim = await world.get(claims, 'graph-1');
    expect(claim?.metadata.annotations?.[annotations.serverId]).toBe('id-1');
  });
});
