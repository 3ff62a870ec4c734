import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ApiFailure } from '../api/failure.ts';
import type { Json } from '../api/object.ts';
import { jsonPatch } from './json-patch.ts';

const operation = (op: string, path: string, rest: Record<string, Json> = {}): Json => ({
  op,
  path,
  ...rest,
});

function failure(document: Json, patch: Json): ApiFailure['status'] {
  try {
    jsonPatch(document, patch);
  } catch (error) {
    if (error instanceof ApiFailure) return error.status;
    throw error;
  }
  throw new Error('it applied');
}

describe('jsonPatch', () => {
  it.each<[string, Json, Json, Json]>([
    ['adds a field', { a: 1 }, operation('add', '/b', { value: 2 }), { a: 1, b: 2 }],
    ['adds null for a value that is left out', {}, operation('add', '/b'), { b: null }],
    ['inserts into a list', { l: [1, 3] }, operation('add', '/l/1', { value: 2 }), { l: [1, 2, 3] }],
    ['appends to a list', { l: [1] }, operation('add', '/l/-', { value: 2 }), { l: [1, 2] }],
    ['counts from the end', { l: [1, 2] }, operation('remove', '/l/-1'), { l: [1] }],
    ['removes', { a: { b: 1, c: 2 } }, operation('remove', '/a/b'), { a: { c: 2 } }],
    ['replaces', { a: 1 }, operation('replace', '/a', { value: [] }), { a: [] }],
    ['replaces what is absent', { a: 1 }, operation('replace', '/b', { value: 2 }), { a: 1, b: 2 }],
    ['replaces everything', { a: 1 }, operation('replace', '', { value: [1] }), [1]],
    ['moves', { a: { b: 1 } }, operation('move', '/c', { from: '/a/b' }), { a: {}, c: 1 }],
    ['copies', { a: { b: [1] } }, operation('copy', '/c', { from: '/a/b' }), { a: { b: [1] }, c: [1] }],
    ['unescapes keys', { 'a/b~1': 1 }, operation('remove', '/a~1b~01'), {}],
    [
      'tests without regard to order',
      { a: { b: 1, c: 2 } },
      operation('test', '/a', { value: { c: 2, b: 1 } }),
      { a: { b: 1, c: 2 } },
    ],
    ['finds what is absent to be null', {}, operation('test', '/a', { value: null }), {}],
  ])('%s', (_, document, patch, result) => {
    expect(jsonPatch(structuredClone(document), [patch])).toEqual(result);
  });

  it.each<[string, Json, Json]>([
    ['a test that fails', { a: 1 }, operation('test', '/a', { value: 2 })],
    ['a removal of nothing', {}, operation('remove', '/a')],
    ['an unknown operation', {}, operation('zap', '/a')],
    ['a path through nothing', {}, operation('add', '/a/b', { value: 1 })],
    ['an index beyond the end', { l: [] }, operation('add', '/l/1', { value: 1 })],
    ['a name for an index', { l: [1] }, operation('replace', '/l/x', { value: 1 })],
    ['removing everything', {}, operation('remove', '')],
    ['a scalar for everything', {}, operation('replace', '', { value: 1 })],
  ])('refuses %s without saying why', (_, document, patch) => {
    expect(failure(document, [patch])).toMatchObject({
      code: 422,
      reason: 'Invalid',
      message: 'the server rejected our request due to an error in our request',
      details: {},
    });
  });

  it.each<[Json, string]>([
    [{}, 'json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp'],
    [['x'], 'json: cannot unmarshal string into Go value of type handlers.jsonPatchOp'],
    [[{ path: 5 }], 'json: cannot unmarshal number into Go struct field jsonPatchOp.path of type string'],
  ])('does not take %j for a patch', (patch, message) => {
    expect(failure({}, patch)).toMatchObject({ code: 400, message: `error decoding patch: ${message}` });
  });

  it('takes back what it adds', () => {
    const key = fc.stringMatching(/^[a-z/~]{1,4}$/);
    const values = fc.dictionary(key, fc.jsonValue(), { noNullPrototype: true });
    fc.assert(
      fc.property(values, key, fc.jsonValue(), (map, name, value) => {
        fc.pre(!Object.hasOwn(map, name));
        const path = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
        const patch = [operation('add', path, { value: value as Json }), operation('remove', path)];
        const document = map as Record<string, Json>;
        expect(jsonPatch(structuredClone(document), patch)).toEqual(document);
      }),
    );
  });
});
