// Claims stay as long as a pod uses them, volumes as long as they are bound. Claims also tell whether they are used (KEP-5541).
import type { SimObject } from '../../api/object.ts';
import { withConditions } from '../conditions.ts';
import { type ControllerContext, type InsideController, splitKey } from '../controller.ts';
import { type Condition, isTerminating, podStatus, podType } from '../pods.ts';
import { claimNames, claimType, phaseOf, volumeType } from './objects.ts';

const manager = 'kube-controller-manager';
const claimFinalizer = 'kubernetes.io/pvc-protection';
const volumeFinalizer = 'kubernetes.io/pv-protection';

/** Lets claims go that no pod uses any more. */
export const claimProtection: InsideController = {
  name: 'persistentvolumeclaim-protection-controller',
  keysOf: ({ resource, namespace = '', name, object }) => {
    if (resource.group !== '') return [];
    if (resource.plural === claimType.plural) return [`${namespace}/${name}`];
    if (resource.plural !== podType.plural) return [];
    return claimNames(object()).map((claim) => `${namespace}/${claim}`);
  },
  reconcile: (key, context) => {
    const claim = context.view.get(claimType, ...splitKey(key));
    if (claim === undefined) return undefined;
    const { name, namespace } = claim.metadata;
    const pods = context.view.list(podType, namespace).filter((pod) => claimNames(pod).includes(name));
    // A pod that was never on a node has never had the volume.
    protect(claim, claimFinalizer, pods.some(isOnNode), context);
    if (!isTerminating(claim) && phaseOf(claim) === 'Bound') tellUse(claim, pods.some(mayRun), context);
    return undefined;
  },
};

/** Lets volumes go that are bound to no claim. */
export const volumeProtection: InsideController = {
  name: 'persistentvolume-protection-controller',
  keysOf: ({ resource, name }) =>
    resource.plural === volumeType.plural && resource.group === '' ? [name] : [],
  reconcile: (key, context) => {
    const volume = context.view.get(volumeType, undefined, key);
    if (volume !== undefined) protect(volume, volumeFinalizer, phaseOf(volume) === 'Bound', context);
    return undefined;
  },
};

function isOnNode({ spec }: SimObject): boolean {
  return ((spec as { readonly nodeName?: string }).nodeName ?? '') !== '';
}

function mayRun(pod: SimObject): boolean {
  const { phase, containerStatuses = [] } = podStatus(pod) as ReturnType<typeof podStatus> & {
    readonly containerStatuses?: readonly { readonly state?: { readonly running?: object } }[];
  };
  if (phase === 'Succeeded' || phase === 'Failed') return false;
  return !isTerminating(pod) || containerStatuses.some(({ state }) => state?.running !== undefined);
}

/** Keeps the finalizer on what lives, and takes it from what is to go and is not used. */
function protect(object: SimObject, finalizer: string, isUsed: boolean, { client }: ControllerContext): void {
  const { finalizers = [], ...metadata } = object.metadata;
  const has = finalizers.includes(finalizer);
  const wants = !isTerminating(object) || (has && isUsed);
  if (has === wants) return;
  const next = wants ? [...finalizers, finalizer] : finalizers.filter((each) => each !== finalizer);
  client.update({ ...object, metadata: { ...metadata, finalizers: next } }, manager);
}

function tellUse(claim: SimObject, isUsed: boolean, { client, clock }: ControllerContext): void {
  const status = claim['status'] as { readonly conditions?: readonly Condition[] };
  const { conditions = [] } = status;
  const said = isUsed
    ? { status: 'False', reason: 'PodUsingPVC', message: 'A pod is currently referencing this PVC' }
    : { status: 'True', reason: 'NoPodsUsingPVC', message: 'No pods are currently referencing this PVC' };
  if (conditions.find(({ type }) => type === 'Unused')?.status === said.status) return;
  const next = withConditions(conditions, [{ type: 'Unused', ...said }], clock.now());
  client.update({ ...claim, status: { ...status, conditions: next } }, manager, 'status');
}
