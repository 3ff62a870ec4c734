import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { IndexedStore } from './index.ts';

interface Value {
  readonly tags: readonly string[];
}

describe('IndexedStore', () => {
  it('answers from its indexes what a scan over all values would', () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd');
    const tag = fc.constantFrom('x', 'y', 'z');
    const command = fc.oneof(
      fc.record({ key, tags: fc.array(tag, { maxLength: 4 }) }),
      fc.record({ key, tags: fc.constant(undefined) }),
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 40 }), (commands) => {
        const store = new IndexedStore<Value>({ tag: ({ tags }) => tags });
        const model = new Map<string, Value>();
        for (const { key, tags } of commands) {
          if (tags === undefined) {
            expect(store.delete(key)).toBe(model.delete(key));
          } else {
            store.set(key, { tags });
            model.set(key, { tags });
          }
        }
        expect(store.size).toBe(model.size);
        expect(new Map(store.entries())).toEqual(model);
        for (const entry of ['x', 'y', 'z']) {
          const found = [...store.byIndex('tag', entry)];
          const expected = [...model.values()].filter(({ tags }) => tags.includes(entry));
          expect(new Set(found)).toEqual(new Set(expected));
          expect(found).toHaveLength(expected.length);
        }
      }),
    );
  });

  it('keeps what it had when an indexer throws', () => {
    const store = new IndexedStore<Value>({ tag: ({ tags }) => (tags.length > 1 ? fail() : tags) });
    store.set('a', { tags: ['x'] });
    expect(() => {
      store.set('a', { tags: ['x', 'y'] });
    }).toThrow('no');
    expect([...store.byIndex('tag', 'x')]).toEqual([{ tags: ['x'] }]);
  });

  it('meets no value twice in a loop during which values are replaced', () => {
    const store = new IndexedStore<Value>({ tag: ({ tags }) => tags });
    for (const key of ['a', 'b', 'c']) store.set(key, { tags: ['x'] });
    for (const loop of [() => store.values(), () => store.byIndex('tag', 'x')]) {
      let met = 0;
      for (const value of loop()) {
        expect(value.tags).toContain('x');
        expect(++met).toBeLessThanOrEqual(3);
        for (const key of ['a', 'b', 'c']) store.set(key, { tags: ['x'] });
      }
      expect(met).toBe(3);
    }
  });

  it('says which index it does not have', () => {
    expect(() => [...new IndexedStore().byIndex('owner', 'x')]).toThrow('there is no index named owner');
  });

  function fail(): never {
    throw new Error('no');
  }
});
