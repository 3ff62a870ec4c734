// RFC 7396 as the API server applies it.
import { badRequest } from '../api/failure.ts';
import type { Json } from '../api/object.ts';
import { unmarshalFailure } from './go-text.ts';
import { isRecord, setField } from '../schema/json.ts';

/**
 * Applies a merge patch; both may be changed on the way.
 *
 * @throws ApiFailure 400 if the patch is no object
 */
export function mergePatch(document: Record<string, Json>, patch: Json): Record<string, Json> {
  if (patch === null) throw badRequest('Invalid JSON Patch');
  if (!isRecord(patch)) {
    throw badRequest(`error decoding patch: ${unmarshalFailure(patch, 'map[string]interface {}')}`);
  }
  return mergeMaps(document, patch);
}

function mergeMaps(target: Record<string, Json>, patch: Record<string, Json>): Record<string, Json> {
  for (const [field, value] of Object.entries(patch)) {
    const current = Object.hasOwn(target, field) ? target[field] : undefined;
    if (value === null) Reflect.deleteProperty(target, field);
    else if (isRecord(current)) setField(target, field, isRecord(value) ? mergeMaps(current, value) : value);
    else setField(target, field, withoutNulls(value));
  }
  return target;
}

/** Nulls as items of lists stay. */
function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isRecord(value)) return value;
  for (const [field, inner] of Object.entries(value)) {
    if (inner === null) Reflect.deleteProperty(value, field);
    else value[field] = withoutNulls(inner);
  }
  return value;
}
