// Objects that a selector names and that nobody controls come under control; those that it no longer names are let go.
import { selects } from '../builtins/checks.ts';
import type { SimObject } from '../api/object.ts';
import type { TypeRef } from '../api/request.ts';
import { controllerOf, type ControllerContext } from './controller.ts';
import { controllerReference, isTerminating } from './pods.ts';
import type { View } from './view.ts';

const manager = 'kube-controller-manager';

/**
 * The objects of a type that an owner controls, after it has taken and let go.
 *
 * @param mayTake - what else has to be true of one to be taken
 */
export function controlled(
  owner: SimObject,
  type: TypeRef,
  { client, view }: Pick<ControllerContext, 'client' | 'view'>,
  mayTake: (object: SimObject) => boolean = () => true,
): readonly SimObject[] {
  const { uid, namespace } = owner.metadata;
  const isSelected = ({ metadata }: SimObject): boolean => selects(selectorOf(owner), metadata.labels ?? {});
  const own = view
    .dependents(uid ?? '')
    .filter((each) => each.type.plural === type.plural && each.type.group === type.group)
    .map(({ object }) => object)
    .filter((object) => controllerOf(object)?.uid === uid);
  if (isTerminating(owner)) return own.filter(isSelected);
  const kept = own.filter((object) => {
    if (isSelected(object)) return true;
    const { ownerReferences = [], ...metadata } = object.metadata;
    const others = ownerReferences.filter((reference) => reference.uid !== uid);
    client.update({ ...object, metadata: { ...metadata, ownerReferences: others } }, manager);
    return false;
  });
  const taken = view
    .list(type, namespace)
    .filter((object) => controllerOf(object) === undefined && !isTerminating(object))
    .filter((object) => isSelected(object) && mayTake(object))
    .map((object) => {
      const { ownerReferences = [] } = object.metadata;
      const references = [...ownerReferences, controllerReference(owner)];
      return client.update(
        { ...object, metadata: { ...object.metadata, ownerReferences: references } },
        manager,
      );
    });
  return [...kept, ...taken];
}

/** The keys of the objects of a type that may take an object that nobody controls. */
export function takersOf(object: SimObject, type: TypeRef, view: View): readonly string[] {
  const { namespace = '', labels = {} } = object.metadata;
  return view
    .list(type, namespace)
    .filter((owner) => selects(selectorOf(owner), labels))
    .map((owner) => `${namespace}/${owner.metadata.name}`);
}

function selectorOf(owner: SimObject): unknown {
  return (owner['spec'] as { readonly selector?: unknown }).selector;
}
