import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decode } from './decode.ts';
import { applySchemaDefaults } from './defaults.ts';
import { duplicateFields } from './duplicates.ts';
import type { Schema } from './schema.ts';

const schema: Schema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: {
        a: { type: 'string', default: 'x' },
        b: {
          type: 'object',
          default: {},
          properties: { a: { type: 'integer', default: 1 }, b: { type: 'string', nullable: true } },
        },
        c: { type: 'array', items: { type: 'object', properties: { a: { type: 'integer', default: 2 } } } },
        d: {
          type: 'object',
          additionalProperties: { type: 'object', default: { a: 9 }, properties: { a: { type: 'integer' } } },
        },
        e: {
          type: 'object',
          'x-kubernetes-preserve-unknown-fields': true,
          properties: { a: { type: 'object', properties: { b: { type: 'integer' } } } },
        },
        f: { type: 'object', additionalProperties: true },
      },
    },
  },
};

const anything = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<unknown>(null, 1, 'x'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('spec', 'a', 'b', 'c', 'd', 'e', 'f', 'metadata'), tie('value'), {
      noNullPrototype: true,
    }),
  ),
})).value;

describe('decode', () => {
  it('drops what the schema does not know and tells the paths in order', () => {
    const object = {
      apiVersion: 'v1',
      metadata: { z: 1 },
      z: 1,
      spec: {
        z: {},
        c: [{ a: 1 }, { q: 1 }],
        d: { any: { a: 1, q: 1 } },
        f: { x: { y: 1 }, z: 1 },
        a: { odd: 1 },
      },
    };
    const { object: kept, unknown } = decode(schema, object, 'strict');
    expect(unknown).toEqual(['spec.a.odd', 'spec.c[1].q', 'spec.d.any.q', 'spec.f.x.y', 'spec.z', 'z']);
    expect(kept).toEqual({
      apiVersion: 'v1',
      metadata: { z: 1 },
      spec: { c: [{ a: 1 }, {}], d: { any: { a: 1 } }, f: { x: {}, z: 1 }, a: {} },
    });
  });

  it('keeps unknown fields where the schema says so, and prunes what it knows below', () => {
    const object = { spec: { e: { z: { y: 1 }, a: { b: 1, q: 1 } } } };
    expect(decode(schema, object, 'warn').unknown).toEqual(['spec.e.a.q']);
    expect(object).toEqual({ spec: { e: { z: { y: 1 }, a: { b: 1 } } } });
  });

  it('prunes silently when nobody wants to know', () => {
    const object = { z: 1 };
    expect(decode(schema, object, 'ignore')).toEqual({ object: {}, unknown: [] });
  });

  it('tells of built-in kinds in the order of the body', () => {
    const builtin = { ...schema, 'x-name': 'io.k8s.X' };
    expect(decode(builtin, { z: 1, spec: { y: 1 }, q: 1 }, 'warn').unknown).toEqual(['z', 'spec.y', 'q']);
  });

  it('is idempotent', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const object = structuredClone(value);
        decode(schema, object, 'strict');
        const once = structuredClone(object);
        expect(decode(schema, object, 'strict').unknown).toEqual([]);
        expect(object).toEqual(once);
      }),
    );
  });
});

describe('defaults', () => {
  it('fill in what is absent or null, at every depth', () => {
    const object = {
      spec: {
        a: null,
        b: { a: null, b: null },
        c: [{}, null],
        d: { k: null },
        e: null,
        f: { z: null },
      },
    };
    applySchemaDefaults(schema, object);
    expect(object).toEqual({
      spec: { a: 'x', b: { a: 1, b: null }, c: [{ a: 2 }, null], d: { k: { a: 9 } }, f: { z: null } },
    });
  });

  it('are copies', () => {
    const [one, two] = [{ spec: {} as { b?: object } }, { spec: {} as { b?: object } }];
    applySchemaDefaults(schema, one);
    applySchemaDefaults(schema, two);
    expect(one.spec.b).toEqual({ a: 1 });
    expect(one.spec.b).not.toBe(two.spec.b);
  });

  it('are idempotent', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const object = structuredClone(value);
        applySchemaDefaults(schema, object);
        const once = structuredClone(object);
        applySchemaDefaults(schema, object);
        expect(object).toEqual(once);
      }),
    );
  });
});

describe('duplicate fields', () => {
  it.each([
    ['{"a":1,"a":2}', ['a']],
    ['{"a":1,"b":{"a":1,"c":[{"x":1},{"x":1,"x":2,"x":3}]},"b":1}', ['b.c[1].x', 'b']],
    ['{"a":"a","b":["a","a"]}', []],
    [String.raw`{"a\"b":1,"a\u0022b":2,"c\\":"\\","d":":"}`, ['a"b']],
    ['{ "a" : {} , "a" : [] }', ['a']],
    ['[[{"a":1}],{"a":1,"a":1}]', ['[1].a']],
    ['"a"', []],
  ])('of %s', (text, expected) => {
    expect(duplicateFields(text)).toEqual(expected);
  });

  it('are never seen in what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(duplicateFields(JSON.stringify(value, null, 1))).toEqual([]);
      }),
    );
  });
});
