// The scale subresource: the number of replicas of anything that has one.
import { invalid, notFound } from '../api/failure.ts';
import type { SimObject } from '../api/object.ts';
import type { ApiAnswer } from '../api/request.ts';
import type { ScalePaths } from '../api/resource.ts';
import { invalidValue } from '../schema/causes.ts';
import { keyOf } from '../storage/stored.ts';
import { jsonAnswer, methodNotAllowed } from './answers.ts';
import { parseBody } from './body.ts';
import type { Call } from './core.ts';
import { storageKey } from './definitions.ts';
import { writeOptions } from './options.ts';
import { patcherOf } from './patch.ts';
import { requireKind, requireName } from './read-object.ts';
import { selectorText } from './selectors/text.ts';
import { read } from './versions.ts';
import { type Change, update } from './write.ts';

const scaleKind = { group: 'autoscaling', version: 'v1', kind: 'Scale', custom: false };

/** GET, PUT and PATCH of `scale`. */
export function scaleAnswer(call: Call, name: string, paths: ScalePaths): ApiAnswer {
  const { core, request, definition, namespace } = call;
  if (request.method === 'GET') {
    const stored = core.store.get(storageKey(definition), keyOf(namespace, name));
    if (stored === undefined) throw notFound(definition, name);
    return jsonAnswer(200, JSON.stringify(scaleOf(read(definition, stored), paths)), call.warnings);
  }
  if (request.method !== 'PUT' && request.method !== 'PATCH') throw methodNotAllowed();
  const { dryRun, manager } = writeOptions(
    request,
    request.method === 'PUT' ? 'UpdateOptions' : 'PatchOptions',
  );
  const target = { definition, namespace, subresource: 'scale', user: request.user, dryRun, manager };
  const { object } = update(core, name, changeOf(call, name, paths), target);
  return jsonAnswer(200, JSON.stringify(scaleOf(object, paths)), call.warnings);
}

function changeOf(call: Call, name: string, paths: ScalePaths): Change {
  const { request, core } = call;
  const wanted = (old: SimObject): SimObject => {
    if (request.method === 'PATCH') return patcherOf(call, undefined)(scaleOf(old, paths));
    return parseBody(request.body, request.headers['content-type'], 'Scale') as SimObject;
  };
  return (old, copy) => {
    const scale = wanted(old);
    requireKind(scale, core.definitions, scaleKind);
    const metadata = { ...(scale.metadata as Partial<SimObject['metadata']> | undefined) };
    requireName({ ...scale, metadata: { name: '', ...metadata } }, name);
    const replicas = replicasOf(scale, name);
    const next = copy();
    setAt(next, paths.specReplicas, replicas);
    const { resourceVersion = '', uid } = metadata;
    if (resourceVersion !== '') next.metadata.resourceVersion = resourceVersion;
    if (uid !== undefined) next.metadata.uid = uid;
    return next;
  };
}

/** @throws ApiFailure 422 */
function replicasOf(scale: SimObject, name: string): number {
  const { replicas = 0 } = (scale['spec'] ?? {}) as { replicas?: unknown };
  if (typeof replicas === 'number' && replicas >= 0) return replicas;
  const why =
    typeof replicas === 'number'
      ? invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0')
      : invalidValue(
          'patch',
          JSON.stringify(scale),
          `json: cannot unmarshal ${typeof replicas} into Go struct field ScaleSpec.spec.replicas of type int32`,
        );
  throw invalid('autoscaling', 'Scale', name, [why]);
}

function scaleOf(object: SimObject, paths: ScalePaths): SimObject {
  const { name, namespace, uid = '', resourceVersion = '', creationTimestamp = '' } = object.metadata;
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
    spec: { replicas: valueAt(object, paths.specReplicas) },
    status: { replicas: valueAt(object, paths.statusReplicas) ?? 0, selector: selectorOf(object, paths) },
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
