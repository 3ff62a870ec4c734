/** A JSON object whose fields are not known yet. */
export type JsonRecord = Record<string, unknown>;

// Looked up once: these run for every field, and names of globals are slow to find where tests run.
const { isArray } = Array;
const { hasOwn } = Object;

/** Whether a JSON value is an object. */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !isArray(value);
}

/** Sets a field, whatever its name: to assign to `__proto__` would do something else. */
export function setField<T>(object: Record<string, T>, name: string, value: NoInfer<T>): void {
  if (name !== '__proto__') object[name] = value;
  else Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
}

/** Whether two JSON values are the same, whatever the order of their keys. */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (isArray(a)) return isArray(b) && isSameList(a, b);
  return isRecord(a) && isRecord(b) && isSameRecord(a, b);
}

function isSameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index += 1) if (!isSameJson(a[index], b[index])) return false;
  return true;
}

function isSameRecord(a: JsonRecord, b: JsonRecord): boolean {
  let count = 0;
  for (const key in a) {
    if (!hasOwn(b, key) || !isSameJson(a[key], b[key])) return false;
    count += 1;
  }
  return count === Object.keys(b).length;
}

/** A copy that shares nothing. */
export function copyJson<T>(value: T): T {
  return typeof value === 'object' && value !== null ? (JSON.parse(JSON.stringify(value)) as T) : value;
}
