// What every namespace has, and the end of namespaces: first what is in them goes.
import type { SimObject } from '../api/object.ts';
import type { TypeRef } from '../api/request.ts';
import type { ControllerContext, InsideController } from './controller.ts';
import { type Said, withConditions } from './conditions.ts';
import { type Condition, isTerminating, podStatus, podType } from './pods.ts';

const namespaceType = { group: '', plural: 'namespaces' };
const finalizer = 'kubernetes';
const manager = 'kube-controller-manager';
const rootCertificate = 'kube-root-ca.crt';
const annotations = {
  'kubernetes.io/description':
    'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.',
};
/** Nothing is deleted before all API servers have seen that the namespace ends. */
const settleMs = 5000;
/** How long objects with finalizers are believed to take. */
const finalizerMs = 15_000;
const firstRetryMs = 5;
const lastRetryMs = 60_000;

export interface NamespaceOptions {
  /** The resources whose objects are in namespaces. */
  readonly namespaced: () => readonly TypeRef[];
  /** The certificate of the API server's authority, PEM, for the ConfigMap that pods mount. */
  readonly rootCa: () => string;
}

/** When a namespace that ends is looked at next. */
interface Plan {
  /** The resource version that it had when this was decided. */
  readonly version: string | undefined;
  readonly dueAtMs: number;
  /** How often its end was tried in vain. */
  readonly failures: number;
}

/** Keeps namespaces. */
export function namespaceController(options: NamespaceOptions): InsideController {
  const plans = new Map<string, Plan>();
  return {
    name: 'namespace-controller',
    keysOf: ({ resource, name, namespace }) => {
      if (resource.group !== '') return [];
      if (resource.plural === namespaceType.plural) return [name];
      return namespace !== undefined && isFurniture(resource.plural, name) ? [namespace] : [];
    },
    reconcile: (name, context) => {
      const namespace = context.view.get(namespaceType, undefined, name);
      if (namespace === undefined) {
        plans.delete(name);
        return undefined;
      }
      if (!isTerminating(namespace)) {
        furnish(name, context, options);
        return undefined;
      }
      const nowMs = context.clock.now();
      const plan = planAfterChange(namespace, plans.get(name), nowMs);
      plans.set(name, plan);
      if (plan.dueAtMs > nowMs) return plan.dueAtMs - nowMs;
      const leftMs = empty(namespace, context, options);
      const failures = plan.failures + (leftMs === 'failed' ? 1 : 0);
      const waitMs = leftMs === 'failed' ? Math.min(firstRetryMs * 2 ** plan.failures, lastRetryMs) : leftMs;
      plans.set(name, { ...plan, failures, dueAtMs: nowMs + (waitMs ?? 0) });
      return waitMs;
    },
  };
}

/** Every change of a namespace, its own status included, has it looked at again a while later, if that is not due sooner. */
function planAfterChange({ metadata }: SimObject, plan: Plan | undefined, nowMs: number): Plan {
  const version = metadata.resourceVersion;
  if (plan !== undefined && plan.version === version) return plan;
  const dueAtMs = nowMs + settleMs;
  return {
    version,
    dueAtMs: plan !== undefined && plan.dueAtMs >= nowMs ? Math.min(plan.dueAtMs, dueAtMs) : dueAtMs,
    failures: plan?.failures ?? 0,
  };
}

function isFurniture(plural: string, name: string): boolean {
  return (
    (plural === 'serviceaccounts' && name === 'default') ||
    (plural === 'configmaps' && name === rootCertificate)
  );
}

function furnish(namespace: string, { client, view }: ControllerContext, { rootCa }: NamespaceOptions): void {
  if (view.get({ group: '', plural: 'serviceaccounts' }, namespace, 'default') === undefined) {
    const metadata = { name: 'default', namespace };
    client.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata }, manager);
  }
  const data = { 'ca.crt': rootCa() };
  const present = view.get({ group: '', plural: 'configmaps' }, namespace, rootCertificate);
  if (present === undefined) {
    const metadata = { name: rootCertificate, namespace, annotations };
    client.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data }, manager);
  } else if (JSON.stringify(present['data']) !== JSON.stringify(data)) {
    const { metadata } = present;
    client.update(
      {
        ...present,
        metadata: { ...metadata, annotations: { ...metadata.annotations, ...annotations } },
        data,
      },
      manager,
    );
  }
}

/** Gives the milliseconds after which there may be less left. */
function empty(
  namespace: SimObject,
  context: ControllerContext,
  { namespaced }: NamespaceOptions,
): number | 'failed' | undefined {
  const { client, view } = context;
  const { name } = namespace.metadata;
  const { finalizers = [] } = (namespace['spec'] ?? {}) as { readonly finalizers?: readonly string[] };
  if (!finalizers.includes(finalizer)) return undefined;
  const clear = (type: TypeRef): readonly SimObject[] => {
    for (const object of view.list(type, name)) {
      if (!isTerminating(object))
        client.delete(type, name, object.metadata.name, { propagationPolicy: 'Background' });
    }
    return view.list(type, name);
  };
  const graceMs = remainingGraceMs(namespace, context);
  const pods = clear(podType);
  if (pods.length > 0) {
    // As long as there are pods nothing is said of what remains.
    const isHeld = pods.some(({ metadata }) => (metadata.finalizers ?? []).length > 0);
    const waitMs = graceMs > 0 ? graceMs : isHeld ? finalizerMs : undefined;
    tell(namespace, waitMs === undefined ? podsStay(name) : [], context);
    return waitMs === undefined ? 'failed' : waitMs / 2 + 1000;
  }
  const left = namespaced()
    .map((type) => ({ type, objects: clear(type) }))
    .filter(({ objects }) => objects.length > 0);
  const told = tell(namespace, remaining(left), context);
  if (left.length > 0) return finalizerMs / 2 + 1000;
  const others = finalizers.filter((each) => each !== finalizer);
  client.update({ ...told, spec: { finalizers: others } }, manager, 'finalize');
  return undefined;
}

/** How long pods may still take, at most. */
function remainingGraceMs({ metadata }: SimObject, { view, clock }: ControllerContext): number {
  const graces = view
    .list(podType, metadata.name)
    .filter((pod) => !['Succeeded', 'Failed'].includes(podStatus(pod).phase ?? ''))
    .map(
      ({ spec }) =>
        (spec as { readonly terminationGracePeriodSeconds?: number }).terminationGracePeriodSeconds ?? 0,
    );
  const longestMs = Math.max(0, ...graces) * 1000;
  return clock.now() - Date.parse(metadata.deletionTimestamp ?? '') >= longestMs ? 0 : longestMs;
}

/** Writes down what is not as it should be; of the rest it says that all is well. */
function tell(namespace: SimObject, bad: readonly Said[], { client, clock }: ControllerContext): SimObject {
  const status = namespace['status'] as { readonly conditions?: readonly Condition[] };
  const said = fine.map((good) => bad.find(({ type }) => type === good.type) ?? good);
  const conditions = withConditions(status.conditions ?? [], said, clock.now());
  if (JSON.stringify(conditions) === JSON.stringify(status.conditions)) return namespace;
  return client.update({ ...namespace, status: { ...status, conditions } }, manager, 'status');
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
  for (const each of left.flatMap(({ objects }) =>
    objects.flatMap(({ metadata }) => metadata.finalizers ?? []),
  )) {
    waiting.set(each, (waiting.get(each) ?? 0) + 1);
  }
  const finalizers = Array.from(waiting, ([each, count]) => `${each} in ${count} resource instances`);
  return [
    ...said('NamespaceContentRemaining', 'SomeResourcesRemain', 'Some resources are remaining: ', counts),
    ...said(
      'NamespaceFinalizersRemaining',
      'SomeFinalizersRemain',
      'Some content in the namespace has finalizers remaining: ',
      finalizers,
    ),
  ];
}

function said(type: string, reason: string, message: string, list: readonly string[]): readonly Said[] {
  if (list.length === 0) return [];
  return [{ type, status: 'True', reason, message: message + [...list].sort().join(', ') }];
}

function podsStay(namespace: string): readonly Said[] {
  return said(
    'NamespaceDeletionContentFailure',
    'ContentDeletionFailed',
    'Failed to delete all resource types, 1 remaining: unexpected items still remain in namespace: ',
    [`${namespace} for gvr: /v1, Resource=pods`],
  );
}

const fine: readonly Said[] = [
  ['NamespaceDeletionDiscoveryFailure', 'ResourcesDiscovered', 'All resources successfully discovered'],
  [
    'NamespaceDeletionGroupVersionParsingFailure',
    'ParsedGroupVersions',
    'All legacy kube types successfully parsed',
  ],
  [
    'NamespaceDeletionContentFailure',
    'ContentDeleted',
    'All content successfully deleted, may be waiting on finalization',
  ],
  ['NamespaceContentRemaining', 'ContentRemoved', 'All content successfully removed'],
  ['NamespaceFinalizersRemaining', 'ContentHasNoFinalizers', 'All content-preserving finalizers finished'],
].map(([type = '', reason = '', message = '']) => ({ type, status: 'False', reason, message }));
