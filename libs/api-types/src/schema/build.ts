// Named imports only: a bundler then keeps the few constructors used here, and TypeBox adds no start-up time.
import {
  Array as ArrayOf,
  Boolean as BooleanOf,
  Integer as IntegerOf,
  Object as ObjectOf,
  Optional,
  String as StringOf,
  type TArray,
  type TBoolean,
  type TInteger,
  type TObject,
  type TOptional,
  type TProperties,
  type TSchema,
  type TString,
  type TUnsafe,
  Unsafe,
} from 'typebox';
import type { Rule, Schema } from './schema.ts';
import type { Defaulted, HasDefault, Written } from './static.ts';

/** Limits of a string. A pattern comes with `expected`, which says in words what it accepts. */
export type TextLimits = { readonly minLength?: number; readonly maxLength: number } & (
  { readonly pattern: string; readonly expected: string } | { readonly pattern?: never }
);

/** An object with fixed fields. A field is required unless it is `optional` or `withDefault`. */
export function object<P extends TProperties>(description: string, properties: P): TObject<P> {
  return ObjectOf(properties, { description });
}

export function text(description: string, limits: TextLimits): TString {
  return StringOf({ description, ...limits });
}

/** An RFC 3339 time. */
export function time(description: string): TString {
  return StringOf({ description, format: 'date-time', maxLength: 64 });
}

export function choice<const V extends string>(description: string, values: readonly V[]): TUnsafe<V> {
  return Unsafe<V>({ type: 'string', enum: values, description });
}

export function integer(description: string, minimum: number, maximum: number): TInteger {
  return IntegerOf({ description, minimum, maximum });
}

/** A count that only a status holds. */
export function count(description: string): TInteger {
  return IntegerOf({ description, minimum: 0 });
}

export function flag(description: string): TBoolean {
  return BooleanOf({ description });
}

/** A whole number within bounds, or one fixed word. */
export function integerOrWord<const W extends string>(
  description: string,
  minimum: number,
  maximum: number,
  word: W,
): TUnsafe<number | W> {
  return Unsafe<number | W>({
    'x-kubernetes-int-or-string': true,
    description,
    minimum,
    maximum,
    maxLength: word.length,
    pattern: `^${word}$`,
    expected: `a whole number from ${String(minimum)} to ${String(maximum)}, or the word ${word}`,
  });
}

/** A list in which each item is there once, and whose items server-side apply owns one by one. */
export function setOf<I extends TSchema>(description: string, maxItems: number, item: I): TArray<I> {
  return ArrayOf(item, { description, maxItems, 'x-kubernetes-list-type': 'set' });
}

/** A list whose items are told apart by one field, and are owned one by one by server-side apply. */
export function listBy<P extends TProperties>(
  key: keyof P & string,
  description: string,
  maxItems: number,
  item: TObject<P>,
): TArray<TObject<P>> {
  return ArrayOf(item, {
    description,
    maxItems,
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': [key],
  });
}

/** A map from free keys to values of one schema. */
export function mapOf<V extends TSchema>(
  description: string,
  maxProperties: number,
  value: V,
): TUnsafe<Readonly<Record<string, Written<V>>>> {
  return Unsafe<Readonly<Record<string, Written<V>>>>({
    type: 'object',
    description,
    maxProperties,
    additionalProperties: value,
  });
}

export function optional<S extends TSchema>(schema: S): TOptional<S> {
  return Optional(schema) as TOptional<S>;
}

/** A field that may be left out and then has `value`. The default of an object is `{}`: its fields bring their own. */
export function withDefault<S extends TSchema>(schema: S, value: Written<S>): TOptional<S> & HasDefault {
  return Object.assign(optional(schema), { default: value });
}

/** The schema with rules attached. Rules see values with defaults in place. */
export function constrained<S extends TSchema>(schema: S, rules: readonly Rule<Defaulted<S>>[]): S {
  return Object.defineProperties(
    {},
    {
      ...Object.getOwnPropertyDescriptors(schema),
      'x-kubernetes-validations': { value: rules, enumerable: true },
    },
  ) as S;
}

/** A TypeBox schema as the interpreters read it. */
export function asSchema(schema: TSchema): Schema {
  return schema;
}
