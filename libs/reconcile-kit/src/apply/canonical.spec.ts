import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonical } from './canonical.ts';
import { contentHash } from './hash.ts';

const objects = fc.dictionary(
  fc.string(),
  fc.jsonValue({ noUnicodeString: false }).filter((value) => !JSON.stringify(value).includes('null')),
);

describe('canonical', () => {
  it('leaves out fields that are undefined or null, and keeps empty maps and lists', () => {
    const rendered = { b: undefined, c: null, a: { d: undefined, emptyDir: {}, args: [] } };
    expect(JSON.stringify(canonical(rendered))).toBe('{"a":{"args":[],"emptyDir":{}}}');
  });

  it.each([
    [{ spec: { replicas: NaN } }, '/spec/replicas'],
    [{ args: ['a', undefined] }, '/args/1'],
    [{ args: [null] }, '/args/0'],
    [{ size: 1n }, '/size'],
    [{ run: () => 1 }, '/run'],
  ])('refuses what JSON cannot carry, and says where', (rendered, path) => {
    expect(() => canonical(rendered)).toThrow(path);
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(objects, (object) => {
        const once = canonical(object);
        expect(JSON.stringify(canonical(once as object))).toBe(JSON.stringify(once));
        expect(once).toEqual(object);
      }),
    );
  });
});

describe('contentHash', () => {
  it('of a canonical object does not depend on the order of keys', () => {
    fc.assert(
      fc.property(objects, (object) => {
        const reversed = Object.fromEntries(Object.entries(object).reverse());
        expect(contentHash(canonical(reversed))).toBe(contentHash(canonical(object)));
      }),
    );
  });

  it('depends on values and on the order of lists', () => {
    expect(contentHash({ a: 1 })).toMatch(/^[0-9a-f]{16}$/);
    expect(contentHash({ a: 1 })).not.toBe(contentHash({ a: '1' }));
    expect(contentHash({ a: [1, 2] })).not.toBe(contentHash({ a: [2, 1] }));
  });
});
