import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeObject } from '@neo4j-operator/reconcile-kit';
import { parseAllDocuments } from 'yaml';

/** The root of the workspace. */
export const workspace = join(import.meta.dirname, '../../../..');

/**
 * The objects in a YAML text of several documents; empty ones are left out.
 *
 * @throws Error that names what is no YAML
 */
export function objectsIn(text: string): readonly KubeObject[] {
  return parseAllDocuments(text).flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw new Error(error.message);
    const object = document.toJS() as KubeObject | null;
    return object === null ? [] : [object];
  });
}

/** They do not change while tests run, and to parse them takes longer than all the rest of making a control plane. */
const crdsOnce: KubeObject[] = [];

/** The CustomResourceDefinitions of the workspace. */
export function crds(): readonly KubeObject[] {
  if (crdsOnce.length === 0) crdsOnce.push(...manifests('crds/*.yaml'));
  return crdsOnce;
}

/** The objects in files of the workspace, by pattern. */
export function manifests(pattern: string): readonly KubeObject[] {
  return globSync(pattern, { cwd: workspace })
    .sort()
    .flatMap((file) => objectsIn(readFileSync(join(workspace, file), 'utf8')));
}

/** The default StorageClass of every stage: volumes are made where the pod is, and can grow. */
export const storageClass = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: {
    name: 'standard',
    annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
  },
  provisioner: 'stage.example.com/disk',
  volumeBindingMode: 'WaitForFirstConsumer',
  allowVolumeExpansion: true,
};

/** Nodes in as many zones as there are, but three at most. */
export function nodesInZones(count: number): readonly { readonly name: string; readonly zone: string }[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `node-${index + 1}`,
    zone: `zone-${'abc'[index % 3] ?? 'a'}`,
  }));
}
