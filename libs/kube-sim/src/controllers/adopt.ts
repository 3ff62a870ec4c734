// Pods that a selector names and that nobody controls come under control; those that it no longer names are let go.
import { selects } from '../builtins/checks.ts';
import type { SimObject } from '../api/object.ts';
import type { TypeRef } from '../api/request.ts';
import type { ControllerContext } from './controller.ts';
import { controllerReference, isTerminating, podsOf } from './pods.ts';
import type { View } from './view.ts';

const manager = 'kube-controller-manager';

/** How objects come under control, beyond the selector. */
export interface Taking {
  /** What else has to be true of one to be taken. */
  readonly mayTake?: (object: SimObject) => boolean;
  /** A finalizer that is put on one that is taken, and goes with one that is let go. */
  readonly finalizer?: string;
}

/** The pods that an owner controls, after it has taken and let go. */
export function controlledPods(
  owner: SimObject,
  { client, view }: Pick<ControllerContext, 'client' | 'view'>,
  { mayTake = () => true, finalizer }: Taking = {},
): readonly SimObject[] {
  const { uid, namespace } = owner.metadata;
  const isSelected = ({ metadata }: SimObject): boolean => selects(selectorOf(owner), metadata.labels ?? {});
  const own = podsOf(owner, view);
  if (isTerminating(owner)) return own.filter(isSelected);
  const kept = own.filter((pod) => {
    if (isSelected(pod)) return true;
    const { ownerReferences = [], finalizers = [], ...metadata } = pod.metadata;
    const others = {
      ownerReferences: ownerReferences.filter((reference) => reference.uid !== uid),
      finalizers: finalizers.filter((each) => each !== finalizer),
    };
    client.update({ ...pod, metadata: { ...metadata, ...others } }, manager);
    return false;
  });
  const taken = view
    .loosePods(namespace)
    .filter((pod) => !isTerminating(pod) && isSelected(pod) && mayTake(pod))
    .map((pod) => {
      const { ownerReferences = [], finalizers = [], ...metadata } = pod.metadata;
      const more = {
        ownerReferences: [...ownerReferences, controllerReference(owner)],
        finalizers: [...finalizers, ...(finalizer === undefined ? [] : [finalizer])],
      };
      return client.update({ ...pod, metadata: { ...metadata, ...more } }, manager);
    });
  return [...kept, ...taken];
}

/** The keys of the objects of a type that may take a pod that nobody controls. */
export function takersOf(pod: SimObject, type: TypeRef, view: View): readonly string[] {
  const { namespace = '', labels = {} } = pod.metadata;
  return view
    .list(type, namespace)
    .filter((owner) => selects(selectorOf(owner), labels))
    .map((owner) => `${namespace}/${owner.metadata.name}`);
}

function selectorOf(owner: SimObject): unknown {
  return (owner['spec'] as { readonly selector?: unknown }).selector;
}
