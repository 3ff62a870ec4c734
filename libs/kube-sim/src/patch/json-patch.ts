// RFC 6902 as the API server applies it: negative indices count from the end, a test of null passes where nothing is, and whatever fails
// is told in one general sentence.
import { ApiFailure, badRequest } from '../api/failure.ts';
import type { Json } from '../api/object.ts';
import { unmarshalFailure } from './go-text.ts';
import { isRecord, isSameJson, setField } from '../schema/json.ts';

const mostOperations = 10_000;

type Operation = Record<string, Json>;

/**
 * Applies a JSON patch. The document is changed on the way, even if the patch fails.
 *
 * @returns the new document: not an object, if the patch replaces the whole
 * @throws ApiFailure 400 for what is no patch, 413 for too many operations, 422 for one that does not apply
 */
export function jsonPatch(document: Json, patch: Json): Json {
  const root = { document };
  for (const operation of operationsOf(patch)) {
    if (!perform(root, operation)) throw unprocessable();
  }
  return root.document;
}

/** 422 without a word on what is wrong, which the server keeps to itself. */
export function unprocessable(): ApiFailure {
  return new ApiFailure(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
}

function operationsOf(patch: Json): readonly Operation[] {
  if (!Array.isArray(patch)) throw undecodable(patch, '[]handlers.jsonPatchOp');
  const operations = patch.map((operation) => {
    if (operation !== null && !isRecord(operation)) throw undecodable(operation, 'handlers.jsonPatchOp');
    for (const name of ['op', 'path', 'from']) {
      const value = operation?.[name] ?? '';
      if (typeof value !== 'string') {
        throw badRequest(`error decoding patch: ${unmarshalFailure(value, 'string', `jsonPatchOp.${name}`)}`);
      }
    }
    return operation ?? {};
  });
  if (operations.length > mostOperations) {
    const said = `The allowed maximum operations in a JSON patch is ${mostOperations}, got ${operations.length}`;
    throw new ApiFailure(413, 'RequestEntityTooLarge', `Request entity is too large: ${said}`);
  }
  return operations;
}

function undecodable(value: Json, type: string): ApiFailure {
  return badRequest(`error decoding patch: ${unmarshalFailure(value, type)}`);
}

/** False if it does not apply. */
function perform(root: { document: Json }, operation: Operation): boolean {
  const { path, from } = operation;
  const value = operation['value'] ?? null;
  if (typeof path !== 'string') return false;
  switch (operation['op']) {
    case 'add':
      return add(root.document, path, value);
    case 'remove':
      return remove(root.document, path);
    case 'replace':
      if (path === '') {
        root.document = value;
        return isRecord(value) || Array.isArray(value);
      }
      return replace(root.document, path, value);
    case 'test':
      return isSameJson((path === '' ? root.document : read(root.document, path)) ?? null, value);
    case 'move': {
      if (typeof from !== 'string') return false;
      const moved = read(root.document, from);
      return moved !== undefined && remove(root.document, from) && add(root.document, path, moved);
    }
    case 'copy': {
      if (typeof from !== 'string') return false;
      const copied = read(root.document, from, null);
      return copied !== undefined && add(root.document, path, structuredClone(copied));
    }
    default:
      return false;
  }
}

/** Undefined if nothing can be there; `absent` if an object has no such field. */
function read(document: Json, path: string, absent?: Json): Json | undefined {
  const place = placeOf(document, path);
  if (place === undefined) return undefined;
  const { parent, key } = place;
  if (isRecord(parent)) return Object.hasOwn(parent, key) ? parent[key] : absent;
  return parent[indexOf(key, parent.length) ?? -1];
}

function add(document: Json, path: string, value: Json): boolean {
  const place = placeOf(document, path);
  if (place === undefined) return false;
  const { parent, key } = place;
  if (isRecord(parent)) {
    setField(parent, key, value);
    return true;
  }
  const index = key === '-' ? parent.length : indexOf(key, parent.length + 1);
  if (index !== undefined) parent.splice(index, 0, value);
  return index !== undefined;
}

function remove(document: Json, path: string): boolean {
  const place = placeOf(document, path);
  if (place === undefined) return false;
  const { parent, key } = place;
  if (isRecord(parent)) return Object.hasOwn(parent, key) && Reflect.deleteProperty(parent, key);
  const index = indexOf(key, parent.length);
  if (index !== undefined) parent.splice(index, 1);
  return index !== undefined;
}

function replace(document: Json, path: string, value: Json): boolean {
  const place = placeOf(document, path);
  if (place === undefined) return false;
  const { parent, key } = place;
  if (isRecord(parent)) {
    setField(parent, key, value);
    return true;
  }
  const index = indexOf(key, parent.length);
  if (index !== undefined) parent[index] = value;
  return index !== undefined;
}

function placeOf(
  document: Json,
  path: string,
): { readonly parent: Json[] | Record<string, Json>; readonly key: string } | undefined {
  const [, ...keys] = path.split('/').map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const key = keys.pop();
  let parent: Json | undefined = document;
  for (const step of keys) {
    if (isRecord(parent)) parent = Object.hasOwn(parent, step) ? parent[step] : undefined;
    else if (Array.isArray(parent)) parent = parent[indexOf(step, parent.length) ?? -1];
    else return undefined;
  }
  return key !== undefined && (isRecord(parent) || Array.isArray(parent)) ? { parent, key } : undefined;
}

function indexOf(key: string, length: number): number | undefined {
  if (!/^[-+]?\d+$/.test(key)) return undefined;
  const index = Number(key) < 0 ? Number(key) + length : Number(key);
  return index >= 0 && index < length ? index : undefined;
}
