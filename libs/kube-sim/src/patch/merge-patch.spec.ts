import { describe, expect, it } from '@jest/globals';
import type { Json } from '../api/object.ts';
import { mergePatch } from './merge-patch.ts';

describe('mergePatch', () => {
  it.each<[string, Record<string, Json>, Json, Json]>([
    ['sets and removes', { a: 1, b: { c: 1, d: 2 } }, { a: null, b: { d: 3 } }, { b: { c: 1, d: 3 } }],
    ['replaces lists', { l: [1, 2] }, { l: [3] }, { l: [3] }],
    ['drops nulls of what is new', {}, { a: { b: null, c: 1 }, n: null }, { a: { c: 1 } }],
    ['keeps nulls as items, but not in items', {}, { l: [null, { a: null }] }, { l: [null, {}] }],
    ['puts an object in the place of a scalar', { a: 1 }, { a: { b: null, c: 2 } }, { a: { c: 2 } }],
    ['puts a scalar in the place of an object', { a: { b: 1 } }, { a: 'x' }, { a: 'x' }],
  ])('%s', (_, document, patch, result) => {
    expect(mergePatch(document, patch)).toEqual(result);
  });

  it.each<[Json, string]>([
    [null, 'Invalid JSON Patch'],
    [[1], 'error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}'],
  ])('does not take %j for a patch', (patch, message) => {
    expect(() => mergePatch({}, patch)).toThrow(message);
  });
});
