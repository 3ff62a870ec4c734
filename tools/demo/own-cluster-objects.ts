// What is installed into a cluster, in the order in which it has to be.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { createHash } from 'node:crypto';
import type { KubeObject } from '@neo4j-operator/reconcile-kit';
import { crds, manifests, workspace } from '../../test/stage/src/index.ts';

/** Who manages the fields of what the demo applies, and what all of it is labelled with. */
export const manager = 'neo4j-operator-demo';

const managedBy = 'app.kubernetes.io/managed-by';

/** Selects all that the demo has made, but for what the operator has made of it. */
export const ours = `${managedBy}=${manager}`;

/** Where the operator is. */
export const operatorNamespace = 'neo4j-operator';

/** The most that a ConfigMap can hold, in bytes. */
const mostBytes = 1024 * 1024;

interface Deployment extends KubeObject {
  readonly spec: {
    readonly template: {
      readonly metadata: object;
      readonly spec: { readonly containers: readonly { readonly image: string }[] };
    };
  };
}

/** Everything that the operator needs. */
export interface Installation {
  readonly objects: readonly KubeObject[];
  /** Of the bundle as it is stored. */
  readonly bytes: number;
  readonly image: string;
}

/**
 * Makes the objects of an installation.
 *
 * @param bundle - the operator as one file of JavaScript
 * @throws Error if it is too large for a ConfigMap
 */
export function installation(bundle: Buffer): Installation {
  const packed = brotliCompressSync(bundle, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } });
  if (packed.length >= mostBytes) {
    throw new Error(`the bundle has ${packed.length} bytes, and a ConfigMap holds ${mostBytes} at most`);
  }
  const [deployment] = manifests('config/operator/deployment.yaml') as readonly Deployment[];
  if (deployment === undefined) throw new Error('config/operator/deployment.yaml has no object');
  const { template } = deployment.spec;
  // Another bundle is another template, so that a second installation starts the operator anew.
  const annotations = {
    'neo4j.neo4j.com/bundle': createHash('sha256').update(bundle).digest('hex').slice(0, 16),
  };
  const objects = [
    ...crds(),
    ...manifests('config/rbac/cluster-wide.yaml'),
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'neo4j-operator-bundle', namespace: operatorNamespace },
      binaryData: { 'operator.mjs.br': packed.toString('base64') },
    },
    {
      ...deployment,
      spec: {
        ...deployment.spec,
        template: { ...template, metadata: { ...template.metadata, annotations } },
      },
    },
  ];
  return {
    objects: objects.map(asOurs),
    bytes: packed.length,
    image: template.spec.containers[0]?.image ?? '',
  };
}

/** The bundle that `apps/operator/build.mjs` has made. */
export function readBundle(): Buffer {
  return readFileSync(join(workspace, 'apps/operator/dist/operator.mjs'));
}

/** The object with the label that tells what the demo has made. */
export function asOurs(object: KubeObject): KubeObject {
  const { metadata } = object;
  return { ...object, metadata: { ...metadata, labels: { ...metadata.labels, [managedBy]: manager } } };
}

/** Whether the demo has made it. */
export function isOurs({ metadata }: KubeObject): boolean {
  return metadata.labels?.[managedBy] === manager;
}
