// The pods and claims of a StatefulSet.
import type { SimObject } from '../../api/object.ts';
import { controllerReference } from '../pods.ts';
import { templateOf } from './revisions.ts';
import { revisionLabel, specOf } from './spec.ts';

/** The pod of an ordinal as a revision wants it. */
export function newPod(set: SimObject, ordinal: number, revision: SimObject): SimObject {
  const template = templateOf(revision);
  const name = `${set.metadata.name}-${ordinal}`;
  const claims = (specOf(set).volumeClaimTemplates ?? []).map(({ metadata }) => metadata.name);
  const volumes = (template.spec['volumes'] ?? []) as readonly { readonly name: string }[];
  const labels = {
    ...template.metadata?.labels,
    'apps.kubernetes.io/pod-index': String(ordinal),
    [revisionLabel]: revision.metadata.name,
    'statefulset.kubernetes.io/pod-name': name,
  };
  const { annotations, finalizers } = template.metadata ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      generateName: `${set.metadata.name}-`,
      ...inNamespaceOf(set),
      labels,
      ...(annotations === undefined ? {} : { annotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
      ownerReferences: [controllerReference(set)],
    },
    spec: {
      ...template.spec,
      volumes: [
        ...claims.map((claim) => ({
          name: claim,
          persistentVolumeClaim: { claimName: claimName(set, claim, ordinal) },
        })),
        ...volumes.filter((volume) => !claims.includes(volume.name)),
      ],
      hostname: name,
      subdomain: specOf(set).serviceName,
    },
  };
}

/** The claims of an ordinal. */
export function newClaims(set: SimObject, ordinal: number): readonly SimObject[] {
  return (specOf(set).volumeClaimTemplates ?? []).map(({ metadata, ...claim }) => ({
    ...claim,
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      ...metadata,
      name: claimName(set, metadata.name, ordinal),
      ...inNamespaceOf(set),
      labels: { ...metadata.labels, ...specOf(set).selector.matchLabels },
    },
  }));
}

function claimName(set: SimObject, template: string, ordinal: number): string {
  return `${template}-${set.metadata.name}-${ordinal}`;
}

function inNamespaceOf({ metadata: { namespace } }: SimObject): { readonly namespace?: string } {
  return namespace === undefined ? {} : { namespace };
}
