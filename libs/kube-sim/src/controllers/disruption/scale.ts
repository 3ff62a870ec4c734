// How many pods the controllers of pods want, as the disruption controller finds out.
import type { OwnerReference, SimObject } from '../../api/object.ts';
import type { ResourceDefinition } from '../../api/resource.ts';
import { controllerOf } from '../controller.ts';

export interface ScaleSource {
  /** The resource of a kind, if it is served. */
  readonly ofKind: (apiVersion: string, kind: string) => ResourceDefinition | undefined;
  readonly find: (definition: ResourceDefinition, namespace: string, name: string) => SimObject | undefined;
}

/** The sum, and the names of pods that have no controller; or why there is none. */
export type Wanted = { readonly pods: number; readonly hasLoosePods: boolean } | { readonly failure: string };

/** Adds up the replicas of the controllers of these pods, of each once. */
export function wantedBy(pods: readonly SimObject[], source: ScaleSource): Wanted {
  const scales = new Map<string, number>();
  let hasLoosePods = false;
  for (const pod of pods) {
    const owner = controllerOf(pod);
    if (owner === undefined) {
      hasLoosePods = true;
      continue;
    }
    if (scales.has(owner.uid)) continue;
    const scale = scaleOf(owner, pod, source);
    if (typeof scale === 'string') return { failure: scale };
    scales.set(owner.uid, scale);
  }
  return { pods: [...scales.values()].reduce((sum, replicas) => sum + replicas, 0), hasLoosePods };
}

function scaleOf(owner: OwnerReference, pod: SimObject, { ofKind, find }: ScaleSource): number | string {
  const { apiVersion, kind, name, uid } = owner;
  const definition = ofKind(apiVersion, kind);
  if (definition === undefined) return `no matches for kind "${kind}" in version "${apiVersion}"`;
  const { group, plural, subresources } = definition;
  const path = subresources.scale?.specReplicas;
  if (path === undefined) {
    return `${group === '' ? plural : `${plural}.${group}`} does not implement the scale subresource`;
  }
  const object = find(definition, pod.metadata.namespace ?? '', name);
  if (object?.metadata.uid !== uid) return `found no controllers for pod "${pod.metadata.name}"`;
  const replicas = path
    .split('.')
    .reduce<unknown>((at, field) => (at as Record<string, unknown> | undefined)?.[field], object);
  return typeof replicas === 'number' ? replicas : 0;
}
