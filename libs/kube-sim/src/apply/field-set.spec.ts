import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  difference,
  type FieldSet,
  type FieldSetBuilder,
  intersection,
  member,
  pathsOf,
  union,
  without,
} from './field-set.ts';
import { decodeManagers, encodeManagers } from './managers.ts';
import { compareElements, inOrder, keyElement, printPath, valueElement } from './path-element.ts';

const element = fc.constantFrom('f:a', 'f:b', 'f:c', 'k:{"n":"x"}', 'v:1');
const path = fc.array(element, { minLength: 1, maxLength: 3 });
const paths = fc.array(path, { maxLength: 8 });

function setOf(all: readonly (readonly string[])[]): FieldSet {
  const one = ([first = '', ...rest]: readonly string[]): FieldSet => ({
    [first]: rest.length === 0 ? member : one(rest),
  });
  return all.map(one).reduce<FieldSetBuilder>(union, {});
}

const texts = (set: FieldSet): readonly string[] => [...pathsOf(set)].map((one) => one.join('/')).sort();
const joined = (all: readonly (readonly string[])[]): readonly string[] =>
  [...new Set(all.map((one) => one.join('/')))].sort();

describe('sets of fields', () => {
  it('hold the paths that were put in', () => {
    fc.assert(
      fc.property(paths, (all) => {
        expect(texts(setOf(all))).toEqual(joined(all));
      }),
    );
  });

  it('are combined like sets of paths', () => {
    fc.assert(
      fc.property(paths, paths, (left, right) => {
        const lefts = joined(left);
        const rights = joined(right);
        const [one, other] = [setOf(left), setOf(right)];
        expect(texts(union(one, other))).toEqual(joined([...left, ...right]));
        expect(texts(intersection(one, other))).toEqual(lefts.filter((text) => rights.includes(text)));
        expect(texts(difference(one, other))).toEqual(lefts.filter((text) => !rights.includes(text)));
      }),
    );
  });

  it('lose a path with all that is below', () => {
    fc.assert(
      fc.property(paths, path, (all, gone) => {
        const kept = all.filter((one) => gone.some((step, depth) => one[depth] !== step));
        expect(texts(without(setOf(all), [gone]))).toEqual(joined(kept));
      }),
    );
  });

  it('are the same after they were written and read', () => {
    fc.assert(
      fc.property(paths, (all) => {
        fc.pre(all.length > 0);
        const manager = { manager: 'm', operation: 'Apply', apiVersion: 'v1' } as const;
        const entries = encodeManagers([{ ...manager, set: setOf(all) }]);
        const text = JSON.parse(JSON.stringify(entries)) as unknown[];
        expect(decodeManagers(text)).toEqual([{ ...manager, set: setOf(all) }]);
      }),
    );
  });
});

describe('path elements', () => {
  it('stand in the order of the server', () => {
    const ports = [8080, 80, 9].map((port) => keyElement([['port', port]]));
    const names = ['b c', 'b', 'a"'].map((name) => keyElement([['name', name]]));
    const values = ['x', 10, 9, true].map(valueElement);
    const all = ['i:10', 'i:9', ...values, ...ports, ...names, 'f:b', 'f:a', '.'];
    expect(all.sort(compareElements)).toEqual([
      '.',
      'f:a',
      'f:b',
      'k:{"name":"a\\""}',
      'k:{"name":"b"}',
      'k:{"name":"b c"}',
      'k:{"port":9}',
      'k:{"port":80}',
      'k:{"port":8080}',
      'v:9',
      'v:10',
      'v:"x"',
      'v:true',
      'i:9',
      'i:10',
    ]);
    expect(Object.keys(inOrder({ 'f:b': { 'f:d': {}, '.': {} }, 'f:a': {} }))).toEqual(['f:a', 'f:b']);
  });

  it('are printed as messages have them', () => {
    const key = keyElement([
      ['port', 80],
      ['protocol', 'TCP'],
    ]);
    expect(printPath(['f:spec', key, 'f:x', valueElement('a<b'), 'i:3'])).toBe(
      '.spec[port=80,protocol="TCP"].x[="a\\u003cb"][3]',
    );
  });
});
