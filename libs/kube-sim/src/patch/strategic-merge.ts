// The strategic merge patch: how lists are merged is written in the schema, and directives in the patch (`$patch`, `$retainKeys`,
// `$deleteFromPrimitiveList/x`, `$setElementOrder/x`) say what a plain merge cannot.
import { ApiFailure, badRequest } from '../api/failure.ts';
import type { Json } from '../api/object.ts';
import type { Schema } from '../schema/schema.ts';
import { printed, typeName, unmarshalFailure } from './go-text.ts';
import { unprocessable } from './json-patch.ts';
import { isRecord, setField } from '../schema/json.ts';

type JsonMap = Record<string, Json>;

const orderPrefix = '$setElementOrder';
const deletionPrefix = '$deleteFromPrimitiveList';

/**
 * Applies a strategic merge patch; both may be changed on the way.
 *
 * @throws ApiFailure 400 or 422 for a malformed patch, 500 for the errors that the server has no code for
 */
export function strategicMergePatch(schema: Schema | undefined, object: JsonMap, patch: Json): JsonMap {
  if (patch === null) return object;
  if (!isRecord(patch)) throw badRequest(unmarshalFailure(patch, 'map[string]interface {}'));
  return mergeMap(object, patch, schema);
}

function mergeMap(original: JsonMap, patch: JsonMap, schema: Schema | undefined): JsonMap {
  const { $patch: directive, $retainKeys: retained, ...rest } = patch;
  if (directive === 'replace') {
    return retained === undefined ? rest : { ...rest, $retainKeys: retained };
  }
  if (directive === 'delete') return {};
  if (directive !== undefined) throw unknownDirective(directive, patch);
  if (retained !== undefined) retainKeys(original, rest, retained);
  for (const [key, order] of Object.entries(rest)) {
    if (key.startsWith(orderPrefix)) mergeInOrder(original, rest, schema, key, order);
  }
  for (const [key, value] of Object.entries(rest)) mergeField(original, key, value, schema);
  return original;
}

function mergeField(original: JsonMap, key: string, value: Json, schema: Schema | undefined): void {
  const deletion = key.startsWith(deletionPrefix);
  const field = deletion ? named(key, deletionPrefix) : key;
  if (value === null) {
    Reflect.deleteProperty(original, field);
    return;
  }
  const current = Object.hasOwn(original, field) ? original[field] : undefined;
  const fieldSchema = schemaOf(schema, field);
  if (isRecord(current) && isRecord(value)) {
    const merged = strategyOf(fieldSchema) === 'replace' ? value : mergeMap(current, value, fieldSchema);
    setField(original, field, merged);
  } else if (Array.isArray(current) && Array.isArray(value)) {
    if (deletion) original[field] = current.filter((item) => !value.includes(item));
    else original[field] = mergeLists(current, value, fieldSchema);
  } else if (!deletion) {
    const taken = withoutDirectives(value);
    if (taken === undefined) Reflect.deleteProperty(original, field);
    else setField(original, field, taken);
  }
}

function retainKeys(original: JsonMap, patch: JsonMap, retained: Json): void {
  if (!Array.isArray(retained)) throw malformed('retainKeys');
  for (const [key, value] of Object.entries(patch)) {
    const directive = key.startsWith(deletionPrefix) || key.startsWith(orderPrefix);
    if (value !== null && !directive && !retained.includes(key)) throw malformed('retainKeys');
  }
  for (const key of Object.keys(original)) {
    if (!retained.includes(key)) Reflect.deleteProperty(original, key);
  }
}

/** Merges the list that a `$setElementOrder` directive names, and takes both out of the patch. */
function mergeInOrder(
  original: JsonMap,
  patch: JsonMap,
  schema: Schema | undefined,
  directive: string,
  order: Json,
): void {
  Reflect.deleteProperty(patch, directive);
  const field = named(directive, orderPrefix);
  if (!Array.isArray(order)) throw wrongType('[]interface {}', order);
  const live = listIn(original, field);
  const patched = listIn(patch, field);
  const fieldSchema = schemaOf(schema, field);
  const key = fieldSchema?.['x-kubernetes-patch-merge-key'];
  checkOrder(patched ?? [], order, key);
  if (live === undefined && patched === undefined) return;
  Reflect.deleteProperty(patch, field);
  const merged =
    patched === undefined || live === undefined
      ? (live ?? (withoutDirectives(patched ?? []) as Json[]))
      : mergeLists(live, patched, fieldSchema);
  original[field] = interleave(merged, order, live ?? [], key);
}

function mergeLists(live: Json[], patch: Json[], schema: Schema | undefined): Json[] {
  if (strategyOf(schema) !== 'merge') return patch;
  const [sample] = [...live, ...patch];
  if (sample === undefined) return live;
  if (Array.isArray(sample)) throw unprocessable();
  if ([...live, ...patch].some((item) => typeName(item) !== typeName(sample))) {
    throw unexplained(`list element types are not identical: ${printed([live, patch])}`);
  }
  if (!isRecord(sample)) return interleave([...new Set([...live, ...patch])], patch, live, undefined);
  const key = schema?.['x-kubernetes-patch-merge-key'];
  if (key === undefined) throw unexplained('cannot merge lists without merge key for ');
  const { kept, items } = withoutSpecialItems(live as JsonMap[], patch as JsonMap[], key);
  const merged = [...kept];
  for (const item of items) {
    const value = keyOf(item, key);
    const at = merged.findIndex((candidate) => candidate[key] === value);
    const found = merged[at];
    if (found === undefined) merged.push(item);
    else merged[at] = mergeMap(found, item, schema?.items);
  }
  return interleave(merged, items, kept, key);
}

function withoutSpecialItems(
  live: readonly JsonMap[],
  patch: readonly JsonMap[],
  key: string,
): { readonly kept: readonly JsonMap[]; readonly items: readonly JsonMap[] } {
  let kept = live;
  let replaced = false;
  const items: JsonMap[] = [];
  for (const item of patch) {
    const directive = item['$patch'];
    if (directive === undefined) items.push(item);
    else if (directive === 'replace') replaced = true;
    else if (directive === 'delete') {
      const value = keyOf(item, key);
      kept = kept.filter((candidate) => candidate[key] !== value);
    } else if (directive === 'merge') {
      throw unexplained('merging lists cannot yet be specified in the patch');
    } else throw unknownDirective(directive, item);
  }
  return replaced ? { kept: items, items: [] } : { kept, items };
}

/** Items that `order` names in its order, the others in that of `live`, woven together by the places that both have in `live`. */
function interleave(
  merged: readonly Json[],
  order: readonly Json[],
  live: readonly Json[],
  key: string | undefined,
): Json[] {
  const identity = (item: Json): Json => (key === undefined ? item : keyOf(item, key));
  const placesIn = (list: readonly Json[]): ReadonlyMap<Json, number> =>
    new Map(list.map((item, index) => [identity(item), index]));
  const ordered = placesIn(order);
  const places = placesIn(live);
  const by = (where: ReadonlyMap<Json, number>) => (left: Json, right: Json) =>
    (where.get(identity(left)) ?? 0) - (where.get(identity(right)) ?? 0);
  const wanted = merged.filter((item) => ordered.has(identity(item))).sort(by(ordered));
  const others = merged.filter((item) => !ordered.has(identity(item))).sort(by(places));
  const woven: Json[] = [];
  for (const item of wanted) {
    const place = places.get(identity(item));
    for (;;) {
      const [other] = others;
      const before = other === undefined ? undefined : places.get(identity(other));
      if (other === undefined || place === undefined || before === undefined || before >= place) break;
      woven.push(other);
      others.shift();
    }
    woven.push(item);
  }
  return [...woven, ...others];
}

function checkOrder(patch: readonly Json[], order: readonly Json[], key: string | undefined): void {
  if (patch.length === 0 || order.length === 0) return;
  let next = 0;
  for (const item of patch) {
    if (isRecord(item) && item['$patch'] !== undefined) continue;
    const value = key === undefined ? item : keyOf(item, key);
    while (next < order.length && (key === undefined ? order[next] : keyOf(order[next], key)) !== value) {
      next += 1;
    }
    if (next === order.length) {
      const lists = `${printed([...patch])}\n doesn't match ${orderPrefix} list:\n${printed([...order])}`;
      throw unexplained(`The order in patch list:\n${lists}\n`);
    }
    next += 1;
  }
}

/** Undefined if nothing of it stays. */
function withoutDirectives(value: Json): Json | undefined {
  if (Array.isArray(value)) return value.map(withoutDirectives).filter((item) => item !== undefined);
  if (!isRecord(value)) return value;
  if (value['$patch'] !== undefined) return undefined;
  for (const [field, inner] of Object.entries(value)) {
    const kept = inner === null ? undefined : withoutDirectives(inner);
    if (kept === undefined) Reflect.deleteProperty(value, field);
    else value[field] = kept;
  }
  return value;
}

function schemaOf(schema: Schema | undefined, field: string): Schema | undefined {
  const { properties, additionalProperties } = schema ?? {};
  if (properties !== undefined && Object.hasOwn(properties, field)) return properties[field];
  return typeof additionalProperties === 'object' ? additionalProperties : undefined;
}

function strategyOf(schema: Schema | undefined): string | undefined {
  return schema?.['x-kubernetes-patch-strategy']?.split(',').find((strategy) => strategy !== 'retainKeys');
}

function named(directive: string, prefix: string): string {
  if (directive.startsWith(`${prefix}/`)) return directive.slice(prefix.length + 1);
  throw malformed(prefix === orderPrefix ? 'setElementOrder list' : 'primitive list');
}

function listIn(map: JsonMap, field: string): Json[] | undefined {
  const value = Object.hasOwn(map, field) ? map[field] : undefined;
  if (value !== undefined && !Array.isArray(value)) throw wrongType('[]interface {}', value);
  return value;
}

function keyOf(item: Json | undefined, key: string): Json {
  if (!isRecord(item)) throw wrongType('map[string]interface {}', item);
  const value = item[key];
  if (value === undefined) {
    throw unexplained(`map: ${printed(item)} does not contain declared merge key: ${key}`);
  }
  return value;
}

function wrongType(expected: string, actual: Json | undefined): ApiFailure {
  return unexplained(`expected a ${expected}, but received a ${typeName(actual)}`);
}

function unknownDirective(directive: Json, item: JsonMap): ApiFailure {
  return unexplained(`unknown patch type: ${printed(directive)} in map: ${printed(item)}`);
}

function malformed(what: string): ApiFailure {
  return badRequest(`invalid patch format of ${what}`);
}

/** An error that the server did not foresee. */
function unexplained(message: string): ApiFailure {
  return new ApiFailure(500, undefined, message);
}
