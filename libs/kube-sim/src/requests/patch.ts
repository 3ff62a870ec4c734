// PATCH in its four kinds.
import { ApiFailure, badRequest } from '../api/failure.ts';
import type { Json, SimObject } from '../api/object.ts';
import type { ApiAnswer } from '../api/request.ts';
import { jsonPatch } from '../patch/json-patch.ts';
import { mergePatch } from '../patch/merge-patch.ts';
import { strategicMergePatch } from '../patch/strategic-merge.ts';
import type { Call } from './core.ts';
import { written } from './handler.ts';
import { writeOptions } from './options.ts';
import { settle } from './read-object.ts';
import { update } from './write.ts';

type JsonMap = Record<string, Json>;

/** PATCH of an object, or of its status. */
export function patchObject(call: Call, name: string): ApiAnswer {
  const { core, request, definition, namespace, subresource } = call;
  const { dryRun, manager } = writeOptions(request, 'PatchOptions');
  const apply = patcher(call);
  const target = { definition, namespace, subresource, user: request.user, dryRun, manager };
  return written(
    call,
    update(core, name, (_, copy) => settle(checked(apply(copy()), name), call), target),
  );
}

function patcher(call: Call): (object: SimObject) => unknown {
  const { request, definition } = call;
  const media = request.headers['content-type']?.split(';', 1)[0]?.trim();
  const patch = (): Json => parsePatch(request.body ?? '');
  switch (media) {
    case 'application/json-patch+json': {
      const operations = patch();
      return (object) => jsonPatch(object as unknown as Json, operations);
    }
    case 'application/merge-patch+json': {
      const merge = patch();
      return (object) => mergePatch(object as unknown as JsonMap, merge);
    }
    case 'application/strategic-merge-patch+json': {
      if (definition.custom) throw unsupportedMedia();
      const merge = patch();
      return (object) => strategicMergePatch(definition.schema, object as unknown as JsonMap, merge);
    }
    default:
      throw unsupportedMedia();
  }
}

function checked(object: unknown, name: string): SimObject {
  const patched = object as SimObject;
  if ((patched.metadata as Partial<SimObject['metadata']>).name !== name) {
    throw badRequest(
      `the name of the object (${patched.metadata.name}) does not match the name on the URL (${name})`,
    );
  }
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
