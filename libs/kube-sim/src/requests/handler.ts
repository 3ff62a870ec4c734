// The way of a request: which resource it means, whether it is allowed, and who answers it.
import { ApiFailure } from '../api/failure.ts';
import type { ApiAnswer, ApiRequest, Handler } from '../api/request.ts';
import { failureAnswer, jsonAnswer, methodNotAllowed, pageNotFound, resourceNotFound } from './answers.ts';
import type { Call, Core } from './core.ts';
import { deleteCollection, deleteOne } from './deletions.ts';
import { extensionName } from './extensions.ts';
import { isWatch } from './list-options.ts';
import { patchObject } from './patch.ts';
import { getObject, listObjects } from './read.ts';
import { readObject } from './read-object.ts';
import { type Route, routeOf } from './route.ts';
import { scaleAnswer } from './scale.ts';
import { writeOptions } from './options.ts';
import { watchObjects } from './watch.ts';
import { readText } from './versions.ts';
import { create, update, type Written } from './write.ts';

/** Answers requests. */
export function createHandler(core: Core): Handler {
  return (request) => {
    const warnings: string[] = [];
    try {
      return answer(core, request, warnings);
    } catch (error) {
      if (error instanceof ApiFailure) return failureAnswer(error, warnings);
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return failureAnswer(
        new ApiFailure(500, 'InternalError', `Internal error occurred: ${message}`),
        warnings,
      );
    }
  };
}

function answer(core: Core, request: ApiRequest, warnings: string[]): ApiAnswer {
  const route = routeOf(request.path, core.definitions);
  if (route === undefined) return answerOther(core, request);
  const { definition, name, subresource, namespace } = route;
  const verb = verbOf(request, route);
  const { user } = request;
  core.authorize({
    user,
    verb,
    group: route.group,
    resource: route.plural,
    subresource,
    namespace,
    name,
    path: undefined,
  });
  if (definition === undefined) {
    if (core.definitions.hasGroup(route.group)) throw resourceNotFound();
    return pageNotFound;
  }
  if (namespace !== undefined && !definition.namespaced) throw resourceNotFound();
  const call: Call = { core, request, definition, namespace, name, subresource, warnings };
  if (subresource !== undefined) return answerSubresource(call, route, verb);
  const extension = core.extensions.get(extensionName(definition));
  if (extension !== undefined) return extension(call);
  if (definition.verbs !== undefined && !definition.verbs.includes(verb)) throw methodNotAllowed();
  if (definition.namespaced && namespace === undefined && verb !== 'list' && verb !== 'watch')
    throw methodNotAllowed();
  return answerVerb(call, verb);
}

function answerVerb(call: Call, verb: string): ApiAnswer {
  const name = call.name ?? '';
  switch (verb) {
    case 'get':
      return getObject(call, name);
    case 'list':
      return listObjects(call);
    case 'watch':
      return watchObjects(call);
    case 'create':
      return createObject(call);
    case 'update':
      return replaceObject(call, name);
    case 'patch':
      return patchObject(call, name);
    case 'delete':
      return deleteOne(call, name);
    case 'deletecollection':
      return deleteCollection(call);
    default:
      throw methodNotAllowed();
  }
}

function answerSubresource(call: Call, { tail }: Route, verb: string): ApiAnswer {
  const { core, definition, name = '', subresource = '' } = call;
  const extension = core.extensions.get(extensionName(definition, subresource));
  if (extension !== undefined) return extension(call);
  if (tail !== undefined) throw resourceNotFound();
  if (subresource === 'scale' && definition.subresources.scale !== undefined) {
    return scaleAnswer(call, name, definition.subresources.scale);
  }
  if (subresource !== 'status' || !definition.subresources.status) throw resourceNotFound();
  if (verb !== 'get' && verb !== 'update' && verb !== 'patch') throw methodNotAllowed();
  return answerVerb(call, verb);
}

function createObject(call: Call): ApiAnswer {
  const { core, request, definition, namespace } = call;
  const { dryRun, manager } = writeOptions(request, 'CreateOptions');
  const object = readObject(call);
  return written(call, create(core, object, { definition, namespace, user: request.user, dryRun, manager }));
}

function replaceObject(call: Call, name: string): ApiAnswer {
  const { core, request, definition, namespace, subresource } = call;
  const { dryRun, manager } = writeOptions(request, 'UpdateOptions');
  const object = readObject(call, name);
  const target = { definition, namespace, subresource, user: request.user, dryRun, manager };
  return written(
    call,
    update(core, name, () => object, target),
  );
}

/** What the client of a write is told. */
export function written({ definition, warnings }: Call, { created, object, stored }: Written): ApiAnswer {
  const text = stored === undefined ? JSON.stringify(object) : readText(definition, stored);
  return jsonAnswer(created ? 201 : 200, text, warnings);
}

function answerOther(core: Core, request: ApiRequest): ApiAnswer {
  const { user, path } = request;
  const verb = request.method.toLowerCase();
  core.authorize({
    user,
    verb,
    group: '',
    resource: '',
    subresource: undefined,
    namespace: undefined,
    name: undefined,
    path,
  });
  return core.otherPath(request) ?? pageNotFound;
}

const verbs: Readonly<Record<string, readonly [one: string, all: string]>> = {
  GET: ['get', 'list'],
  POST: ['', 'create'],
  PUT: ['update', ''],
  PATCH: ['patch', ''],
  DELETE: ['delete', 'deletecollection'],
};

function verbOf({ method, query }: ApiRequest, { name, subresource }: Route): string {
  const [one, all] = verbs[method] ?? ['', ''];
  if (subresource !== undefined) return method === 'POST' ? 'create' : one;
  if (name !== undefined) return one;
  return all === 'list' && isWatch(query) ? 'watch' : all;
}
