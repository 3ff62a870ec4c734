import { afterEach, describe, expect, it } from '@jest/globals';
import { seededRng, VirtualClock } from '@neo4j-operator/clock';
import { keyOf, objectKey } from '../core/key.ts';
import { type LogFields, type Logger, silentLogger } from '../core/logger.ts';
import type { KubeObject, Stored } from '../core/object.ts';
import { defineResource } from '../core/resource.ts';
import { noMetrics } from '../metrics/none.ts';
import { added, bookmark, deleted, pod, pods, status, type Pod } from '../reflector/pods.spec-helper.ts';
import { type ScriptedExchange, ScriptedTransport } from '../reflector/scripted-transport.spec-helper.ts';
import type { Delta, InformerOptions } from './informer.ts';
import { InformerRegistry } from './registry.ts';
import { Replica } from './replica.spec-helper.ts';

const nodes = defineResource({ group: '', version: 'v1', plural: 'nodes', kind: 'Node', namespaced: false });
const options: InformerOptions<Pod> = { indexers: { data: ({ spec }) => [spec?.data ?? ''] } };
const registries: InformerRegistry[] = [];

afterEach(async () => {
  for (const registry of registries.splice(0)) await registry.stop();
});

/** A pod whose uid names its namespace as well. */
function podIn(namespace: string, name: string, version: number, more: Partial<KubeObject['metadata']> = {}) {
  const made = pod(name, version, { uid: `${namespace}-${name}`, data: name });
  return { ...made, metadata: { ...made.metadata, namespace, ...more } } satisfies Stored<Pod>;
}

/** Informers of pods in the namespaces a and b, each with its exchange once `open` was awaited. */
function harness(namespaces: readonly string[] | undefined = ['a', 'b', 'a']) {
  const clock = new VirtualClock();
  const transport = new ScriptedTransport();
  const logged: [LogFields, string][] = [];
  const logger: Logger = { ...silentLogger, error: (fields, message) => logged.push([fields, message]) };
  const registry = new InformerRegistry({
    transport,
    clock,
    rng: seededRng(1),
    logger,
    metrics: noMetrics,
    lingerMs: 1000,
  });
  registries.push(registry);
  const handle = registry.acquireIn(pods, namespaces, { labelSelector: 'x=y' }, options);
  registry.start();
  async function open(): Promise<[ScriptedExchange, ScriptedExchange]> {
    await clock.advance(0);
    return [transport.take(), transport.take()];
  }
  async function synced(): Promise<[ScriptedExchange, ScriptedExchange]> {
    const [a, b] = await open();
    a.answer().send(added(podIn('a', 'p', 3)), added(podIn('a', 'q', 4)), bookmark(9, true));
    b.answer().send(added(podIn('b', 'p', 5)), bookmark(7, true));
    await clock.advance(0);
    return [a, b];
  }
  return { clock, transport, registry, handle, logged, open, synced };
}

const keys = (objects: Iterable<Stored>): readonly string[] => Array.from(objects, keyOf);

describe('acquireIn', () => {
  it('asks once in each namespace, and no other', async () => {
    const { open, handle, registry } = harness();
    const exchanges = await open();
    expect(exchanges.map(({ request }) => request.path)).toEqual([
      '/api/v1/namespaces/a/pods',
      '/api/v1/namespaces/b/pods',
    ]);
    expect(exchanges.map(({ request }) => request.query?.['labelSelector'])).toEqual(['x=y', 'x=y']);
    expect(handle.scope).toEqual({ labelSelector: 'x=y' });
    expect(registry.informers()).toHaveLength(2);
  });

  it('is an ordinary informer for one namespace, and for all', () => {
    const { registry } = harness();
    expect(registry.acquireIn(pods, ['c', 'c']).scope).toEqual({ namespace: 'c' });
    expect(registry.acquireIn(pods, undefined, { fieldSelector: 'f' }).scope).toEqual({ fieldSelector: 'f' });
    expect(() => registry.acquireIn(pods, [])).toThrow(TypeError);
  });

  it('asks once for what has no namespaces, and shows own writes of it', () => {
    const { registry } = harness();
    const handle = registry.acquireIn(nodes, ['a', 'b']);
    expect(handle.scope).toEqual({});
    const metadata = { name: 'n', uid: 'u', resourceVersion: '1' };
    registry.writeObserver.written(nodes, { apiVersion: 'v1', kind: 'Node', metadata });
    expect(handle.lister.size).toBe(1);
  });

  it('shares informers with whoever looks at one of the namespaces', () => {
    const { registry } = harness();
    registry.acquire(pods, { namespace: 'b', labelSelector: 'x=y' }, options);
    expect(registry.informers()).toHaveLength(2);
  });
});

describe('a merged handle', () => {
  it('reads from all namespaces', async () => {
    const { handle, synced } = harness();
    await synced();
    const { lister } = handle;
    expect(keys(lister.list())).toEqual(['a/p', 'a/q', 'b/p']);
    expect(keys(lister.list('b'))).toEqual(['b/p']);
    expect(keys(lister.list('c'))).toEqual([]);
    expect(lister.get(objectKey('b', 'p'))?.metadata.uid).toBe('b-p');
    expect(lister.get(objectKey('c', 'p'))).toBeUndefined();
    expect(lister.get(objectKey(undefined, 'p'))).toBeUndefined();
    expect(lister.size).toBe(3);
    expect(keys(lister.byIndex('data', 'p'))).toEqual(['a/p', 'b/p']);
    expect(() => keys(lister.byIndex('none', 'p'))).toThrow();
  });

  it('finds dependents in all namespaces', async () => {
    const { handle, open, clock } = harness();
    const [a, b] = await open();
    const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name: 'n', uid: 'owner' }];
    a.answer().send(added(podIn('a', 'p', 3, { ownerReferences })), bookmark(9, true));
    b.answer().send(added(podIn('b', 'p', 5, { ownerReferences })), bookmark(7, true));
    await clock.advance(0);
    expect(keys(handle.lister.ownedBy('owner'))).toEqual(['a/p', 'b/p']);
    expect(keys(handle.lister.ownedBy('other'))).toEqual([]);
  });

  it('tells the changes of all, to each subscriber from the beginning', async () => {
    const { handle, synced, clock } = harness();
    const [early, late] = [new Replica(), new Replica()];
    handle.deltas$.subscribe((deltas) => {
      early.take(deltas);
    });
    const [a, b] = await synced();
    const initial: boolean[] = [];
    handle.deltas$.subscribe((deltas) => {
      late.take(deltas);
      for (const delta of deltas) if (delta.type === 'added') initial.push(delta.initial);
    });
    a.send(deleted(podIn('a', 'p', 10)));
    b.send(added(podIn('b', 'r', 11)));
    await clock.advance(0);
    for (const replica of [early, late]) {
      expect([...replica.objects.keys()].sort()).toEqual(['a/q', 'b/p', 'b/r']);
      expect(replica.violations).toEqual([]);
    }
    expect(initial).toEqual([true, true, true, false]);
  });

  it('outlives a subscriber that throws', async () => {
    const { handle, logged, synced } = harness();
    let batches = 0;
    handle.deltas$.subscribe(() => {
      batches++;
      throw new TypeError('a bug');
    });
    handle.state$.subscribe(() => {
      throw new TypeError('another bug');
    });
    await synced();
    expect(batches).toBe(2);
    expect(new Set(logged.map(([, message]) => message))).toEqual(
      new Set(['A subscriber of deltas failed', 'A subscriber of the state failed']),
    );
  });

  it('is as well as the worst of its informers', async () => {
    const { handle, open, clock } = harness();
    const told: string[] = [];
    handle.state$.subscribe(({ phase, synced, lastError }) => {
      told.push(`${phase} ${synced ? 'synced' : 'not synced'}${lastError === undefined ? '' : ' failed'}`);
    });
    let synced: boolean | undefined;
    void handle.whenSynced().then((all) => {
      synced = all;
    });
    const [a, b] = await open();
    a.answer().send(bookmark(9, true));
    await clock.advance(0);
    expect(handle.state).toMatchObject({ synced: false, lastHeardAt: -Infinity });
    expect(synced).toBeUndefined();
    b.answer(403).send(status(403, 'Forbidden')).end();
    await clock.advance(0);
    expect(handle.state).toMatchObject({ phase: 'backoff', synced: false });
    expect(handle.state.lastError?.reason).toBe('Forbidden');
    expect(told.at(-1)).toBe('backoff not synced failed');
  });

  it('is synced when all are, up to the oldest of their versions', async () => {
    const { handle, synced, clock } = harness();
    const all = handle.whenSynced();
    await synced();
    expect(await all).toBe(true);
    await clock.advance(0);
    expect(handle.state).toMatchObject({ phase: 'watching', synced: true, resourceVersion: '7' });
    expect(await handle.whenSynced()).toBe(true);
  });

  it('is not synced when it is given up', async () => {
    const { handle, open } = harness();
    await open();
    const giveUp = new AbortController();
    const all = handle.whenSynced(giveUp.signal);
    giveUp.abort();
    expect(await all).toBe(false);
  });

  it('completes when all have stopped', async () => {
    const { handle, registry } = harness();
    const ends: string[] = [];
    handle.deltas$.subscribe({ complete: () => ends.push('deltas') });
    handle.state$.subscribe({ complete: () => ends.push('state') });
    await registry.stop();
    expect(ends).toEqual(['deltas', 'state']);
    expect(handle.state.phase).toBe('stopped');
  });

  it('gives all back at once, and once only', async () => {
    const { handle, synced, transport, clock, registry } = harness();
    await synced();
    const other = registry.acquire(pods, { namespace: 'b', labelSelector: 'x=y' }, options);
    handle.release();
    handle.release();
    await clock.advance(1000);
    expect(transport.open).toBe(1);
    other.release();
    await clock.advance(1000);
    expect(transport.open).toBe(0);
  });

  it('shows own writes in the namespace that they are made in', async () => {
    const { handle, synced, registry } = harness();
    await synced();
    const deltas: Delta<Pod>[] = [];
    handle.deltas$.subscribe((batch) => deltas.push(...batch));
    deltas.length = 0;
    registry.writeObserver.written(pods, podIn('b', 'new', 20, { labels: { x: 'y' } }));
    registry.writeObserver.written(pods, podIn('c', 'new', 21, { labels: { x: 'y' } }));
    expect(deltas.map(({ key }) => key)).toEqual(['b/new']);
  });
});
