import { describe, expect, it } from '@jest/globals';
import type { Stored } from '@neo4j-operator/reconcile-kit';
import type { Pod, StatefulSet } from '../model/resources.ts';
import { differencesOf } from './progress.ts';
import { ports, World } from './state.spec-helper.ts';

const revisionLabel = 'controller-revision-hash';

/** A cluster whose servers were made and whose pods never become ready; what the user then wants is other resources. */
async function stuck(): Promise<World> {
  const world = new World({ topology: { primaries: 3 } });
  await world.pass();
  for (const { metadata } of world.statefulSets.list()) hangs(world, metadata.name, 'old');
  for (const { metadata } of world.statefulSets.list()) observes(world, metadata.name, 'old');
  return world;
}

/** The pod of a server is there, made from a template of that revision, and does not become ready. */
function hangs(world: World, server: string, revision: string, change: Partial<Pod> = {}): void {
  const { metadata, spec } = world.statefulSets.existing(server).spec.template;
  world.pods.put({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${server}-0`,
      namespace: 'prod',
      labels: { ...metadata.labels, [revisionLabel]: revision },
    },
    spec,
    ...change,
  });
}

/** Kubernetes has seen the template and gives it a revision. */
function observes(world: World, server: string, updateRevision: string): void {
  const set: Stored<StatefulSet> = world.statefulSets.existing(server);
  const status = { observedGeneration: set.metadata.generation ?? 0, updateRevision };
  world.statefulSets.byName.set(server, { ...set, status });
}

const wanted = { requests: { memory: '3Gi' }, limits: { memory: '3Gi' } };

const restarts = (world: World): readonly string[] =>
  world.plan().actions.flatMap(({ kind, target }) => (kind === 'RestartNewcomer' ? [target.key] : []));

describe('servers that never came to be', () => {
  it('get the template that the spec asks for now, and start anew with it', async () => {
    const world = await stuck();
    world.edit({ resources: wanted });
    await world.pass();
    for (const { spec } of world.statefulSets.list())
      expect(spec.template.spec.containers[0]?.resources?.limits?.['memory']).toBe('3Gi');
    expect(differencesOf(world.object, world.state(), ports).size).toBe(0);
    expect(restarts(world)).toEqual([]);

    for (const { metadata } of world.statefulSets.list()) observes(world, metadata.name, 'new');
    expect(restarts(world)).toEqual(['prod/graph-1-0', 'prod/graph-2-0', 'prod/graph-3-0']);
    await world.pass();
    expect(restarts(world)).toEqual([]);
  });

  it('can have another image', async () => {
    const world = await stuck();
    world.edit({ image: { ...world.object.spec.image, tag: '2026.07.0' } });
    await world.pass();
    for (const { spec } of world.statefulSets.list())
      expect(spec.template.spec.containers[0]?.image).toBe('neo4j:2026.07.0-enterprise');
  });

  it('are left alone while nothing is new for them', async () => {
    const world = await stuck();
    expect(restarts(world)).toEqual([]);
  });

  it('are left alone until Kubernetes has seen the new template, and while they stop', async () => {
    const world = await stuck();
    observes(world, 'graph-1', 'new');
    const set = world.statefulSets.existing('graph-1');
    world.statefulSets.byName.set('graph-1', { ...set, metadata: { ...set.metadata, generation: 9 } });
    observes(world, 'graph-2', 'new');
    const pod = world.pods.existing('graph-2-0');
    const metadata = { ...pod.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' };
    world.pods.byName.set('graph-2-0', { ...pod, metadata });
    expect(restarts(world)).toEqual([]);
  });

  it('are no newcomers once they are ready', async () => {
    const world = await stuck();
    hangs(world, 'graph-1', 'old', { status: { conditions: [{ type: 'Ready', status: 'True' }] } });
    observes(world, 'graph-1', 'new');
    expect(restarts(world)).toEqual([]);
    world.edit({ resources: wanted });
    expect([...differencesOf(world.object, world.state(), ports).keys()]).toEqual(['graph-1']);
  });

  it('are restarted in a cluster that has formed only as long as they are not enabled', async () => {
    const world = await World.settled({ topology: { primaries: 3 } });
    for (const { metadata } of world.statefulSets.list()) observes(world, metadata.name, 'new');
    hangs(world, 'graph-1', 'old');
    expect(restarts(world)).toEqual([]);

    world.edit({ topology: { ...world.object.spec.topology, secondaries: 1 } });
    hangs(world, 'graph-1', 'old', { status: world.pods.existing('graph-2-0').status ?? {} });
    await world.pass();
    hangs(world, 'graph-4', 'old');
    observes(world, 'graph-4', 'new');
    expect(restarts(world)).toEqual(['prod/graph-4-0']);

    world.neo4j.add('server-x', world.state().servers[3]?.boltAddress ?? '', 'Enabled');
    expect(restarts(world)).toEqual([]);
  });
});
