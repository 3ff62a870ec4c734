// What every namespace has, and the end of namespaces: first what is in them goes.
import type { SimObject } from '../api/object.ts';
import type { TypeRef } from '../api/request.ts';
import type { ControllerContext, InsideController } from './controller.ts';
import { type Said, withConditions } from './conditions.ts';
import { isTerminating, type Condition } from './pods.ts';

const namespaceType = { group: '', plural: 'namespaces' };
const finalizer = 'kubernetes';
const manager = 'kube-controller-manager';

export interface NamespaceOptions {
  /** The resources whose objects are in namespaces. */
  readonly namespaced: () => readonly TypeRef[];
  /** The certificate of the API server's authority, PEM, for the ConfigMap that pods mount. */
  readonly rootCa: () => string;
}

/** Keeps namespaces. */
export function namespaceController(options: NamespaceOptions): InsideController {
  return {
    name: 'namespace-controller',
    keysOf: ({ type, resource, name, namespace }, view) => {
      if (resource.plural === namespaceType.plural && resource.group === '') return [name];
      if (namespace === undefined || type !== 'DELETED') return [];
      return view.get(namespaceType, undefined, namespace) === undefined ? [] : [namespace];
    },
    reconcile: (name, context) => {
      const namespace = context.view.get(namespaceType, undefined, name);
      if (namespace === undefined) return undefined;
      if (isTerminating(namespace)) empty(namespace, context, options);
      else furnish(name, context, options);
      return undefined;
    },
  };
}

function furnish(namespace: string, { client, view }: ControllerContext, { rootCa }: NamespaceOptions): void {
  const objects: readonly (TypeRef & { readonly object: SimObject })[] = [
    {
      group: '',
      plural: 'serviceaccounts',
      object: { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } },
    },
    {
      group: '',
      plural: 'configmaps',
      object: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'kube-root-ca.crt', namespace },
        data: { 'ca.crt': rootCa() },
      },
    },
  ];
  for (const { object, ...type } of objects) {
    if (view.get(type, namespace, object.metadata.name) === undefined) client.create(object, manager);
  }
}

function empty(namespace: SimObject, context: ControllerContext, { namespaced }: NamespaceOptions): void {
  const { client, view, clock } = context;
  const { name } = namespace.metadata;
  const { finalizers = [] } = (namespace['spec'] ?? {}) as { readonly finalizers?: readonly string[] };
  if (!finalizers.includes(finalizer)) return;
  for (const type of namespaced()) {
    for (const object of view.list(type, name)) {
      if (!isTerminating(object)) client.delete(type, name, object.metadata.name);
    }
  }
  const left = namespaced()
    .map((type) => ({ type, objects: view.list(type, name) }))
    .filter(({ objects }) => objects.length > 0);
  if (left.length === 0) {
    const others = finalizers.filter((each) => each !== finalizer);
    client.update({ ...namespace, spec: { finalizers: others } }, manager, 'finalize');
    return;
  }
  const status = namespace['status'] as { readonly conditions?: readonly Condition[] };
  const conditions = withConditions(status.conditions ?? [], remaining(left), clock.now());
  if (JSON.stringify(conditions) === JSON.stringify(status.conditions)) return;
  client.update({ ...namespace, status: { ...status, conditions } }, manager, 'status');
}

interface Remaining {
  readonly type: TypeRef;
  readonly objects: readonly SimObject[];
}

function remaining(left: readonly Remaining[]): readonly Said[] {
  const counts = left.map(
    ({ type, objects }) => `${type.plural}.${type.group} has ${objects.length} resource instances`,
  );
  const waiting = new Map<string, number>();
  for (const finalizer of left.flatMap(({ objects }) =>
    objects.flatMap(({ metadata }) => metadata.finalizers ?? []),
  )) {
    waiting.set(finalizer, (waiting.get(finalizer) ?? 0) + 1);
  }
  const finalizers = Array.from(
    waiting,
    ([finalizer, count]) => `${finalizer} in ${count} resource instances`,
  );
  const good = (type: string, reason: string, message: string): Said => ({
    type,
    status: 'False',
    reason,
    message,
  });
  return [
    good('NamespaceDeletionDiscoveryFailure', 'ResourcesDiscovered', 'All resources successfully discovered'),
    good(
      'NamespaceDeletionGroupVersionParsingFailure',
      'ParsedGroupVersions',
      'All legacy kube types successfully parsed',
    ),
    good(
      'NamespaceDeletionContentFailure',
      'ContentDeleted',
      'All content successfully deleted, may be waiting on finalization',
    ),
    {
      type: 'NamespaceContentRemaining',
      status: 'True',
      reason: 'SomeResourcesRemain',
      message: `Some resources are remaining: ${counts.join(', ')}`,
    },
    finalizers.length === 0
      ? good(
          'NamespaceFinalizersRemaining',
          'ContentHasNoFinalizers',
          'All content-preserving finalizers finished',
        )
      : {
          type: 'NamespaceFinalizersRemaining',
          status: 'True',
          reason: 'SomeFinalizersRemain',
          message: `Some content in the namespace has finalizers remaining: ${finalizers.join(', ')}`,
        },
  ];
}
