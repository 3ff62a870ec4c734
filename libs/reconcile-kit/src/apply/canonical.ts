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
  return canonicalAt(value, '');
}

function canonicalAt(value: unknown, path: string): Json {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => canonicalAt(item, `${path}/${String(index)}`));
  }
  if (typeof value === 'object' && value !== null) return canonicalFields(value, path);
  throw new TypeError(`${path === '' ? 'the value' : path} is ${String(value)}, which JSON cannot carry`);
}

function canonicalFields(value: object, path: string): Json {
  const fields = value as Readonly<Record<string, unknown>>;
  const kept: [string, Json][] = [];
  for (const name of Object.keys(fields).sort()) {
    const field = fields[name];
    if (field !== undefined && field !== null) kept.push([name, canonicalAt(field, `${path}/${name}`)]);
  }
  return Object.fromEntries(kept);
}
