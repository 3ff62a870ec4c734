/** A JSON value as the API takes it. */
export type Json = string | number | boolean | readonly Json[] | { readonly [field: string]: Json };

/**
 * The canonical form of a rendered object: keys in code-unit order, fields that are undefined or null left out.
 *
 * Null goes as undefined does, since to the API an optional field that is null is absent (API conventions, "Optional vs. Required"),
 * and since a field that a server-side apply leaves out is given up by its manager. Empty maps and lists stay: `emptyDir: {}` says something.
 *
 * @throws TypeError for what JSON has no form for: functions, symbols, bigints, NaN and infinities, and for undefined or null in a list
 */
export function canonical(value: object): Json {
  return canonicalValue(value, value);
}

/** `whole` is what the value is found in if it has no form. */
function canonicalValue(value: unknown, whole: object): Json {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (Number.isFinite(value)) return value;
      break;
    case 'object':
      if (isArray(value)) return value.map((item: unknown) => canonicalValue(item, whole));
      if (value !== null) return canonicalFields(value as Fields, whole);
      break;
    default:
  }
  throw new TypeError(describe(whole));
}

// Looked up once, as it is asked for every value.
const { isArray } = Array;

type Fields = Readonly<Record<string, unknown>>;

function canonicalFields(fields: Fields, whole: object): Json {
  const kept: Record<string, Json> = {};
  for (const name of Object.keys(fields).sort()) {
    const field = fields[name];
    if (field === undefined || field === null) continue;
    const value = canonicalValue(field, whole);
    // To assign to it would do something else.
    if (name === '__proto__') Object.defineProperty(kept, name, { value, ...plainField });
    else kept[name] = value;
  }
  return kept;
}

const plainField = { writable: true, enumerable: true, configurable: true };

/** Where the first value without a form is, and what it is. */
function describe(whole: object): string {
  const { path, value } = firstUnfit(whole, '') ?? { path: '', value: whole };
  return `${path === '' ? 'the value' : path} is ${String(value)}, which JSON cannot carry`;
}

function firstUnfit(
  value: unknown,
  path: string,
): { readonly path: string; readonly value: unknown } | undefined {
  if (typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)) return undefined;
  if (typeof value !== 'object' || value === null) return { path, value };
  const fields = value as Fields;
  const names = isArray(value) ? [...value.keys()].map(String) : Object.keys(fields).sort();
  for (const name of names) {
    const field = fields[name];
    if (!isArray(value) && (field === undefined || field === null)) continue;
    const found = firstUnfit(field, `${path}/${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
