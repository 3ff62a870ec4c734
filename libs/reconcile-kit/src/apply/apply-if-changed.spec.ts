import { describe, expect, it } from '@jest/globals';
import type { ApplyOptions, LiveReader, Writer } from '../client/client.ts';
import type { KubeObject, Stored } from '../core/object.ts';
import { defineResource } from '../core/resource.ts';
import { appliedHashAnnotation, applyIfChanged, ApplyMemo } from './apply-if-changed.ts';

interface ConfigMap extends KubeObject {
  readonly data?: Readonly<Record<string, string | undefined>>;
}

const configMaps = defineResource<ConfigMap>({
  group: '',
  version: 'v1',
  plural: 'configmaps',
  kind: 'ConfigMap',
  namespaced: true,
});

function configMap(data: ConfigMap['data']): ConfigMap {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'a', namespace: 'x' },
    ...(data && { data }),
  };
}

/** Holds one object and stores what is applied; `store` is what the server makes of it. */
class Server implements Pick<Writer, 'apply'>, Pick<LiveReader, 'get'> {
  readonly requests: { readonly object: KubeObject; readonly options: ApplyOptions }[] = [];
  readonly #store: (applied: ConfigMap) => ConfigMap;
  #version = 1;
  live: Stored<ConfigMap> | undefined;
  reads = 0;

  constructor(store: (applied: ConfigMap) => ConfigMap = (applied) => applied) {
    this.#store = store;
  }

  get<T extends KubeObject>(): Promise<Stored<T> | undefined> {
    this.reads++;
    return Promise.resolve(this.live as KubeObject as Stored<T> | undefined);
  }

  apply<T extends KubeObject>(_: unknown, object: T, options: ApplyOptions): Promise<Stored<T>> {
    this.requests.push({ object, options });
    const stored = this.#store(object);
    if (JSON.stringify(stored.data) !== JSON.stringify(this.live?.data) || !this.#sameHash(stored))
      this.#version++;
    const metadata = { ...stored.metadata, uid: 'u1', resourceVersion: String(this.#version) };
    this.live = { ...stored, metadata };
    return Promise.resolve(this.live as KubeObject as Stored<T>);
  }

  #sameHash(stored: ConfigMap): boolean {
    return (
      stored.metadata.annotations?.[appliedHashAnnotation] ===
      this.live?.metadata.annotations?.[appliedHashAnnotation]
    );
  }
}

function applyTo(server: Server, desired: ConfigMap, memo?: ApplyMemo) {
  return applyIfChanged({
    live: server,
    writer: server,
    resource: configMaps,
    known: server.live,
    desired,
    owned: () => true,
    fieldManager: 'test',
    force: true,
    ...(memo && { memo }),
  });
}

describe('applyIfChanged', () => {
  it('applies what is not there, with its hash, in canonical form', async () => {
    const server = new Server();
    const { object, changed } = await applyTo(server, configMap({ b: undefined, a: '1' }));
    expect(changed).toBe(true);
    expect(object).toBe(server.live);
    expect(server.requests).toEqual([
      {
        object: {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: {
            name: 'a',
            namespace: 'x',
            annotations: { [appliedHashAnnotation]: expect.stringMatching(/^[0-9a-f]{16}$/) },
          },
          data: { a: '1' },
        },
        options: { fieldManager: 'test', force: true },
      },
    ]);
  });

  it('sends nothing when the object is as it was applied, whatever others have added', async () => {
    const server = new Server();
    await applyTo(server, configMap({ a: '1' }));
    const { live } = server;
    if (live === undefined) throw new Error('nothing was applied');
    const annotations = { ...live.metadata.annotations, other: 'x' };
    server.live = {
      ...live,
      data: { ...live.data, other: 'x' },
      metadata: { ...live.metadata, annotations },
    };
    expect(await applyTo(server, configMap({ a: '1' }))).toEqual({ object: server.live, changed: false });
    expect(server.requests).toHaveLength(1);
  });

  it('reads live before it makes what the cache does not show', async () => {
    const server = new Server();
    await applyTo(server, configMap({ a: '1' }));
    expect(server.reads).toBe(1);
    const lags = await applyIfChanged({
      live: server,
      writer: server,
      resource: configMaps,
      known: undefined,
      desired: configMap({ a: '2' }),
      owned: () => true,
      fieldManager: 'test',
      force: true,
    });
    expect(lags.changed).toBe(true);
    expect(server.requests[1]?.object.metadata.uid).toBe('u1');
  });

  it.each(['shown by the cache', 'hidden from the cache'])(
    'leaves alone what has the name and is of somebody else: %s',
    async (where) => {
      const server = new Server();
      const theirs = configMap({ theirs: 'x' });
      const metadata = { ...theirs.metadata, labels: { owner: 'somebody else' } };
      server.live = { ...theirs, metadata: { ...metadata, uid: 'theirs', resourceVersion: '7' } };
      const known = where === 'shown by the cache' ? server.live : undefined;
      const applied = applyIfChanged({
        live: server,
        writer: server,
        resource: configMaps,
        known,
        desired: configMap({ a: '1' }),
        owned: ({ metadata: { labels } }) => labels?.['owner'] !== 'somebody else',
        fieldManager: 'test',
        force: true,
      });
      await expect(applied).rejects.toMatchObject({ reason: 'NameTaken' });
      expect(server.requests).toEqual([]);
    },
  );

  it('repairs drift, on the same object only', async () => {
    const server = new Server();
    await applyTo(server, configMap({ a: '1' }));
    if (server.live !== undefined) server.live = { ...server.live, data: { a: 'drifted' } };
    expect((await applyTo(server, configMap({ a: '1' }))).changed).toBe(true);
    expect(server.live?.data).toEqual({ a: '1' });
    expect(server.requests[1]?.object.metadata.uid).toBe('u1');
  });

  it('applies when a field is rendered no longer', async () => {
    const server = new Server();
    await applyTo(server, configMap({ a: '1', b: '2' }));
    expect((await applyTo(server, configMap({ a: '1' }))).changed).toBe(true);
    expect(server.live?.data).toEqual({ a: '1' });
  });

  it('applies once, and not on every pass, what the server writes back in another form', async () => {
    const server = new Server((applied) => ({ ...applied, data: { cpu: '1' } }));
    const memo = new ApplyMemo();
    for (let pass = 0; pass < 5; pass++) await applyTo(server, configMap({ cpu: '1000m' }), memo);
    expect(server.requests).toHaveLength(2);
    await applyTo(server, configMap({ cpu: '2000m' }), memo);
    expect(server.requests).toHaveLength(3);
  });
});

describe('ApplyMemo', () => {
  const version = (uid: string, resourceVersion: string): Stored => ({
    ...configMap({}),
    metadata: { name: uid, uid, resourceVersion },
  });

  it('knows an object until it or what is wanted of it changes', () => {
    const memo = new ApplyMemo();
    memo.settle(version('u', '1'), 'h');
    expect(memo.isSettled(version('u', '1'), 'h')).toBe(true);
    expect(memo.isSettled(version('u', '2'), 'h')).toBe(false);
    expect(memo.isSettled(version('u', '1'), 'other')).toBe(false);
    expect(memo.isSettled(version('v', '1'), 'h')).toBe(false);
  });

  it('forgets the object that was noted longest ago when it is full', () => {
    const memo = new ApplyMemo(2);
    for (const uid of ['a', 'b', 'a', 'c']) memo.settle(version(uid, '1'), 'h');
    expect(['a', 'b', 'c'].map((uid) => memo.isSettled(version(uid, '1'), 'h'))).toEqual([true, false, true]);
  });
});
