import { describe, expect, it } from '@jest/globals';
import type { Writer } from '../client/client.ts';
import { KubeError } from '../core/errors.ts';
import { keyOf, type ObjectKey } from '../core/key.ts';
import type { KubeObject, Stored } from '../core/object.ts';
import { Doubts } from './doubts.ts';
import { widget, widgets } from './widgets.spec-helper.ts';

const mine = keyOf(widget('mine'));
const other = keyOf(widget('other'));
const stored = (name: string, version: string): Stored =>
  widget(name, 1, { uid: `uid-${name}`, resourceVersion: version }) as Stored;

/** Writes whose answers are lost, except that of `sound`; what is cached and what the server holds is as given. */
function bench(cached: readonly Stored[], live: readonly Stored[]) {
  const told: string[] = [];
  const unreadable = new Set<string>();
  const find = (among: readonly Stored[], key: ObjectKey): Stored | undefined =>
    among.find((object) => keyOf(object) === key);
  const lost = (): Promise<never> => Promise.reject(new KubeError('lost', { reason: 'ConnectionLost' }));
  const writer: Writer = {
    create: (_, object) =>
      object.metadata.name === 'sound' ? Promise.resolve(object as unknown as Stored<typeof object>) : lost(),
    apply: lost,
    jsonPatch: lost,
    replace: lost,
    delete: lost,
  };
  const doubts = new Doubts({
    writer,
    live: {
      get: <T extends KubeObject>(_: unknown, key: ObjectKey) => {
        told.push(`GET ${key}`);
        return unreadable.has(key)
          ? Promise.reject(new KubeError('no answer', { reason: 'ServerError' }))
          : Promise.resolve(find(live, key) as KubeObject as Stored<T> | undefined);
      },
    },
    cached: (_, key) => find(cached, key),
    observer: {
      written: (_, object) => told.push(`written ${keyOf(object)}@${object.metadata.resourceVersion}`),
      deleted: (_, key, uid) => told.push(`deleted ${key} ${uid}`),
    },
  });
  const settle = (object = mine): Promise<void> => doubts.settle(object, new AbortController().signal);
  return { doubts, settle, told, unreadable };
}

const ignored = (): undefined => undefined;

describe('Doubts', () => {
  it('ask nothing when every answer has come', async () => {
    const { doubts, settle, told } = bench([], []);
    await doubts.writerFor(mine).create(widgets, widget('sound'));
    await settle();
    expect(told).toEqual([]);
  });

  it('show what the server holds and what it holds no more, whatever was sent, and once', async () => {
    const { doubts, settle, told } = bench(
      [stored('a', '1'), stored('b', '1')],
      [stored('a', '2'), stored('c', '3')],
    );
    const writer = doubts.writerFor(mine);
    await writer.apply(widgets, widget('a'), { fieldManager: 'f', force: true }).catch(ignored);
    await writer.jsonPatch(widgets, keyOf(widget('a')), []).catch(ignored);
    await writer.delete(widgets, keyOf(widget('b')), { uid: 'uid-b' }).catch(ignored);
    await writer.create(widgets, widget('c')).catch(ignored);
    await writer.replace(widgets, stored('d', '1')).catch(ignored);
    await settle(other);
    expect(told).toEqual([]);
    await settle();
    await settle();
    expect(told).toEqual([
      'GET n/a',
      'written n/a@2',
      'GET n/b',
      'deleted n/b uid-b',
      'GET n/c',
      'written n/c@3',
      'GET n/d',
    ]);
  });

  it('keep what cannot be read, and nothing else', async () => {
    const { doubts, settle, told, unreadable } = bench([], []);
    for (const name of ['a', 'b']) await doubts.writerFor(mine).create(widgets, widget(name)).catch(ignored);
    unreadable.add('n/b');
    await expect(settle()).rejects.toThrow('no answer');
    unreadable.clear();
    await settle();
    expect(told).toEqual(['GET n/a', 'GET n/b', 'GET n/b']);
  });

  it('are forgotten with their object', async () => {
    const { doubts, settle, told } = bench([], []);
    await doubts.writerFor(mine).create(widgets, widget('a')).catch(ignored);
    doubts.forget(mine);
    await settle();
    expect(told).toEqual([]);
  });
});
