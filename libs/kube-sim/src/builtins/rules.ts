// Rules for the fields of an object, put together from smaller ones; `checks.ts` has the checks themselves.
import type { FieldCause } from '../api/failure.ts';
import type { NameRule } from '../requests/names.ts';
import { duplicate, forbidden, invalidValue, required } from '../schema/causes.ts';
import { isRecord, type JsonRecord } from '../schema/json.ts';
import { between, type Causes, named, notNegative, oneOf, present, repeated } from './checks.ts';
import { textAt } from './fields.ts';

/** What is wrong with a value, which may be absent; the last is the object that it is in. */
export type Rule = (path: string, value: unknown, parent: JsonRecord) => Causes;

/** A rule for each field, in this order. A value that is no object is not looked at. */
export function fields(rules: Readonly<Record<string, Rule>>): Rule {
  const entries = Object.entries(rules);
  return (path, value) =>
    isRecord(value) ? entries.flatMap(([name, rule]) => rule(`${path}.${name}`, value[name], value)) : [];
}

/** The rule for each item of a list. */
export function each(rule: Rule): Rule {
  return (path, value, parent) =>
    Array.isArray(value) ? value.flatMap((item, index) => rule(`${path}[${index}]`, item, parent)) : [];
}

/** All of them, one after the other. */
export function all(...rules: readonly Rule[]): Rule {
  return (path, value, parent) => rules.flatMap((rule) => rule(path, value, parent));
}

/** That no two objects of a list have the same in a field. */
export function distinct(field: string): Rule {
  return (path, value) =>
    Array.isArray(value)
      ? repeated(value.filter(isRecord), (item) => textAt(item, field)).map(([item, index]) =>
          duplicate(`${path}[${index}].${field}`, item[field]),
        )
      : [];
}

/** Of the fields, which are given in their order, one has to be there and one only. */
export function exactlyOne(
  kinds: Readonly<Record<string, Rule>>,
  { missing, many }: { readonly missing: string; readonly many: string },
): Rule {
  return (path, value) => {
    const holder = isRecord(value) ? value : {};
    const [first, ...further] = Object.keys(kinds).filter((kind) => holder[kind] !== undefined);
    if (first === undefined) return missing === '' ? [] : [required(path, missing)];
    return [
      ...(kinds[first]?.(`${path}.${first}`, holder[first], holder) ?? []),
      ...further.map((kind) => forbidden(`${path}.${kind}`, many)),
    ];
  };
}

/** It has to be there. */
export function must(detail?: string): Rule {
  return (path, value) => present(path, value, detail);
}

/** If it is there, it is one of these. */
export function among(...supported: readonly string[]): Rule {
  return (path, value) => oneOf(path, value, supported);
}

/** If it is there, it is a name of this kind. */
export function nameOf(rule: NameRule): Rule {
  return (path, value) => (typeof value === 'string' && value !== '' ? named(path, value, rule) : []);
}

/** If it is a number, it is one of a range. */
export function within(min: number, max?: number): Rule {
  return (path, value) => between(path, value, min, max);
}

/** If it is a number, it is not negative. */
export const atLeastZero: Rule = notNegative;

/** It is there, and a name of this kind. */
export function mustBeName(rule: NameRule): Rule {
  return (path, value) =>
    value === undefined || value === '' ? [required(path)] : nameOf(rule)(path, value, {});
}

/** If it is a text for which the test fails, it is invalid. */
export function texts(test: (text: string) => boolean, detail: string): Rule {
  return (path, value): readonly FieldCause[] =>
    typeof value === 'string' && !test(value) ? [invalidValue(path, value, detail)] : [];
}
