// The scale subresource: the number of replicas of anything that has one.
import { badRequest } from '../api/failure.ts';
import type { SimObject } from '../api/object.ts';
import { notFound } from '../api/failure.ts';
import type { ApiAnswer } from '../api/request.ts';
import type { ScalePaths } from '../api/resource.ts';
import { keyOf } from '../storage/stored.ts';
import { jsonAnswer, methodNotAllowed } from './answers.ts';
import type { Call } from './core.ts';
import { storageKey } from './definitions.ts';
import { parseBody } from './body.ts';
import { writeOptions } from './options.ts';
import { read } from './versions.ts';
import { type Change, update } from './write.ts';

/** GET, PUT and PATCH of `scale`. */
export function scaleAnswer(call: Call, name: string, paths: ScalePaths): ApiAnswer {
  const { core, request, definition, namespace } = call;
  if (request.method === 'GET') {
    const stored = core.store.get(storageKey(definition), keyOf(namespace, name));
    if (stored === undefined) throw notFound(definition, name);
    return jsonAnswer(200, JSON.stringify(scaleOf(read(definition, stored), paths)), call.warnings);
  }
  if (request.method !== 'PUT' && request.method !== 'PATCH') throw methodNotAllowed();
  const { dryRun, manager } = writeOptions(request, 'UpdateOptions');
  const target = { definition, namespace, subresource: 'scale', user: request.user, dryRun, manager };
  const { object } = update(core, name, scaled(call, name, paths), target);
  return jsonAnswer(200, JSON.stringify(scaleOf(object, paths)), call.warnings);
}

function scaled({ request }: Call, name: string, paths: ScalePaths): Change {
  return (old, copy) => {
    const sent = parseBody(request.body, 'application/json', 'Scale') as Partial<SimObject>;
    const replicas = (sent['spec'] as { replicas?: unknown } | undefined)?.replicas;
    if (typeof replicas !== 'number') throw badRequest('Scale: spec.replicas is no number');
    if (request.method === 'PUT' && sent.metadata?.name !== name) {
      throw badRequest(
        `the name of the object (${sent.metadata?.name ?? ''}) does not match the name on the URL (${name})`,
      );
    }
    const next = copy();
    setAt(next, paths.specReplicas, replicas);
    const { resourceVersion, uid } = sent.metadata ?? {};
    const version = resourceVersion ?? old.metadata.resourceVersion;
    next.metadata = {
      ...next.metadata,
      ...(version === undefined ? {} : { resourceVersion: version }),
      ...(uid === undefined ? {} : { uid }),
    };
    return next;
  };
}

function scaleOf(object: SimObject, paths: ScalePaths): object {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const selector = paths.labelSelector === undefined ? undefined : valueAt(object, paths.labelSelector);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: valueAt(object, paths.specReplicas) },
    status: { replicas: valueAt(object, paths.statusReplicas) ?? 0, selector },
  };
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
