import type { KubeObject, Stored } from '../core/object.ts';
import { defineResource } from '../core/resource.ts';

export interface Pod extends KubeObject {
  readonly spec?: { readonly data?: string };
}

export const pods = defineResource<Pod>({
  group: '',
  version: 'v1',
  plural: 'pods',
  kind: 'Pod',
  namespaced: true,
});

/** A pod in namespace `n`; its uid is its name's, unless given. */
export function pod(
  name: string,
  version: number,
  more: { readonly uid?: string; readonly data?: string } = {},
): Stored<Pod> {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'n', uid: more.uid ?? `uid-${name}`, resourceVersion: String(version) },
    ...(more.data === undefined ? {} : { spec: { data: more.data } }),
  };
}

export const added = (object: Stored<Pod>): object => ({ type: 'ADDED', object });
export const modified = (object: Stored<Pod>): object => ({ type: 'MODIFIED', object });
export const deleted = (object: Stored<Pod>): object => ({ type: 'DELETED', object });

export function bookmark(version: number, endsSnapshot = false): object {
  return {
    type: 'BOOKMARK',
    object: {
      kind: 'Pod',
      apiVersion: 'v1',
      metadata: {
        resourceVersion: String(version),
        ...(endsSnapshot ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {}),
      },
    },
  };
}

export function status(code: number, reason: string, details: object = {}): object {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message: reason, details };
}

export function errorEvent(code: number, reason: string, details: object = {}): object {
  return { type: 'ERROR', object: status(code, reason, details) };
}

export function podList(version: number, items: readonly Stored<Pod>[], next = ''): object {
  return {
    kind: 'PodList',
    apiVersion: 'v1',
    metadata: { resourceVersion: String(version), continue: next },
    items: items.map(({ metadata, spec }) => ({ metadata, ...(spec === undefined ? {} : { spec }) })),
  };
}
