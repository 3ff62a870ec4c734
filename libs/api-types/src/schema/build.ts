import * as Type from 'typebox';
import type {
  Static,
  TArray,
  TBoolean,
  TEnum,
  TInteger,
  TObject,
  TOptional,
  TProperties,
  TSchema,
  TString,
  TUnsafe,
} from 'typebox';
import type { Rule } from './rule.ts';
import type { KeyRestriction, Schema } from './schema.ts';
import type { Defaulted, HasDefault } from './static.ts';

/** Restrictions on a string; see {@link Schema}. */
export type StringLimits = Pick<Schema, 'minLength' | 'maxLength' | 'pattern' | 'form' | 'format'> & {
  readonly rules?: readonly Rule<string>[];
};

/** Restrictions on an integer; see {@link Schema}. */
export type IntegerLimits = Pick<Schema, 'minimum' | 'maximum' | 'format'> & {
  readonly rules?: readonly Rule<number>[];
};

/** A string. */
export function string(description: string, limits: StringLimits): TString {
  return Type.String({ description, ...limits });
}

/** A point in time, RFC 3339. */
export function time(description: string): TString {
  return Type.String({ description, format: 'date-time' });
}

/** One of a few words. */
export function choice<const Words extends string[]>(
  description: string,
  words: readonly [...Words],
  limits: { readonly rules?: readonly Rule<Words[number]>[] } = {},
): TEnum<Words> {
  return Type.Enum(words, { type: 'string', description, ...limits });
}

/** A whole number. */
export function integer(description: string, limits: IntegerLimits): TInteger {
  return Type.Integer({ description, ...limits });
}

/** True or false. */
export function boolean(description: string): TBoolean {
  return Type.Boolean({ description });
}

/** A whole number or a string: limits on length and pattern restrict the string, minimum and maximum the number. */
export function integerOrString<T extends number | string>(
  description: string,
  limits: Pick<Schema, 'minimum' | 'maximum' | 'maxLength' | 'pattern' | 'form'>,
): TUnsafe<T> {
  return Type.Unsafe<T>({
    description,
    anyOf: [{ type: 'integer' }, { type: 'string' }],
    'x-kubernetes-int-or-string': true,
    ...limits,
  });
}

/** An object with known fields. */
export function object<P extends TProperties>(
  description: string,
  properties: P,
  limits: { readonly rules?: readonly Rule<Defaulted<TObject<P>>>[]; readonly atomic?: true } = {},
): TObject<P> {
  const { atomic, ...rest } = limits;
  return Type.Object(properties, {
    description,
    ...(atomic === true && { 'x-kubernetes-map-type': 'atomic' }),
    ...rest,
  });
}

/** A map from free keys to values. */
export function map<Value extends TSchema>(
  description: string,
  values: Value,
  limits: { readonly maxProperties: number; readonly keys?: KeyRestriction },
): TUnsafe<Readonly<Record<string, Static<Value>>>> {
  return Type.Unsafe({ type: 'object', description, additionalProperties: values, ...limits });
}

/** A list whose items are told apart by one of their fields: two appliers may each own some of them. */
export function listMap<Item extends TSchema>(
  description: string,
  key: string,
  items: Item,
  limits: { readonly maxItems: number },
): TArray<Item> {
  return Type.Array(items, {
    description,
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': [key],
    ...limits,
  });
}

/** A list of strings without repetition. */
export function set<Item extends TSchema>(
  description: string,
  items: Item,
  limits: { readonly maxItems: number },
): TArray<Item> {
  return Type.Array(items, { description, 'x-kubernetes-list-type': 'set', ...limits });
}

/** A field that may be absent and stays so. */
export function optional<S extends TSchema>(schema: S): TOptional<S> {
  return Type.Optional(schema) as TOptional<S>;
}

/** A field that gets `value` when it is absent. A default of `{}` lets the defaults inside take effect. */
export function defaulted<S extends TSchema>(schema: S, value: DefaultValue<S>): TOptional<S> & HasDefault {
  return Type.Optional(Type.With(schema, { default: value })) as unknown as TOptional<S> & HasDefault;
}

type DefaultValue<S extends TSchema> = S extends TObject ? Readonly<Record<string, never>> : Static<S>;
