import { seededRng, VirtualClock } from '@neo4j-operator/clock';
import { describe, expect, it } from '@jest/globals';
import type { Scope } from '../client/client.ts';
import { keyOf } from '../core/key.ts';
import { silentLogger } from '../core/logger.ts';
import type { KubeObject } from '../core/object.ts';
import { defineResource, type Resource } from '../core/resource.ts';
import type { InformerOptions } from './informer.ts';
import { noMetrics } from '../metrics/none.ts';
import { added, bookmark, pod, pods } from '../reflector/pods.spec-helper.ts';
import { ScriptedTransport } from '../reflector/scripted-transport.spec-helper.ts';
import { InformerRegistry } from './registry.ts';

const widgets = defineResource({
  group: 'g',
  version: 'v1',
  plural: 'widgets',
  kind: 'Widget',
  namespaced: true,
});

function harness() {
  const clock = new VirtualClock();
  const transport = new ScriptedTransport();
  const registry = new InformerRegistry({
    transport,
    clock,
    rng: seededRng(1),
    logger: silentLogger,
    metrics: noMetrics,
    lingerMs: 1000,
  });
  return { clock, transport, registry };
}

describe('acquire', () => {
  it('shares one list-and-watch among equal uses, and makes another for a different one', async () => {
    const { clock, transport, registry } = harness();
    const project = <T>(object: T): T => object;
    const indexers = { a: () => [] };
    const uses: readonly (readonly [Resource, Scope, InformerOptions<KubeObject>])[] = [
      [pods, {}, {}],
      [widgets, {}, {}],
      [pods, { namespace: 'n' }, {}],
      [pods, { labelSelector: 'a' }, {}],
      [pods, { fieldSelector: 'a' }, {}],
      [pods, {}, { metadataOnly: true }],
      [pods, {}, { strip: [['spec']] }],
      [pods, {}, { project }],
      [pods, {}, { indexers }],
      [{ ...pods, version: 'v2' }, {}, {}],
    ];
    registry.start();
    for (let round = 0; round < 3; round++)
      for (const [resource, scope, options] of uses) registry.acquire(resource, scope, options);
    await clock.advance(0);
    expect(transport.requests).toHaveLength(uses.length);
    expect(registry.informers()).toHaveLength(uses.length);
    await registry.stop();
    expect(transport.open).toBe(0);
    expect(() => registry.acquire(pods)).toThrow('stopped');
  });

  it('starts informers with the registry, not before', async () => {
    const { clock, transport, registry } = harness();
    const handle = registry.acquire(pods);
    await clock.advance(0);
    expect(transport.requests).toEqual([]);
    expect(handle.state.phase).toBe('idle');
    registry.start();
    await clock.advance(0);
    transport
      .take()
      .answer()
      .send(added(pod('a', 1)), bookmark(2, true));
    expect(await handle.whenSynced()).toBe(true);
    expect(handle.lister.size).toBe(1);
  });
});

describe('release', () => {
  it('of the last use stops the informer after the linger time', async () => {
    const { clock, transport, registry } = harness();
    registry.start();
    const [first, second] = [registry.acquire(pods), registry.acquire(pods)];
    await clock.advance(0);
    transport.take().answer();
    first.release();
    first.release();
    await clock.advance(1000);
    expect(transport.open).toBe(1);
    second.release();
    await clock.advance(999);
    expect(transport.open).toBe(1);
    await clock.advance(1);
    expect(transport.open).toBe(0);
    expect(clock.pendingTimers).toBe(0);
    registry.acquire(pods);
    await clock.advance(0);
    expect(transport.requests).toHaveLength(2);
  });

  it('does not stop an informer that finds a new user in time', async () => {
    const { clock, transport, registry } = harness();
    registry.start();
    registry.acquire(pods).release();
    await clock.advance(500);
    registry.acquire(pods);
    await clock.advance(5000);
    expect(transport.open).toBe(1);
    expect(transport.requests).toHaveLength(1);
  });
});

describe('the write observer', () => {
  it('tells all informers of that resource, and no other', () => {
    const { registry } = harness();
    const all = registry.acquire(pods);
    const some = registry.acquire(pods, { namespace: 'n' });
    const other = registry.acquire(widgets);
    const object = pod('a', 3);
    registry.writeObserver.written(pods, object);
    for (const { lister } of [all, some]) expect(lister.get(keyOf(object))).toEqual(object);
    expect(other.lister.size).toBe(0);
    registry.writeObserver.deleted(pods, keyOf(object), 'uid-a');
    expect(all.lister.size).toBe(0);
  });
});
