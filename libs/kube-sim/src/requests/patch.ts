// PATCH in its four kinds.
import { applyPatch } from '../apply/apply.ts';
import { ApiFailure, badRequest } from '../api/failure.ts';
import type { Json, SimObject } from '../api/object.ts';
import type { ApiAnswer } from '../api/request.ts';
import { jsonPatch } from '../patch/json-patch.ts';
import { mergePatch } from '../patch/merge-patch.ts';
import { strategicMergePatch } from '../patch/strategic-merge.ts';
import { keyOf } from '../storage/stored.ts';
import { parseYaml } from './body.ts';
import type { Call } from './core.ts';
import { storageKey } from './definitions.ts';
import { type WriteOptions, writeOptions } from './options.ts';
import { requireKind, settle } from './read-object.ts';
import { create, type Target, update, type Written } from './write.ts';
import { written } from './written.ts';

type JsonMap = Record<string, Json>;

/** Makes of an object what a patch wants. */
type Patcher = (object: SimObject) => unknown;

/** PATCH of an object, or of its status. */
export function patchObject(call: Call, name: string): ApiAnswer {
  const { core, request, definition, namespace, subresource } = call;
  const options = writeOptions(request, 'PatchOptions');
  const { dryRun, manager } = options;
  const target = { definition, namespace, subresource, user: request.user, dryRun };
  const media = request.headers['content-type']?.split(';', 1)[0]?.trim();
  if (media === 'application/apply-patch+yaml') return written(call, apply(call, name, options, target));
  const patch = patcherOf(call, media);
  return written(
    call,
    update(core, name, (_, copy) => settle(named(patch(copy()), name), call), { ...target, manager }),
  );
}

/** Server-side apply; what is not there is created. */
function apply(call: Call, name: string, options: WriteOptions, target: Omit<Target, 'manager'>): Written {
  const { core, definition, namespace, subresource, request } = call;
  const sent = parseYaml(request.body ?? '') as SimObject;
  requireKind(sent, call);
  const patch = named(settle(sent, call, { defaults: false }), name);
  const merge = (live: SimObject | undefined): SimObject =>
    applyPatch({
      definition,
      live,
      patch,
      manager: request.query.get('fieldManager') ?? '',
      force: options.force,
      subresource,
      nowMs: core.clock.now(),
      finish: (merged) => definition.strategy.applyDefaults?.(merged),
    });
  const own = { ...target, manager: undefined };
  if (core.store.get(storageKey(definition), keyOf(namespace, name)) !== undefined) {
    return update(core, name, (old) => withVersion(merge(old), patch), own);
  }
  if (subresource !== undefined) return update(core, name, () => patch, own);
  return create(core, merge(undefined), own);
}

/** The version that an apply names is a precondition. */
function withVersion(merged: SimObject, { metadata: { resourceVersion } }: SimObject): SimObject {
  if (resourceVersion !== undefined) merged.metadata.resourceVersion = resourceVersion;
  return merged;
}

function patcherOf({ request: { body = '' }, definition }: Call, media: string | undefined): Patcher {
  switch (media) {
    case 'application/json-patch+json': {
      const operations = parsePatch(body);
      return (object) => jsonPatch(object as unknown as Json, operations);
    }
    case 'application/merge-patch+json': {
      const merge = parsePatch(body);
      return (object) => mergePatch(object as unknown as JsonMap, merge);
    }
    case 'application/strategic-merge-patch+json': {
      if (definition.custom) throw unsupportedMedia();
      const merge = parsePatch(body);
      return (object) => strategicMergePatch(definition.schema, object as unknown as JsonMap, merge);
    }
    default:
      throw unsupportedMedia();
  }
}

function named(object: unknown, name: string): SimObject {
  const patched = object as SimObject;
  const { metadata } = patched as Partial<SimObject>;
  const found = metadata?.name ?? '';
  if (found !== '' && found !== name) {
    throw badRequest(`the name of the object (${found}) does not match the name on the URL (${name})`);
  }
  patched.metadata = { ...metadata, name };
  return patched;
}

function parsePatch(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw badRequest(`error decoding patch: ${(error as Error).message}`);
  }
}

function unsupportedMedia(): ApiFailure {
  return new ApiFailure(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
}
