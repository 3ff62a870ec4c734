import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { exciseObject, type FieldPath } from './excise.ts';

const managedFields: readonly FieldPath[] = [['metadata', 'managedFields']];

function cut(text: string, paths: readonly FieldPath[] = managedFields): string {
  return new TextDecoder().decode(exciseObject(new TextEncoder().encode(text), paths));
}

describe('exciseObject', () => {
  it.each([
    ['{"metadata":{"name":"a","managedFields":[{"x":1}]},"spec":{}}', '{"metadata":{"name":"a"},"spec":{}}'],
    ['{"metadata":{"managedFields":[],"name":"a"}}', '{"metadata":{"name":"a"}}'],
    ['{"metadata":{"managedFields":[]}}', '{"metadata":{}}'],
    [
      '{ "metadata" : { "managedFields" : [ "]}\\"" ] , "name" : "a" } }',
      '{ "metadata" : { "name" : "a" } }',
    ],
  ])('cuts %s', (text, expected) => {
    expect(cut(text)).toBe(expected);
  });

  it('leaves the same key at any other depth', () => {
    const text =
      '{"managedFields":1,"spec":{"metadata":{"managedFields":2}},"metadata":{"labels":{"managedFields":"3"}}}';
    expect(cut(text)).toBe(text);
  });

  it.each([
    '',
    '[]',
    '{"metadata":{"managedFields":[',
    '{"metadata"',
    'null',
    '{"metadata":{"managedFields":[]',
  ])('returns what is no whole JSON object as it is: %s', (text) => {
    expect(cut(text)).toBe(text);
  });

  it('gives what deleting the fields from the parsed object gives, and the same buffer when there is nothing to cut', () => {
    const key = fc.constantFrom('metadata', 'managedFields', 'spec', 'a"b', 'ü', '\\', '{', '');
    const { value } = fc.letrec<{ value: unknown; leaf: unknown }>((tie) => ({
      leaf: fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.double({ noNaN: true }),
        fc.boolean(),
        fc.constant(null),
      ),
      value: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        tie('leaf'),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
      ),
    }));
    const paths = fc.array(fc.array(key, { minLength: 1, maxLength: 3 }), { maxLength: 3 });
    const space = fc.constantFrom('', ' ', '\t', 2);
    fc.assert(
      fc.property(
        fc.dictionary(key, value, { noNullPrototype: true }),
        paths,
        space,
        (object, given, indent) => {
          const text = JSON.stringify(object, undefined, indent);
          const expected = JSON.parse(text) as Record<string, unknown>;
          // Keys that JSON writes with an escape are never matched.
          const matched = given.filter((path) => path.every((name) => JSON.stringify(name) === `"${name}"`));
          for (const path of matched) remove(expected, path);
          const bytes = new TextEncoder().encode(text);
          const result = exciseObject(bytes, matched);
          expect(JSON.parse(new TextDecoder().decode(result))).toEqual(expected);
          if (JSON.stringify(expected) === JSON.stringify(JSON.parse(text))) expect(result).toBe(bytes);
        },
      ),
      { numRuns: 500 },
    );
  });
});

function remove(object: Record<string, unknown>, path: FieldPath): void {
  const [first, ...rest] = path;
  if (first === undefined || !Object.hasOwn(object, first)) return;
  const child = object[first];
  if (rest.length === 0) {
    Reflect.deleteProperty(object, first);
  } else if (typeof child === 'object' && child !== null && !Array.isArray(child)) {
    remove(child as Record<string, unknown>, rest);
  }
}
