import { describe, expect, it } from '@jest/globals';
import type { FieldCause } from '../api/failure.ts';
import { decode } from './decode.ts';
import { applySchemaDefaults } from './defaults.ts';
import { validateEmbedded } from './embedded.ts';
import { validateListTypes } from './list-types.ts';
import { readRecorded, sortedCauses } from './recorded.spec-helper.ts';
import type { Schema } from './schema.ts';
import { toRegExp } from './scalars.ts';
import { validateSchema } from './validate.ts';

interface Case {
  readonly spec: unknown;
  readonly stored?: unknown;
  readonly causes?: readonly FieldCause[];
}

const [first, ...cases] = readRecorded(new URL('validate.recorded.jsonl', import.meta.url));
const schema = first as Schema;

describe('validation against a schema', () => {
  it.each((cases as Case[]).map((one) => [JSON.stringify(one.spec), one] as const))(
    'answers %s as the real server does',
    (_name, { spec, stored, causes }) => {
      const object = { spec: structuredClone(spec) };
      decode(schema, object, 'ignore');
      applySchemaDefaults(schema, object);
      const found = [
        ...validateSchema(schema, object),
        ...validateEmbedded(schema, object),
        ...validateListTypes(schema, object),
      ];
      expect(sortedCauses(found)).toEqual(sortedCauses(causes));
      if (causes === undefined) expect(object.spec ?? null).toEqual(stored);
    },
  );

  it.each([
    ['maximum', 1.5, 2, ['should be less than or equal to 1']],
    ['maximum', 1.5, 1.7, ['should be less than or equal to 1.5']],
    ['minimum', -1.5, -2, ['should be greater than or equal to -1']],
    ['multipleOf', 1.5, 2, []],
    ['multipleOf', 1.5, 2.5, ['should be a multiple of 1.5']],
  ])('cuts limits for whole numbers: %s %d, and %d', (limit, bound, value, words) => {
    const causes = validateSchema({ type: 'number', [limit]: bound }, value);
    expect(causes.map(({ message }) => message.split(' in body ')[1])).toEqual(words);
  });

  describe('of an update', () => {
    const keyed: Schema = {
      type: 'object',
      properties: {
        list: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name'],
          items: {
            type: 'object',
            properties: {
              name: { type: 'string' },
              size: { type: 'integer', maximum: 1 },
              note: { type: 'string' },
            },
          },
        },
        atomic: { type: 'array', items: { type: 'integer', maximum: 1 } },
      },
      required: ['other'],
    };
    const fields = (value: unknown, old: unknown) =>
      validateSchema(keyed, value, old).map(({ field }) => field);

    it('forgives what was wrong before and has not changed', () => {
      const old = { list: [{ name: 'a', size: 5 }] };
      expect(fields(old, old)).toEqual([]);
      expect(fields({ list: [{ name: 'b' }, { name: 'a', size: 5, note: 'x' }] }, old)).toEqual(['other']);
    });

    it('does not forgive what changed, or has no identity', () => {
      expect(fields({ list: [{ name: 'a', size: 6 }] }, { list: [{ name: 'a', size: 5 }] })).toEqual([
        'list[0].size',
        'other',
      ]);
      expect(fields({ atomic: [5, 1] }, { atomic: [5] })).toEqual(['atomic[0]', 'other']);
    });
  });

  it('puts a prefix in front of fields, not into messages', () => {
    expect(
      validateSchema(
        { type: 'object', properties: { r: { type: 'integer' } } },
        { r: 'x' },
        undefined,
        'status',
      ),
    ).toEqual([
      {
        reason: 'FieldValueTypeInvalid',
        message: 'Invalid value: "string": r in body must be of type integer: "string"',
        field: 'status.r',
      },
    ]);
  });
});

describe('a pattern of RE2', () => {
  it.each([
    ['(?i)^abc$', 'ABC', true],
    [String.raw`^[a-z\-]+\-x\z`, 'a--x', true],
    ['^[[:alpha:]]+$', 'ab1', false],
    ['(?P<n>a)', 'a', true],
    [String.raw`^\p{L}$`, 'é', true],
  ])('%s on %s: %s', (pattern, text, expected) => {
    expect(toRegExp(pattern).test(text)).toBe(expected);
  });
});
