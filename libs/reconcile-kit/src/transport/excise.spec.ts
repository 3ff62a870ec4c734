import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { exciseObject, type FieldPath } from './excise.ts';

const managedFields: readonly FieldPath[] = [['metadata', 'managedFields']];

function cut(text: string, paths: readonly FieldPath[] = managedFields): string {
  return Buffer.from(exciseObject(Buffer.from(text), paths)).toString();
}

describe('exciseObject', () => {
  it('cuts the field with one of its commas, wherever it stands', () => {
    expect(cut('{"metadata":{"managedFields":[{"a":1}],"name":"x"}}')).toBe('{"metadata":{"name":"x"}}');
    expect(cut('{"metadata":{"name":"x","managedFields":[{"a":1}]}}')).toBe('{"metadata":{"name":"x"}}');
    expect(cut('{"metadata":{"managedFields":[]}}')).toBe('{"metadata":{}}');
    expect(cut('{"metadata":{"a":1 , "managedFields":null , "b":2}}')).toBe('{"metadata":{"a":1  , "b":2}}');
  });

  it('leaves fields of the same name elsewhere alone', () => {
    const text =
      '{"managedFields":1,"spec":{"metadata":{"managedFields":2}},"metadata":[{"managedFields":3}]}';
    expect(cut(text)).toBe(text);
  });

  it('is not misled by strings that look like structure', () => {
    const text =
      '{"a":"{\\"metadata\\":{\\"managedFields\\":1}}","metadata":{"b":"}\\\\","managedFields":"]\\""}}';
    expect(cut(text)).toBe('{"a":"{\\"metadata\\":{\\"managedFields\\":1}}","metadata":{"b":"}\\\\"}}');
  });

  it('does not take a key with escapes, or of other than ASCII characters, for one of a path', () => {
    const escaped = '{"metadata":{"managed\\u0046ields":1}}';
    expect(cut(escaped)).toBe(escaped);
    expect(cut('{"é":1}', [['Ã©']])).toBe('{"é":1}');
  });

  it('gives the same array back when there is nothing to cut, and broken text untouched', () => {
    for (const text of [
      '',
      'null',
      '[]',
      '{}',
      '{"metadata":{"name":"x"}}',
      '{"metadata":{"managedFields":[1',
      '{"metadata":{"managedFields":[1]',
      '{"metadata":{"managedFields":1}"name":2}',
      '{"metadata" {}}',
    ]) {
      const bytes = Buffer.from(text);
      expect(exciseObject(bytes, [...managedFields, ['never']])).toBe(bytes);
    }
  });

  it('does not look further than the last path', () => {
    expect(cut('{"metadata":{"managedFields":[],"name":"x"},"spec":broken')).toBe(
      '{"metadata":{"name":"x"},"spec":broken',
    );
  });

  it('gives text that parses to the object without the fields, for any object and paths', () => {
    const name = fc.constantFrom('a', 'b', 'metadata', 'managedFields', 'é', '"\\', '\n', '');
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.jsonValue({ maxDepth: 1 }),
        fc.string({ unit: 'binary' }),
        fc.constantFrom('{"a":', '\\"', '}],'),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(name, tie('value'), { maxKeys: 6 }),
      ),
    }));
    const object = fc.dictionary(name, value, { maxKeys: 6 });
    const plainName = fc.constantFrom('a', 'b', 'metadata', 'managedFields');
    const path = fc.array(plainName, { minLength: 1, maxLength: 4 });
    const space = fc.constantFrom('', ' ', '\n', '\t');
    fc.assert(
      fc.property(object, fc.array(path, { maxLength: 4 }), space, space, (object, paths, indent, lead) => {
        const text = lead + JSON.stringify(object, undefined, indent);
        expect(JSON.parse(cut(text, paths))).toEqual(withoutPaths(JSON.parse(text), paths));
      }),
      { numRuns: 500 },
    );
  });

  it('never throws, whatever the bytes', () => {
    const fragment = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      '"metadata"',
      '"managedFields"',
      '1',
    );
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 30 }), (fragments) => {
        cut(fragments.join(''));
      }),
      { numRuns: 500 },
    );
  });
});

/** The slow and obvious way. */
function withoutPaths(object: unknown, paths: readonly FieldPath[]): unknown {
  const copy = structuredClone(object);
  for (const path of paths) {
    let at: unknown = copy;
    for (const name of path.slice(0, -1)) {
      at = isRecord(at) && Object.hasOwn(at, name) ? at[name] : undefined;
    }
    const last = path.at(-1);
    if (isRecord(at) && last !== undefined) Reflect.deleteProperty(at, last);
  }
  return copy;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
