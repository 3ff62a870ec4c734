// PATCH in its four kinds.
import { applyPatch } from '../apply/apply.ts';
import { ApiFailure, badRequest, conflict, invalid } from '../api/failure.ts';
import type { Json, SimObject } from '../api/object.ts';
import type { ApiAnswer, ApiRequest } from '../api/request.ts';
import { restoreFailure } from '../patch/go-text.ts';
import { jsonPatch } from '../patch/json-patch.ts';
import { mergePatch } from '../patch/merge-patch.ts';
import { strategicMergePatch } from '../patch/strategic-merge.ts';
import { invalidValue } from '../schema/causes.ts';
import { copyJson } from '../schema/json.ts';
import type { Schema } from '../schema/schema.ts';
import { keyOf } from '../storage/stored.ts';
import { parseYaml } from './body.ts';
import type { Call } from './core.ts';
import { storageKey } from './definitions.ts';
import { isApply, type WriteOptions, writeOptions } from './options.ts';
import { requireKind, requireName, requireNamespace, settle } from './read-object.ts';
import { create, type Target, update, type Written } from './write.ts';
import { written } from './written.ts';

type JsonMap = Record<string, Json>;

/** Makes of an object what a patch wants. */
type Patcher = (object: SimObject) => SimObject;

/** PATCH of an object, or of its status. */
export function patchObject(call: Call, name: string): ApiAnswer {
  const { core, request, definition, namespace, subresource } = call;
  const options = writeOptions(request, 'PatchOptions');
  const { dryRun, manager } = options;
  const target = { definition, namespace, subresource, user: request.user, dryRun };
  if (isApply(request.headers['content-type'])) return written(call, apply(call, name, options, target));
  const patched = patching(call, name, definition.custom ? 'custom' : definition.schema);
  const change = (_: SimObject, copy: () => SimObject): SimObject => patched(copy);
  return written(call, update(core, name, change, { ...target, manager, uidIsKept: true }));
}

/**
 * What the patch of a request makes of copies of an object, read as if it were sent.
 *
 * @param schema - of the object; custom ones have no strategic merge
 * @throws ApiFailure 400, 415, 422
 */
export function patching(
  call: Call,
  name: string,
  schema: Schema | 'custom' | undefined,
): (copy: () => SimObject) => SimObject {
  const patch = patcherOf(call, schema);
  return (copy) => {
    const patched = patch(copy());
    let settled: SimObject;
    try {
      requireKind(patched, call.core.definitions, call.definition);
      settled = settle(patched, call);
    } catch (error) {
      throw refused(error, call, () => patcherOf(call, schema)(copy()));
    }
    requireName(settled, name);
    requireNamespace(settled, call);
    return settled;
  };
}

/** Server-side apply; what is not there is created. */
function apply(call: Call, name: string, options: WriteOptions, target: Omit<Target, 'manager'>): Written {
  const { core, definition, namespace, subresource, request } = call;
  const patch = (parseYaml(request.body ?? '', 'error encoding patch') ?? {}) as SimObject;
  if (Array.isArray(patch)) throw badRequest(noMap);
  const merge = (live: SimObject | undefined): SimObject => {
    const merged = applyPatch({
      definition,
      live,
      patch,
      manager: request.query.get('fieldManager') ?? '',
      force: options.force,
      subresource,
      time: core.timestamp(),
      finish: (object) => definition.strategy.applyDefaults?.(object, true),
    });
    (merged.metadata as Partial<SimObject['metadata']>).name ??= '';
    requireName(merged, name);
    requireNamespace(merged, call);
    return merged;
  };
  const own = { ...target, manager: undefined };
  if (
    core.store.get(storageKey(definition), keyOf(namespace, name)) !== undefined ||
    subresource !== undefined
  ) {
    return update(core, name, (old) => withVersion(merge(old), patch), own);
  }
  const { uid } = (patch as Partial<SimObject>).metadata ?? {};
  if (uid !== undefined) {
    const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
    throw conflict(definition, name, why);
  }
  const merged = merge(undefined);
  delete merged.metadata.resourceVersion;
  return create(core, merged, own);
}

const noMap =
  'error decoding patch: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}';

/** The version that an apply names is a precondition. */
function withVersion(merged: SimObject, { metadata }: Partial<SimObject>): SimObject {
  if (metadata?.resourceVersion !== undefined) merged.metadata.resourceVersion = metadata.resourceVersion;
  return merged;
}

const strategicMerge = 'application/strategic-merge-patch+json';

function mediaType({ headers }: ApiRequest): string | undefined {
  return headers['content-type']?.split(';', 1)[0]?.trim();
}

/** The patch of a request other than an apply. */
function patcherOf({ request }: Pick<Call, 'request'>, schema: Schema | 'custom' | undefined): Patcher {
  const { body = '' } = request;
  switch (mediaType(request)) {
    case 'application/json-patch+json': {
      // Its operations may change what managed fields name, which copies of an object share.
      const copy: typeof copyJson = body.includes('managedFields') ? copyJson : (object) => object;
      const operations = parsePatch(body);
      return patcher((object) => jsonPatch(copy(object), operations));
    }
    case 'application/merge-patch+json': {
      const merge = parsePatch(body);
      return patcher((object) => mergePatch(object, merge));
    }
    case strategicMerge: {
      if (schema === 'custom') throw unsupportedMedia(true);
      const merge = parsePatch(body);
      return patcher((object) => strategicMergePatch(schema, object, merge));
    }
    default:
      throw unsupportedMedia(schema === 'custom');
  }
}

function patcher(patch: (object: JsonMap) => Json): Patcher {
  return (object) => patch(object as unknown as JsonMap) as unknown as SimObject;
}

/** As the server quotes an object whose type it does not know: fields by name. */
function sortedText(object: SimObject): string {
  const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
    a < b ? -1 : 1;
  return JSON.stringify(Object.fromEntries(Object.entries(object).sort(byName)));
}

/** What cannot be read as an object after the patch is the fault of the patch. */
function refused(error: unknown, { request }: Call, patched: () => SimObject): unknown {
  if (!(error instanceof ApiFailure) || error.status.code !== 400) return error;
  const said = error.message.replace(/^.* cannot be handled as a \w+: /, '');
  const why = mediaType(request) === strategicMerge ? restoreFailure(said) : said;
  return invalid('', '', '', [invalidValue('patch', sortedText(patched()), why)]);
}

function parsePatch(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw badRequest('invalid JSON patch');
  }
}

function unsupportedMedia(custom: boolean): ApiFailure {
  const types = 'application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml';
  const message = custom
    ? `the body of the request was in an unknown format - accepted media types include: ${types}`
    : '415: Unsupported Media Type';
  return new ApiFailure(415, 'UnsupportedMediaType', message, custom ? undefined : {});
}
