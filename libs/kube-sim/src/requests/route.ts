// Which resource a path means.
import type { ResourceDefinition } from '../api/resource.ts';
import type { Definitions } from './definitions.ts';

/** Where a path leads; the definition is missing if there is no such resource. */
export interface Route {
  readonly group: string;
  readonly apiVersion: string;
  readonly plural: string;
  readonly definition: ResourceDefinition | undefined;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
  /** What stands behind the subresource. */
  readonly tail: string | undefined;
  readonly watch: boolean;
}

/** Undefined: the path is no resource's. */
export function routeOf(path: string, definitions: Definitions): Route | undefined {
  const parts = path.split('/');
  const isCore = parts[1] === 'api';
  if (!isCore && parts[1] !== 'apis') return undefined;
  if (parts.at(-1) === '') parts.pop();
  const group = isCore ? '' : (parts[2] ?? '');
  const apiVersion = isCore ? (parts[2] ?? '') : `${group}/${parts[3] ?? ''}`;
  let at = isCore ? 3 : 4;
  // The older way to ask for a watch.
  const watch = parts[at] === 'watch';
  if (watch) at += 1;
  if (parts.length <= at) return undefined;
  let namespace: string | undefined;
  // `namespaces/x/status` is a subresource, `namespaces/x/pods` a collection.
  const third = parts[at + 2];
  if (parts[at] === 'namespaces' && third !== undefined && third !== 'status' && third !== 'finalize') {
    namespace = unescaped(parts[at + 1]);
    at += 2;
  }
  const plural = parts[at] ?? '';
  return {
    group,
    apiVersion,
    plural,
    definition: definitions.at(apiVersion, plural),
    namespace,
    name: unescaped(parts[at + 1]),
    subresource: parts[at + 2],
    tail: parts[at + 3],
    watch,
  };
}

function unescaped(part: string | undefined): string | undefined {
  if (part?.includes('%') !== true) return part;
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
