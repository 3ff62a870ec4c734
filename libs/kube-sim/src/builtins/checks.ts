// The checks that validation of built-in kinds is made of. Each gives what is wrong with a value at a path.
import type { FieldCause } from '../api/failure.ts';
import { labelKeyFaults, labelValueFaults, nameFaults, type NameRule } from '../requests/names.ts';
import { forbidden, goJson, invalidValue, notSupported, required } from '../schema/causes.ts';
import { isRecord, type JsonRecord } from '../schema/json.ts';
import { recordsAt, textAt, textsAt } from './fields.ts';

/** What is wrong. */
export type Causes = readonly FieldCause[];

const none: Causes = [];
const maxInt32 = 2 ** 31 - 1;

/** A value that is there and not empty. */
export function present(path: string, value: unknown, detail = ''): Causes {
  return value === undefined || value === null || value === '' || value === 0
    ? [required(path, detail)]
    : none;
}

/** A name of a kind of names. */
export function named(path: string, value: string, rule: NameRule): Causes {
  return nameFaults(value, rule).map((fault) => invalidValue(path, value, fault));
}

/** A name that has to be there. */
export function requiredName(path: string, value: string, rule: NameRule): Causes {
  return value === '' ? [required(path)] : named(path, value, rule);
}

/** A struct of Go that is wrong: unlike maps it is shown in the order of its fields. */
export function invalidStruct(field: string, value: JsonRecord, detail: string): FieldCause {
  const shown = `Invalid value: ${JSON.stringify(value)}`;
  return { reason: 'FieldValueInvalid', message: detail === '' ? shown : `${shown}: ${detail}`, field };
}

/** A qualified name, as keys of labels are. */
export function qualified(path: string, value: string): Causes {
  return labelKeyFaults(value).map((fault) => invalidValue(path, value, fault));
}

/** One of an enumeration; absent is fine. */
export function oneOf(path: string, value: unknown, supported: readonly string[]): Causes {
  return value === undefined || supported.includes(value as string)
    ? none
    : [notSupported(path, value, supported)];
}

/** A number that is not negative; absent is fine. */
export function notNegative(path: string, value: unknown): Causes {
  return typeof value === 'number' && value < 0
    ? [invalidValue(path, value, 'must be greater than or equal to 0')]
    : none;
}

/** A number of a range; absent is fine. */
export function between(path: string, value: unknown, min: number, max: number = maxInt32): Causes {
  return typeof value === 'number' && (value < min || value > max)
    ? [invalidValue(path, value, `must be between ${min} and ${max}, inclusive`)]
    : none;
}

/** A port by its number. */
export function portNumber(path: string, value: unknown): Causes {
  return between(path, value, 1, 65_535);
}

/** The name of a port of a container. */
export function portName(path: string, value: string): Causes {
  const faults = [
    ...(value.length > 15 ? ['must be no more than 15 characters'] : []),
    ...(/[^-a-z0-9]/.test(value)
      ? ['must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)']
      : []),
    ...(/[a-z]/.test(value) ? [] : ['must contain at least one letter (a-z)']),
    ...(value.includes('--') ? ['must not contain consecutive hyphens'] : []),
    ...(/^-|-$/.test(value) ? ['must not begin or end with a hyphen'] : []),
  ];
  return faults.map((fault) => invalidValue(path, value, fault));
}

/** A port by number or name. */
export function portOf(path: string, value: unknown): Causes {
  return typeof value === 'string' ? portName(path, value) : portNumber(path, value);
}

/** A number, or a percentage. */
export function numberOrPercent(path: string, value: unknown, max = Infinity): Causes {
  if (typeof value !== 'string') return notNegative(path, value);
  if (!/^[0-9]+%$/.test(value)) {
    const detail =
      "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";
    return [invalidValue(path, value, detail)];
  }
  return Number(value.slice(0, -1)) > max
    ? [invalidValue(path, value, `must not be greater than ${max}%`)]
    : none;
}

/** Keys and values of labels. */
export function labels(path: string, value: unknown): Causes {
  if (!isRecord(value)) return none;
  return Object.entries(value).flatMap(([key, text]) => [
    ...qualified(path, key),
    ...labelValueFaults(String(text)).map((fault) => invalidValue(path, text, fault)),
  ]);
}

/** Keys of annotations. */
export function annotations(path: string, value: unknown): Causes {
  if (!isRecord(value)) return none;
  return Object.keys(value).flatMap((key) =>
    labelKeyFaults(key.toLowerCase()).map((fault) => invalidValue(path, key, fault)),
  );
}

/** A label selector. */
export function selector(path: string, value: unknown): Causes {
  if (!isRecord(value)) return none;
  return [
    ...labels(`${path}.matchLabels`, value['matchLabels']),
    ...recordsAt(value, 'matchExpressions').flatMap((requirement, index) =>
      selectorRequirement(`${path}.matchExpressions[${index}]`, requirement),
    ),
  ];
}

function selectorRequirement(path: string, requirement: JsonRecord): Causes {
  const operator = textAt(requirement, 'operator');
  const values = textsAt(requirement, 'values');
  const causes: FieldCause[] = [];
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0)
      causes.push(required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0)
      causes.push(
        forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"),
      );
  } else causes.push(invalidValue(`${path}.operator`, operator, 'not a valid selector operator'));
  causes.push(...qualified(`${path}.key`, textAt(requirement, 'key')));
  values.forEach((value, index) => {
    const faults = labelValueFaults(value);
    causes.push(...faults.map((fault) => invalidValue(`${path}.values[${index}]`, value, fault)));
  });
  return causes;
}

/** Whether a label selector takes labels; an empty one takes all. */
export function selects(value: unknown, target: JsonRecord): boolean {
  if (!isRecord(value)) return false;
  const matchLabels = isRecord(value['matchLabels']) ? value['matchLabels'] : {};
  return (
    Object.entries(matchLabels).every(([key, wanted]) => target[key] === wanted) &&
    recordsAt(value, 'matchExpressions').every((requirement) => {
      const actual = target[textAt(requirement, 'key')];
      const isListed = typeof actual === 'string' && textsAt(requirement, 'values').includes(actual);
      switch (requirement['operator']) {
        case 'In':
          return isListed;
        case 'NotIn':
          return !isListed;
        case 'Exists':
          return actual !== undefined;
        default:
          return actual === undefined;
      }
    })
  );
}

/** A field that may not change once it is set. */
export function immutable(path: string, next: unknown, old: unknown): Causes {
  return goJson(next) === goJson(old) || (next === undefined && old === undefined)
    ? none
    : [invalidValue(path, next ?? null, 'field is immutable')];
}

/** Second and later appearances. */
export function repeated<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
): readonly (readonly [T, number])[] {
  const seen = new Set<string>();
  return items.flatMap((item, index) => {
    const key = keyOf(item);
    if (key === '' || !seen.has(key)) {
      seen.add(key);
      return [];
    }
    return [[item, index] as const];
  });
}

/** A path inside of a volume. */
export function relativePath(path: string, value: string): Causes {
  if (value.startsWith('/')) return [invalidValue(path, value, 'must be a relative path')];
  return value.split('/').includes('..') ? [invalidValue(path, value, "must not contain '..'")] : none;
}
