import fc from 'fast-check';
import type { Schema } from './schema.ts';

/** Values of the right shape, with absent fields and nulls; rules and lengths may be broken now and then. */
export function wellShaped(schema: Schema): fc.Arbitrary<unknown> {
  return arbitraryOf(schema, (value) => value);
}

/** Values where any part may be replaced by anything at all. */
export function spoiled(schema: Schema): fc.Arbitrary<unknown> {
  return arbitraryOf(schema, (value) =>
    fc.oneof(
      { weight: 8, arbitrary: value },
      { weight: 1, arbitrary: fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true }) },
    ),
  );
}

type Wrap = (value: fc.Arbitrary<unknown>) => fc.Arbitrary<unknown>;

function arbitraryOf(schema: Schema, wrap: Wrap): fc.Arbitrary<unknown> {
  return wrap(valueOf(schema, wrap));
}

function valueOf(schema: Schema, wrap: Wrap): fc.Arbitrary<unknown> {
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema['x-kubernetes-int-or-string'] === true) return fc.oneof(integerOf(schema), stringOf(schema));
  switch (schema.type) {
    case 'object':
      return schema.additionalProperties === undefined
        ? objectOf(schema, wrap)
        : mapOf(schema, schema.additionalProperties, wrap);
    case 'array':
      return fc.array(arbitraryOf(schema.items ?? {}, wrap), { maxLength: 3 });
    case 'integer':
      return integerOf(schema);
    case 'boolean':
      return fc.boolean();
    default:
      return stringOf(schema);
  }
}

function objectOf(schema: Schema, wrap: Wrap): fc.Arbitrary<unknown> {
  const required = schema.required ?? [];
  const fields = Object.entries(schema.properties ?? {}).map(
    ([name, field]): [string, fc.Arbitrary<unknown>] => {
      const value = arbitraryOf(field, wrap);
      return [name, required.includes(name) ? value : fc.option(value)];
    },
  );
  return fc.record(Object.fromEntries(fields), { requiredKeys: [...required], noNullPrototype: true });
}

function mapOf(schema: Schema, values: Schema, wrap: Wrap): fc.Arbitrary<unknown> {
  const { keys } = schema;
  const key =
    keys === undefined ? fc.constantFrom('cpu', 'memory') : fc.stringMatching(new RegExp(keys.pattern));
  return fc.dictionary(key, fc.option(arbitraryOf(values, wrap), { freq: 8 }), {
    maxKeys: 3,
    noNullPrototype: true,
  });
}

function integerOf({ minimum = 0, maximum = 2 ** 31 }: Schema): fc.Arbitrary<number> {
  return fc.integer({ min: minimum, max: maximum });
}

function stringOf({ pattern, minLength = 0 }: Schema): fc.Arbitrary<string> {
  if (pattern === undefined) return fc.string({ minLength, maxLength: minLength + 20 });
  return fc.stringMatching(new RegExp(pattern));
}
