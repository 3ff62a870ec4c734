import { describe, expect, it } from '@jest/globals';
import { ApiFailure } from '../api/failure.ts';
import type { Json } from '../api/object.ts';
import type { Schema } from '../schema/schema.ts';
import { strategicMergePatch } from './strategic-merge.ts';

const text: Schema = { type: 'string' };
const schema: Schema = {
  type: 'object',
  properties: {
    data: { type: 'object', additionalProperties: text },
    finalizers: { type: 'array', items: text, 'x-kubernetes-patch-strategy': 'merge' },
    args: { type: 'array', items: text },
    strategy: { type: 'object', 'x-kubernetes-patch-strategy': 'retainKeys' },
    ports: {
      type: 'array',
      'x-kubernetes-patch-strategy': 'merge',
      'x-kubernetes-patch-merge-key': 'port',
      items: { type: 'object', properties: { port: { type: 'integer' }, name: text } },
    },
  },
};

const patched = (object: Record<string, Json>, patch: Json): Json =>
  strategicMergePatch(schema, structuredClone(object), structuredClone(patch));

const ports = (...numbers: number[]): Json[] => numbers.map((port) => ({ port }));

describe('strategicMergePatch', () => {
  it.each<[string, Record<string, Json>, Json, Json]>([
    ['does nothing for null', { a: 1 }, null, { a: 1 }],
    [
      'merges maps',
      { data: { a: '1', b: '2' } },
      { data: { a: null, c: '3' } },
      { data: { b: '2', c: '3' } },
    ],
    ['replaces lists without a strategy', { args: ['a', 'b'] }, { args: ['c'] }, { args: ['c'] }],
    ['merges sets', { finalizers: ['a', 'b'] }, { finalizers: ['c', 'b'] }, { finalizers: ['c', 'a', 'b'] }],
    [
      'takes items out of sets',
      { finalizers: ['a', 'b', 'c'] },
      { '$deleteFromPrimitiveList/finalizers': ['a', 'c'] },
      { finalizers: ['b'] },
    ],
    [
      'merges items by their key',
      {
        ports: [
          { port: 1, name: 'a' },
          { port: 2, name: 'b' },
        ],
      },
      {
        ports: [
          { port: 3, name: 'c' },
          { port: 2, name: 'z' },
        ],
      },
      {
        ports: [
          { port: 3, name: 'c' },
          { port: 1, name: 'a' },
          { port: 2, name: 'z' },
        ],
      },
    ],
    [
      'deletes items',
      { ports: ports(1, 2) },
      { ports: [{ port: 1, $patch: 'delete' }] },
      { ports: ports(2) },
    ],
    [
      'replaces a list',
      { ports: ports(1, 2) },
      { ports: [{ $patch: 'replace' }, { port: 9 }] },
      { ports: ports(9) },
    ],
    [
      'orders a list',
      { ports: ports(1, 2, 3) },
      { '$setElementOrder/ports': ports(3, 1) },
      { ports: ports(2, 3, 1) },
    ],
    [
      'leaves other items where they were',
      { ports: ports(1, 2, 3) },
      { '$setElementOrder/ports': ports(1) },
      { ports: ports(1, 2, 3) },
    ],
    [
      'orders what it adds',
      { ports: ports(80) },
      { '$setElementOrder/ports': ports(81, 80), ports: ports(81) },
      { ports: ports(81, 80) },
    ],
    ['replaces a map', { data: { a: '1' } }, { data: { $patch: 'replace', q: '1' } }, { data: { q: '1' } }],
    ['empties a map', { data: { a: '1' } }, { data: { $patch: 'delete' } }, { data: {} }],
    [
      'keeps just the keys that are named',
      { strategy: { type: 'a', rolling: 1 } },
      { strategy: { $retainKeys: ['type'], type: 'b' } },
      { strategy: { type: 'b' } },
    ],
    [
      'takes what is new without nulls and directives',
      {},
      { x: { a: null, b: { $patch: 'delete' }, c: 1 } },
      { x: { c: 1 } },
    ],
  ])('%s', (_, object, patch, result) => {
    expect(patched(object, patch)).toEqual(result);
  });

  const live = { data: { a: '1' }, finalizers: ['a'], ports: [{ port: 80, name: 'a' }] };

  it.each<[number, string, Json]>([
    [400, 'json: cannot unmarshal array into Go value of type map[string]interface {}', [1]],
    [400, 'invalid patch format of retainKeys', { data: { $retainKeys: 'a' } }],
    [400, 'invalid patch format of retainKeys', { data: { $retainKeys: ['a'], b: '1' } }],
    [400, 'invalid patch format of setElementOrder list', { $setElementOrder: ['x'] }],
    [400, 'invalid patch format of primitive list', { $deleteFromPrimitiveList: ['x'] }],
    [500, 'unknown patch type: zap in map: map[$patch:zap]', { data: { $patch: 'zap' } }],
    [
      500,
      "The order in patch list:\n[z]\n doesn't match $setElementOrder list:\n[c]\n",
      { '$setElementOrder/finalizers': ['c'], finalizers: ['z'] },
    ],
    [500, 'expected a []interface {}, but received a string', { '$setElementOrder/finalizers': 'x' }],
    [500, 'map: map[name:x] does not contain declared merge key: port', { ports: [{ name: 'x' }] }],
    [500, 'list element types are not identical: [[map[name:a port:80]] [x]]', { ports: ['x'] }],
    [500, 'merging lists cannot yet be specified in the patch', { ports: [{ $patch: 'merge' }] }],
    [
      500,
      'unknown patch type: zap in map: map[$patch:zap a:map[b:[1 x]]]',
      { ports: [{ $patch: 'zap', a: { b: [1, 'x'] } }] },
    ],
    [
      500,
      'map: map[$patch:delete] does not contain declared merge key: port',
      { ports: [{ $patch: 'delete' }] },
    ],
  ])('answers %i %j', (code, message, patch) => {
    try {
      patched(live, patch);
    } catch (error) {
      expect(error).toBeInstanceOf(ApiFailure);
      if (error instanceof ApiFailure) expect(error.status).toMatchObject({ code, message });
      return;
    }
    throw new Error('it applied');
  });
});
