import { describe, expect, it } from '@jest/globals';
import { World } from './state.spec-helper.ts';

function collected(world: World): readonly string[] {
  return world
    .plan()
    .actions.flatMap(({ kind, target }) => (kind === 'CollectConfigMap' ? [target.key] : []));
}

/** A server whose template names a new ConfigMap; the old one is still there. */
async function changed(): Promise<{ readonly world: World; readonly old: string }> {
  const world = await World.settled({ topology: { primaries: 1 } });
  const [old] = world.configMaps.byName.keys();
  world.edit({ config: { 'db.logs.query.threshold': '1s' } });
  await world.pass();
  return { world, old: `prod/${old ?? ''}` };
}

describe('a ConfigMap', () => {
  it('stays while a pod names it, and goes when the pod was made anew', async () => {
    const { world, old } = await changed();
    await world.converge();
    expect(world.configMaps.list()).toHaveLength(2);
    world.deletePod('graph-1');
    expect(collected(world)).toEqual([]);
    world.live();
    expect(collected(world)).toEqual([old]);
    await world.converge();
    expect(world.configMaps.list()).toHaveLength(1);
  });

  it('stays while Kubernetes may still make a pod of the template that named it', async () => {
    const { world, old } = await changed();
    world.deletePod('graph-1');
    world.live();
    const set = world.statefulSets.get('graph-1');
    if (set === undefined) throw new Error('the server is there');
    world.statefulSets.byName.set('graph-1', { ...set, status: { observedGeneration: 1 } });
    expect(collected(world)).toEqual([]);
    world.live();
    expect(collected(world)).toEqual([old]);
  });

  it('stays if it belongs to no server, or to somebody else', async () => {
    const { world, old } = await changed();
    world.deletePod('graph-1');
    world.live();
    const [map] = world.configMaps.list();
    if (map === undefined) throw new Error('the ConfigMap is there');
    world.configMaps.put({ ...map, metadata: { ...map.metadata, name: 'graph-kept-databases', labels: {} } });
    world.configMaps.put({
      ...map,
      metadata: { ...map.metadata, name: 'graph-1-theirs', ownerReferences: [] },
    });
    expect(collected(world)).toEqual([old]);
  });
});
