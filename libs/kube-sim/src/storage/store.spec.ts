import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SimObject } from '../api/object.ts';
import { Store, type StoreEvent } from './store.ts';
import { itemTextOf, objectOf, textOf } from './stored.ts';

const resource = '/configmaps';

function object(name: string, namespace = 'n', value = 'x'): SimObject {
  return {
    data: { value },
    kind: 'ConfigMap',
    apiVersion: 'v1',
    metadata: { name, namespace, uid: `uid-${name}` },
  };
}

describe('Store', () => {
  it('counts one revision for each write, whatever is written', () => {
    const store = new Store();
    const first = store.revision;
    expect(store.put(resource, object('a'), undefined).revision).toBe(first + 1);
    expect(store.put('/secrets', object('a'), undefined).revision).toBe(first + 2);
    expect(store.remove(resource, 'n/a')?.revision).toBe(first + 3);
    expect(store.remove(resource, 'n/a')).toBeUndefined();
    expect(store.revision).toBe(first + 3);
  });

  it('keeps the object as text, in the version that is asked for', () => {
    const stored = new Store().put(resource, object('a'), undefined);
    const metadata = { resourceVersion: String(stored.revision), name: 'a', namespace: 'n', uid: 'uid-a' };
    expect(objectOf(stored)).toEqual({ ...object('a'), metadata });
    expect(JSON.parse(textOf(stored, 'v2'))).toMatchObject({ apiVersion: 'v2', metadata });
    expect(JSON.parse(itemTextOf(stored))).toEqual({ metadata, data: { value: 'x' } });
  });

  it('keeps once what states and objects have in common', () => {
    const store = new Store();
    const managed = (name: string, value: string, time: string): SimObject => {
      const fieldsV1 = { 'f:data': { 'f:value': {} } };
      const [operation, fieldsType] = ['Update', 'FieldsV1'] as const;
      const managedFields = [{ manager: 'm', operation, apiVersion: 'v1', time, fieldsType, fieldsV1 }];
      return { ...object(name, 'n', value), more: 1, metadata: { name, namespace: 'n', managedFields } };
    };
    const first = store.put(resource, managed('a', 'x', 't0'), undefined);
    const second = store.put(resource, managed('a', 'y', 't1'), undefined);
    const other = store.put(resource, managed('b', 'y', 't1'), undefined);
    expect(second.parts[1]).toBe(first.parts[1]);
    expect(second.parts[0]).not.toEqual(first.parts[0]);
    expect(other.managers[0]).toBe(second.managers[0]);
    expect([first, second].map((stored) => objectOf(stored).metadata.managedFields?.[0]?.time)).toEqual([
      't0',
      't1',
    ]);
    expect(JSON.parse(textOf(second))).toEqual(objectOf(second));
  });

  it('lists by key, a namespace or all of them', () => {
    const store = new Store();
    for (const [name, namespace] of [
      ['b', 'n'],
      ['a', 'n'],
      ['x', 'n-1'],
      ['a', 'm'],
    ] as const) {
      store.put(resource, object(name, namespace), undefined);
    }
    // As in etcd, where a hyphen comes before a slash.
    expect(store.list(resource).map(({ key }) => key)).toEqual(['m/a', 'n-1/x', 'n/a', 'n/b']);
    expect(store.list(resource, 'n').map(({ name }) => name)).toEqual(['a', 'b']);
    expect(store.list(resource, 'none')).toEqual([]);
  });

  it('tells listeners of a write before it returns, until they have enough', () => {
    const store = new Store();
    const seen: string[] = [];
    const stop = store.subscribe(({ type, stored, previous }) => {
      seen.push(`${type} ${stored.revision - store.revision} ${previous === undefined ? 'new' : 'known'}`);
    });
    store.put(resource, object('a'), undefined);
    store.put(resource, object('a', 'n', 'y'), undefined);
    store.remove(resource, 'n/a');
    stop();
    store.put(resource, object('b'), undefined);
    expect(seen).toEqual(['ADDED 0 new', 'MODIFIED 0 known', 'DELETED 0 known']);
  });

  it('forgets what was compacted, and remembers the rest', () => {
    const store = new Store();
    const { revision: a } = store.put(resource, object('a'), undefined);
    const { revision: b } = store.put(resource, object('b'), undefined);
    store.compact(a);
    expect(store.since(a - 1, resource)).toBeUndefined();
    expect(store.since(a, resource)?.map(({ stored }) => stored.name)).toEqual(['b']);
    expect(store.listAt(resource, undefined, a - 1)).toBeUndefined();
    expect(store.listAt(resource, undefined, a)?.map(({ name }) => name)).toEqual(['a']);
    store.compact();
    expect(store.since(b, resource)).toEqual([]);
    expect(store.compactedRevision).toBe(b);
  });

  it('keeps as many changes as it was told, or twice that for a while', () => {
    const store = new Store({ historySize: 5 });
    const start = store.revision;
    for (let count = 0; count < 11; count++) store.put(resource, object(`o-${count}`), undefined);
    expect(store.since(start, resource)).toBeUndefined();
    expect(store.since(start + 6, resource)).toHaveLength(5);
  });

  it('shows every revision that it remembers as it was', () => {
    const write = fc.record({
      name: fc.constantFrom('a', 'b', 'c', 'd'),
      value: fc.string(),
      isDelete: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(write, { maxLength: 30 }), (writes) => {
        const store = new Store();
        const seen = new Map<number, readonly string[]>();
        const note = (): unknown =>
          seen.set(
            store.revision,
            store.list(resource).map((stored) => textOf(stored)),
          );
        note();
        for (const { name, value, isDelete } of writes) {
          if (isDelete) store.remove(resource, `n/${name}`);
          else store.put(resource, object(name, 'n', value), undefined);
          note();
        }
        for (const [revision, texts] of seen) {
          expect(store.listAt(resource, undefined, revision)?.map((stored) => textOf(stored))).toEqual(texts);
        }
      }),
    );
  });

  it('gives changes of one resource or of all', () => {
    const store = new Store();
    const { revision } = store;
    store.put(resource, object('a'), undefined);
    store.put('/secrets', object('b'), undefined);
    const names = (events: readonly StoreEvent[] | undefined): unknown =>
      events?.map(({ stored }) => stored.name);
    expect(names(store.since(revision, resource))).toEqual(['a']);
    expect(names(store.since(revision))).toEqual(['a', 'b']);
  });
});
