import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { seededRng } from '@neo4j-operator/clock';
import { type ClusterObject, clusters, secrets, secretText } from '@neo4j-operator/cluster-access';
import { resetAfterUpstream } from '@neo4j-operator/kube-sim';
import { keyOf, objectKey, type Stored } from '@neo4j-operator/reconcile-kit';
import type { SecretRole } from '../model/actions.ts';
import { formationOf } from '../model/formation.ts';
import { claims } from '../model/resources.ts';
import { renderClaim } from '../render/index.ts';
import type { SpecChange } from '../render/samples.spec-helper.ts';
import { generatePassword } from './create-secret.ts';
import type { ActionOf } from './executor.ts';
import { World } from './world.spec-helper.ts';

const worlds: World[] = [];

afterEach(async () => {
  for (const world of worlds.splice(0)) await world.end();
});

async function start(change: SpecChange = {}): Promise<[World, Stored<ClusterObject>]> {
  const started = await World.start(change);
  worlds.push(started[0]);
  return started;
}

const names: Readonly<Record<SecretRole, string>> = {
  bootstrap: 'graph-bootstrap',
  'operator-account': 'graph-operator',
  admin: 'graph-auth',
};

function creation(role: SecretRole): ActionOf<'CreateSecret'> {
  const target = { resource: secrets, key: objectKey('prod', names[role]) };
  return { kind: 'CreateSecret', target, reason: 'Test', message: '', risk: 'none', role };
}

describe('CreateSecret', () => {
  it('makes one value, though the first answer was lost', async () => {
    const [world, object] = await start();
    world.sim.script({ method: 'POST', path: /secrets/, action: resetAfterUpstream() });
    await world.run(creation('bootstrap'), object);
    const first = await world.get(secrets, 'graph-bootstrap');
    await world.restart();
    await world.run(creation('bootstrap'), object);
    const second = await world.get(secrets, 'graph-bootstrap');
    expect(second).toEqual(first);
    expect(secretText(second, 'auth')).toBe(`neo4j/${secretText(second, 'password') ?? ''}`);
    expect(second?.metadata.ownerReferences).toBeUndefined();
  });

  it('does not use the Secret of another purpose', async () => {
    const [world, object] = await start();
    await world.run(creation('admin'), object);
    const admin = await world.get(secrets, 'graph-auth');
    const metadata = { name: 'graph-bootstrap', namespace: 'prod', labels: admin?.metadata.labels ?? {} };
    await world.client.create(secrets, { apiVersion: 'v1', kind: 'Secret', metadata });
    await expect(world.run(creation('bootstrap'), object)).rejects.toMatchObject({ reason: 'NameTaken' });
  });
});

describe('passwords', () => {
  it('are letters and digits, as many as it takes, and differ', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const rng = seededRng(seed);
        const [one, other] = [generatePassword(rng), generatePassword(rng)];
        expect(one).toMatch(/^[A-Za-z0-9]{32}$/);
        expect(other).not.toBe(one);
      }),
    );
  });
});

describe('DeleteKept', () => {
  const deletion = (target: ActionOf<'DeleteKept'>['target'], uid: string): ActionOf<'DeleteKept'> => ({
    kind: 'DeleteKept',
    target,
    reason: 'Test',
    message: '',
    risk: 'data',
    precondition: { uid },
  });

  async function deleted(world: World, object: Stored<ClusterObject>): Promise<Stored<ClusterObject>> {
    const key = keyOf(object);
    await world.client.jsonPatch(clusters, key, [
      { op: 'add', path: '/metadata/finalizers', value: ['neo4j.neo4j.com/cluster'] },
    ]);
    await world.client.delete(clusters, key, { uid: object.metadata.uid });
    const going = await world.client.get(clusters, key);
    if (going?.metadata.deletionTimestamp === undefined) throw new Error('it is not being deleted');
    return going;
  }

  const storage = { size: '10Gi', retentionPolicy: 'Delete' } as const;

  async function withClaim(change: SpecChange) {
    const [world, object] = await start(change);
    const claim = await world.client.create(
      claims,
      renderClaim({
        cluster: object,
        number: 1,
        pool: 'primary',
        systemMode: 'PRIMARY',
        formation: formationOf(object.spec),
      }),
    );
    const action = deletion({ resource: claims, key: keyOf(claim) }, claim.metadata.uid);
    return { world, object, claim, action };
  }

  it('deletes claims and Secrets of a cluster that is to go with its data', async () => {
    const { world, object, claim, action } = await withClaim({ storage });
    await world.run(creation('admin'), object);
    const secret = await world.get(secrets, 'graph-auth');
    if (secret === undefined) throw new Error('no Secret was made');
    const going = await deleted(world, object);
    await world.run(action, going, { target: claim });
    await world.run(deletion({ resource: secrets, key: keyOf(secret) }, secret.metadata.uid), going, {
      target: secret,
    });
    expect((await world.get(claims, 'graph-1'))?.metadata.deletionTimestamp).toBeDefined();
    expect(await world.get(secrets, 'graph-auth')).toBeUndefined();
  });

  it.each<[string, SpecChange, boolean]>([
    ['the cluster is not being deleted', { storage }, false],
    ['the policy says Retain by now', {}, true],
  ])('deletes nothing if %s', async (_why, change, isDeleted) => {
    const { world, object, claim, action } = await withClaim(change);
    const going = isDeleted ? await deleted(world, object) : object;
    world.writes();
    const said = { ...going, spec: { ...going.spec, storage: { ...going.spec.storage, ...storage } } };
    await expect(world.run(action, said, { target: claim })).rejects.toThrow('not to be deleted');
    expect(world.writes()).toEqual([]);
  });

  it('deletes nothing that was not made for the cluster', async () => {
    const { world, object, claim, action } = await withClaim({ storage });
    const going = await deleted(world, object);
    world.writes();
    const others = { ...claim, metadata: { ...claim.metadata, labels: { a: 'b' } } };
    await expect(world.run(action, going, { target: others })).rejects.toThrow('was not made');
    const key = objectKey('prod', 'graph');
    const itself = deletion({ resource: clusters, key }, object.metadata.uid);
    await expect(world.run(itself, going, { target: going })).rejects.toThrow('was not made');
    expect(world.writes()).toEqual([]);
  });
});
