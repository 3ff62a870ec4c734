// The scale subresource: the number of replicas of anything that has one.
import { ApiFailure, badRequest, invalid, notFound } from '../api/failure.ts';
import type { SimObject } from '../api/object.ts';
import type { ApiAnswer } from '../api/request.ts';
import type { ScalePaths } from '../api/resource.ts';
import { scaleDefinition } from '../builtins/scale.ts';
import { invalidValue } from '../schema/causes.ts';
import { keyOf } from '../storage/stored.ts';
import { jsonAnswer, methodNotAllowed, unsupportedVerb } from './answers.ts';
import type { Call } from './core.ts';
import { storageKey } from './definitions.ts';
import { writeOptions } from './options.ts';
import { patching } from './patch.ts';
import { decodeBody, requireName, requireNamespace } from './read-object.ts';
import { selectorText } from './selectors/text.ts';
import { read } from './versions.ts';
import { type Change, update } from './write.ts';

/** GET, PUT and PATCH of `scale`. */
export function scaleAnswer(call: Call, name: string, paths: ScalePaths): ApiAnswer {
  const { core, request, definition, namespace } = call;
  const { method } = request;
  if (method === 'GET') {
    const stored = core.store.get(storageKey(definition), keyOf(namespace, name));
    if (stored === undefined) throw notFound(definition, name);
    return jsonAnswer(200, JSON.stringify(scaleOf(read(definition, stored), paths)), call.warnings);
  }
  if (method !== 'PUT' && method !== 'PATCH') {
    throw definition.custom ? unsupportedVerb(definition, method.toLowerCase()) : methodNotAllowed();
  }
  const { dryRun, manager } = writeOptions(request, method === 'PUT' ? 'UpdateOptions' : 'PatchOptions');
  const target = { definition, namespace, subresource: 'scale', user: request.user, dryRun, manager };
  const { object } = update(core, name, changeOf(call, name, paths), target);
  return jsonAnswer(200, JSON.stringify(scaleOf(object, paths)), call.warnings);
}

function changeOf(call: Call, name: string, paths: ScalePaths): Change {
  const { definition, request } = call;
  const own: Call = { ...call, definition: scaleDefinition };
  let wanted: (old: SimObject) => SimObject;
  if (request.method === 'PUT') {
    const scale = sent(own, definition.custom);
    requireName(scale, name);
    requireNamespace(scale, call);
    wanted = () => scale;
  } else {
    const patched = patching(own, name, definition.custom ? 'custom' : scaleDefinition.schema);
    wanted = (old) => patched(() => scaleOf(old, paths));
  }
  return (old, copy) => {
    const { metadata, spec } = wanted(old);
    const { replicas = 0 } = spec as { readonly replicas?: number };
    // Of custom resources it is their own validation that refuses it.
    if (replicas < 0 && !definition.custom) {
      const cause = invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0');
      throw invalid('autoscaling', 'Scale', name, [cause]);
    }
    const next = copy();
    setAt(next, paths.specReplicas, replicas);
    const { resourceVersion = '', uid } = metadata;
    if (resourceVersion !== '') next.metadata.resourceVersion = resourceVersion;
    if (uid !== undefined) next.metadata.uid = uid;
    return next;
  };
}

/** Where custom resources are served the kind is not registered, which shows when something is wrong with it. */
function sent(own: Call, custom: boolean): SimObject {
  try {
    return decodeBody(own);
  } catch (error) {
    if (!custom || !(error instanceof ApiFailure) || error.status.code !== 400) throw error;
    throw badRequest('no kind is registered for the type v1.Scale in scheme "pkg/runtime/scheme.go:111"');
  }
}

function scaleOf(object: SimObject, paths: ScalePaths): SimObject {
  const { name, namespace, uid = '', resourceVersion = '', creationTimestamp = '' } = object.metadata;
  const replicas = valueAt(object, paths.specReplicas);
  const selector = selectorOf(object, paths);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      uid,
      resourceVersion,
      creationTimestamp,
    },
    spec: replicas === 0 ? {} : { replicas },
    status: {
      replicas: valueAt(object, paths.statusReplicas) ?? 0,
      ...(selector === undefined ? {} : { selector }),
    },
  };
}
/** Built-in kinds have the selector in their spec, where it is no text. */
function selectorOf(object: SimObject, { labelSelector }: ScalePaths): unknown {
  if (labelSelector === undefined) return undefined;
  return valueAt(object, labelSelector) ?? selectorText(valueAt(object, 'spec.selector'));
}

function valueAt(object: SimObject, path: string): unknown {
  let value: unknown = object;
  for (const part of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[part];
  return value;
}

function setAt(object: SimObject, path: string, value: unknown): void {
  const parts = path.split('.');
  const last = parts.pop() ?? '';
  let parent: Record<string, unknown> = object;
  for (const part of parts) parent = (parent[part] ??= {}) as Record<string, unknown>;
  parent[last] = value;
}
