// The way of a request: which resource it means, whether it is allowed, and who answers it.
import type { AccessAttributes } from '../access/index.ts';
import { ApiFailure, badRequest, conflict, notFound } from '../api/failure.ts';
import type { ApiAnswer, ApiRequest, Handler } from '../api/request.ts';
import { keyOf } from '../storage/stored.ts';
import {
  failureAnswer,
  methodNotAllowed,
  pageNotFound,
  resourceNotFound,
  unsupportedVerb,
} from './answers.ts';
import type { Call, Core } from './core.ts';
import { storageKey } from './definitions.ts';
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
import { create, otherUid, update } from './write.ts';
import { written } from './written.ts';

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
    } finally {
      core.reactions.run();
    }
  };
}

function answer(core: Core, sent: ApiRequest, warnings: string[]): ApiAnswer {
  const route = routeOf(sent.path, core.definitions);
  if (route === undefined) return answerOther(core, sent);
  const { definition, name, subresource, namespace } = route;
  const verb = verbOf(sent, route);
  const request = allowed(core, sent, (as) => attributesOf(as, route, verb));
  if (definition === undefined || (namespace !== undefined && !definition.namespaced)) {
    return notThere(core, route.group);
  }
  const call: Call = { core, request, definition, namespace, name, subresource, warnings };
  if (subresource !== undefined) return answerSubresource(call, route, verb);
  const extension = core.extensions.get(extensionName(definition));
  if (extension !== undefined) return extension(call);
  if (definition.verbs !== undefined && !definition.verbs.includes(verb)) throw methodNotAllowed();
  if (definition.namespaced && namespace === undefined && verb !== 'list' && verb !== 'watch') {
    if (definition.custom) return pageNotFound;
    throw name === undefined ? methodNotAllowed() : resourceNotFound();
  }
  if (definition.custom && name === undefined && verb === '') throw badRequest('name must be provided');
  // The name in the path means nothing to who makes custom resources.
  return answerVerb(call, definition.custom && request.method === 'POST' ? 'create' : verb);
}

/** Of a built-in group it is known that there is no such resource; of others nothing is. */
function notThere({ definitions }: Core, group: string): ApiAnswer {
  const isBuiltIn = definitions.all().some((definition) => definition.group === group && !definition.custom);
  if (isBuiltIn) throw resourceNotFound();
  return pageNotFound;
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
  if (subresource !== 'status' || !definition.subresources.status) {
    throw definition.custom ? notFound(definition, name) : resourceNotFound();
  }
  if (verb !== 'get' && verb !== 'update' && verb !== 'patch') {
    throw definition.custom ? unsupportedVerb(definition, verb) : methodNotAllowed();
  }
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
  const key = keyOf(namespace, name);
  const isThere = core.store.get(storageKey(definition), key) !== undefined;
  if (isThere || subresource !== undefined || definition.strategy.createOnUpdate !== true) {
    return written(
      call,
      update(core, name, () => object, target),
    );
  }
  const { uid } = object.metadata;
  if (uid !== undefined)
    throw conflict(definition, name, otherUid(definition, { key, uid: '' }, uid, dryRun));
  return written(call, create(core, object, target));
}

function answerOther(core: Core, sent: ApiRequest): ApiAnswer {
  const { path, method } = sent;
  const request = allowed(core, sent, ({ user }) => ({ user, verb: method.toLowerCase(), path }));
  // Of the paths that are no resources it is the one that minds.
  if (path === '/version' && method !== 'GET' && method !== 'HEAD') throw methodNotAllowed();
  return core.otherPath(request) ?? pageNotFound;
}

/** The request as whom it may be carried out. */
function allowed(
  core: Core,
  sent: ApiRequest,
  attributesFor: (request: ApiRequest) => AccessAttributes,
): ApiRequest {
  const { headers } = sent;
  let request = sent;
  if (impersonation.some((name) => headers[name] !== undefined)) {
    request = { ...sent, user: core.actAs(headers, attributesFor(sent)) };
  }
  if (!request.user.groups.includes('system:masters')) core.authorize(attributesFor(request));
  return request;
}

const impersonation = ['impersonate-user', 'impersonate-group', 'impersonate-uid'];

const verbs: Readonly<Record<string, readonly [one: string, all: string]>> = {
  GET: ['get', 'list'],
  POST: ['', 'create'],
  PUT: ['update', ''],
  PATCH: ['patch', ''],
  DELETE: ['delete', 'deletecollection'],
};

function verbOf({ method, query }: ApiRequest, { name, subresource, watch }: Route): string {
  const [one, all] = verbs[method] ?? ['', ''];
  if (subresource !== undefined) return method === 'POST' ? 'create' : one;
  if (watch && method === 'GET') return 'watch';
  if (name !== undefined) return one;
  return all === 'list' && isWatch(query) ? 'watch' : all;
}

function attributesOf({ user, path, query }: ApiRequest, route: Route, verb: string): AccessAttributes {
  const { group, plural, subresource, namespace } = route;
  const selected = /^metadata\.name=([^,!=]+)$/.exec(query.get('fieldSelector') ?? '')?.[1];
  const name = route.name ?? (verb === 'list' || verb === 'watch' ? selected : undefined);
  const within = namespace ?? (plural === 'namespaces' && group === '' ? route.name : undefined);
  return {
    user,
    verb,
    path,
    resource: {
      group,
      plural,
      ...(subresource === undefined ? {} : { subresource }),
      ...(within === undefined ? {} : { namespace: within }),
      ...(name === undefined ? {} : { name }),
    },
  };
}
