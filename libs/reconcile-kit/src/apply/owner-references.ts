import type { KubeObject, OwnerReference, Stored } from '../core/object.ts';

/**
 * The reference that makes `owner` the controller of an object in `namespace` (undefined: an object without one). The garbage
 * collector deletes that object after its owner is gone.
 *
 * @throws TypeError if the owner lives in another namespace: the collector would take it for absent, and delete the dependent
 */
export function controllerReference(owner: Stored, namespace: string | undefined): OwnerReference {
  const { metadata } = owner;
  if (metadata.namespace !== undefined && metadata.namespace !== namespace) {
    throw new TypeError(
      `${owner.kind} ${metadata.namespace}/${metadata.name} cannot own an object ${
        namespace === undefined ? 'without a namespace' : `in namespace ${namespace}`
      }`,
    );
  }
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: metadata.name,
    uid: metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** Does one of the object's owner references name this uid? */
export function isOwnedBy(object: KubeObject, ownerUid: string): boolean {
  return object.metadata.ownerReferences?.some(({ uid }) => uid === ownerUid) ?? false;
}
