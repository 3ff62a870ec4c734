// Claims stay as long as a pod uses them, volumes as long as they are bound.
import type { SimObject } from '../../api/object.ts';
import type { Change } from '../../api/request.ts';
import { type ControllerContext, type InsideController, keyOfObject, splitKey } from '../controller.ts';
import { isTerminating, podStatus, podType } from '../pods.ts';
import { claimType, volumeType } from './objects.ts';

const claimFinalizer = 'kubernetes.io/pvc-protection';
const volumeFinalizer = 'kubernetes.io/pv-protection';

/** Lets claims go that no pod uses any more. */
export const claimProtection: InsideController = {
  name: 'persistentvolumeclaim-protection-controller',
  keysOf: (change: Change) => {
    const { resource, namespace = '', name, type } = change;
    if (resource.plural === claimType.plural && resource.group === '') return [`${namespace}/${name}`];
    if (resource.plural !== podType.plural || resource.group !== '') return [];
    const pod = change.object();
    return type === 'DELETED' || isOver(pod) ? claimsOf(pod).map((claim) => `${namespace}/${claim}`) : [];
  },
  reconcile: (key, context) => {
    const claim = context.view.get(claimType, ...splitKey(key));
    if (claim !== undefined && isTerminating(claim) && !isUsed(claim, context))
      release(claim, claimFinalizer, context);
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
    if (volume === undefined || !isTerminating(volume)) return undefined;
    const { phase } = (volume['status'] ?? {}) as { readonly phase?: string };
    if (phase !== 'Bound') release(volume, volumeFinalizer, context);
    return undefined;
  },
};

function isUsed(claim: SimObject, { view }: ControllerContext): boolean {
  const key = keyOfObject(claim);
  return view
    .list(podType, claim.metadata.namespace)
    .some(
      (pod) =>
        !isOver(pod) &&
        isScheduled(pod) &&
        claimsOf(pod).some((name) => `${pod.metadata.namespace ?? ''}/${name}` === key),
    );
}

function isScheduled({ spec }: SimObject): boolean {
  return ((spec as { readonly nodeName?: string }).nodeName ?? '') !== '';
}

function isOver(pod: SimObject): boolean {
  const { phase } = podStatus(pod);
  return phase === 'Succeeded' || phase === 'Failed';
}

function claimsOf(pod: SimObject): readonly string[] {
  const { volumes = [] } = pod['spec'] as {
    readonly volumes?: readonly { readonly persistentVolumeClaim?: { readonly claimName: string } }[];
  };
  return volumes.flatMap(({ persistentVolumeClaim }) =>
    persistentVolumeClaim === undefined ? [] : [persistentVolumeClaim.claimName],
  );
}

function release(object: SimObject, finalizer: string, { client }: ControllerContext): void {
  const { finalizers = [], ...metadata } = object.metadata;
  if (!finalizers.includes(finalizer)) return;
  const left = finalizers.filter((each) => each !== finalizer);
  client.update({ ...object, metadata: { ...metadata, finalizers: left } }, 'kube-controller-manager');
}
