import type { Rng } from '@neo4j-operator/clock';
import type { Scope } from '../client/client.ts';
import { collectionPath, type Resource } from '../core/resource.ts';
import type { KubeRequest } from '../transport/transport.ts';
import type { Attempt } from './ladder.ts';

export interface Selection {
  readonly resource: Resource;
  readonly scope: Scope;
  readonly metadataOnly: boolean;
}

const pageSize = 500;

/** Ends a watch before the idle time-outs of common load balancers do (the shortest known is 240 s). */
export function watchSeconds(rng: Rng): number {
  return Math.round(180 + 55 * rng.next());
}

/** A page of a list; the first one when `next` is undefined. */
export function pageRequest(selection: Selection, next: string | undefined): KubeRequest {
  return request(selection, { limit: String(pageSize), continue: next }, 'PartialObjectMetadataList');
}

/** A watch, or a snapshot that goes on as one. */
export function watchRequest(selection: Selection, attempt: Attempt, seconds: number): KubeRequest {
  return request(
    selection,
    {
      watch: '1',
      allowWatchBookmarks: 'true',
      timeoutSeconds: String(seconds),
      ...(attempt.kind === 'watch'
        ? { resourceVersion: attempt.resourceVersion }
        : { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' }),
    },
    'PartialObjectMetadata',
  );
}

function request(
  { resource, scope, metadataOnly }: Selection,
  query: Readonly<Record<string, string | undefined>>,
  metadataKind: string,
): KubeRequest {
  return {
    method: 'GET',
    path: collectionPath(resource, scope.namespace),
    query: { ...query, labelSelector: scope.labelSelector, fieldSelector: scope.fieldSelector },
    ...(metadataOnly
      ? { headers: { accept: `application/json;as=${metadataKind};g=meta.k8s.io;v=v1` } }
      : {}),
  };
}
