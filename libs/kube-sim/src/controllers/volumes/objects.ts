// Claims and volumes as far as controllers read them.
import type { SimObject } from '../../api/object.ts';

export const claimType = { group: '', plural: 'persistentvolumeclaims' };
export const volumeType = { group: '', plural: 'persistentvolumes' };
export const classType = { group: 'storage.k8s.io', plural: 'storageclasses' };

export interface ClaimSpec {
  readonly volumeName?: string;
  readonly storageClassName?: string;
  readonly accessModes?: readonly string[];
  readonly volumeMode?: string;
  readonly selector?: object;
  readonly resources?: { readonly requests?: { readonly storage?: string } };
}

export interface VolumeSpec {
  readonly capacity?: { readonly storage?: string };
  readonly accessModes?: readonly string[];
  readonly volumeMode?: string;
  readonly storageClassName?: string;
  readonly persistentVolumeReclaimPolicy?: 'Retain' | 'Delete' | 'Recycle';
  readonly claimRef?: {
    readonly kind?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly uid?: string;
  };
}

export function claimSpec(claim: SimObject): ClaimSpec {
  return claim['spec'] as ClaimSpec;
}

export function volumeSpec(volume: SimObject): VolumeSpec {
  return volume['spec'] as VolumeSpec;
}

/** Where a claim or a volume stands. */
export function phaseOf({ status }: SimObject): string | undefined {
  return (status as { readonly phase?: string } | undefined)?.phase;
}

/** The claims that a pod mounts. */
export function claimNames({ spec }: SimObject): readonly string[] {
  const { volumes = [] } = spec as {
    readonly volumes?: readonly { readonly persistentVolumeClaim?: { readonly claimName: string } }[];
  };
  return volumes.flatMap(({ persistentVolumeClaim }) =>
    persistentVolumeClaim === undefined ? [] : [persistentVolumeClaim.claimName],
  );
}

/** The object with these annotations; itself if it has them. */
export function annotated(object: SimObject, annotations: Readonly<Record<string, string>>): SimObject {
  const { metadata } = object;
  const present = metadata.annotations ?? {};
  if (Object.entries(annotations).every(([key, value]) => present[key] === value)) return object;
  return { ...object, metadata: { ...metadata, annotations: { ...present, ...annotations } } };
}
