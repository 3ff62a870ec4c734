// How namespaces end: what is in them goes first, which is up to a controller.
import { ApiFailure } from '../api/failure.ts';
import type { ApiAnswer } from '../api/request.ts';
import type { SimObject } from '../api/object.ts';
import type { Strategy } from '../api/resource.ts';
import { methodNotAllowed } from './answers.ts';
import type { Call } from './core.ts';
import { writeOptions } from './options.ts';
import { readObject } from './read-object.ts';
import { update } from './write.ts';
import { written } from './written.ts';

/** The finalizers of a namespace are in its spec, and only its subresource `finalize` takes them away. */
export const namespaceParts: Strategy = {
  prepareForDelete: (namespace) => {
    const { name } = namespace.metadata;
    if (immortal.has(name)) throw mayNotBeDeleted(name);
    namespace['status'] = { ...(namespace['status'] as object | undefined), phase: 'Terminating' };
  },
  holds: hasFinalizers,
};

const immortal = new Set(['default', 'kube-public', 'kube-system']);

function mayNotBeDeleted(name: string): ApiFailure {
  const message = `namespaces ${JSON.stringify(name)} is forbidden: this namespace may not be deleted`;
  return new ApiFailure(403, 'Forbidden', message, { name, kind: 'namespaces' });
}

/** PUT of `namespaces/finalize`. */
export function finalizeNamespace(call: Call): ApiAnswer {
  const { core, request, definition, name = '' } = call;
  if (request.method !== 'PUT') throw methodNotAllowed();
  const { dryRun, manager } = writeOptions(request, 'UpdateOptions');
  const sent = readObject(call, name);
  const target = {
    definition,
    namespace: undefined,
    subresource: 'finalize',
    user: request.user,
    dryRun,
    manager,
  };
  const change = (_: SimObject, copy: () => SimObject): SimObject => {
    const next = copy();
    const { finalizers = [] } = (sent['spec'] ?? {}) as { finalizers?: string[] };
    next['spec'] = finalizers.length === 0 ? {} : { finalizers };
    const { resourceVersion } = sent.metadata;
    if (resourceVersion !== undefined) next.metadata.resourceVersion = resourceVersion;
    return next;
  };
  return written(call, update(core, name, change, target));
}

function hasFinalizers({ spec }: SimObject): boolean {
  return ((spec as { finalizers?: readonly string[] } | undefined)?.finalizers ?? []).length > 0;
}
