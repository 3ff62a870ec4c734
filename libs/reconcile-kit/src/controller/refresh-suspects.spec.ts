import { describe, expect, it } from '@jest/globals';
import type { LiveReader, WriteObserver } from '../client/client.ts';
import { KubeError } from '../core/errors.ts';
import { keyOf, type ObjectKey } from '../core/key.ts';
import type { KubeObject, Stored } from '../core/object.ts';
import type { InformerHandle } from '../informer/informer.ts';
import { refreshSuspects } from './refresh-suspects.ts';
import { widget, widgets } from './widgets.spec-helper.ts';

const stored = (name: string, version: string): Stored =>
  widget(name, 1, { uid: `uid-${name}`, resourceVersion: version }) as Stored;

function bench(cached: readonly Stored[], live: readonly Stored[] | KubeError, suspects: readonly string[]) {
  const told: string[] = [];
  const doubted = new Set(suspects.map((name) => keyOf(widget(name))));
  const find = (among: readonly Stored[], key: ObjectKey): Stored | undefined =>
    among.find((object) => keyOf(object) === key);
  const handle = {
    resource: widgets,
    lister: { get: (key: ObjectKey) => find(cached, key) },
    suspects: doubted,
    settleSuspect: (key: ObjectKey) => doubted.delete(key),
  } as unknown as InformerHandle;
  const reader: Pick<LiveReader, 'get'> = {
    get: <T extends KubeObject>(_: unknown, key: ObjectKey) => {
      told.push(`GET ${key}`);
      return live instanceof KubeError
        ? Promise.reject(live)
        : Promise.resolve(find(live, key) as KubeObject as Stored<T> | undefined);
    },
  };
  const observer: WriteObserver = {
    written: (_, object) => told.push(`written ${keyOf(object)}@${object.metadata.resourceVersion}`),
    deleted: (_, key, uid) => told.push(`deleted ${key} ${uid}`),
    outcomeUnknown: () => undefined,
  };
  const refresh = (): Promise<void> =>
    refreshSuspects([handle], reader as LiveReader, observer, new AbortController().signal);
  return { refresh, told, doubted };
}

describe('refreshSuspects', () => {
  it('asks nothing when nothing is in doubt', async () => {
    const { refresh, told } = bench([stored('a', '1')], [stored('a', '2')], []);
    await refresh();
    expect(told).toEqual([]);
  });

  it('shows what the server holds, and what it holds no more', async () => {
    const { refresh, told, doubted } = bench(
      [stored('a', '1'), stored('b', '1')],
      [stored('a', '2'), stored('c', '3')],
      ['a', 'b', 'c', 'd'],
    );
    await refresh();
    expect(told).toEqual([
      'GET n/a',
      'written n/a@2',
      'GET n/b',
      'deleted n/b uid-b',
      'GET n/c',
      'written n/c@3',
      'GET n/d',
    ]);
    expect(doubted.size).toBe(0);
  });

  it('leaves in doubt what cannot be read', async () => {
    const failure = new KubeError('no answer', { reason: 'ServerError' });
    const { refresh, told, doubted } = bench([stored('a', '1')], failure, ['a']);
    await expect(refresh()).rejects.toBe(failure);
    expect(told).toEqual(['GET n/a']);
    expect([...doubted]).toEqual(['n/a']);
  });
});
