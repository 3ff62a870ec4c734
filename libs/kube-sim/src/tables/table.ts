// Objects as a table, or as their metadata alone, for clients that ask for it.
import type { SimObject } from '../api/object.ts';
import type { Column, ResourceDefinition } from '../api/resource.ts';
import { plainColumns } from './columns.ts';

/** What a row carries beside its cells. */
export type IncludeObject = 'Metadata' | 'None' | 'Object';

/** How a table is made. */
export interface TableOptions {
  /** For ages. */
  readonly nowMs: number;
  /** By default `Metadata`. */
  readonly includeObject?: IncludeObject;
  /** Of the list; by default the version of the only object. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Without the names of the columns, as all events of a watch but the first. */
  readonly withoutColumns?: boolean;
}

/** A Table of `meta.k8s.io/v1`. */
export function tableOf(
  definition: Pick<ResourceDefinition, 'columns'>,
  objects: readonly SimObject[],
  { nowMs, includeObject = 'Metadata', metadata, withoutColumns = false }: TableOptions,
): Record<string, unknown> {
  const columns = definition.columns ?? plainColumns;
  // The server prints kinds that it has no columns for in another way.
  const isBare = definition.columns === undefined;
  const [first] = objects;
  const resourceVersion = objects.length === 1 ? first?.metadata.resourceVersion : undefined;
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: metadata ?? (resourceVersion === undefined ? {} : { resourceVersion }),
    columnDefinitions: withoutColumns ? null : columns.map(definitionOf),
    rows:
      isBare && first === undefined
        ? null
        : objects.map((object) => rowOf(columns, object, nowMs, includeObject)),
  };
}

/** PartialObjectMetadata of an object. */
export function partialOf({ metadata }: SimObject): Record<string, unknown> {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
}

function definitionOf({
  name,
  type,
  format = '',
  description = '',
  priority = 0,
}: Column): Record<string, unknown> {
  return { name, type, format, description, priority };
}

function rowOf(
  columns: readonly Column[],
  object: SimObject,
  nowMs: number,
  includeObject: IncludeObject,
): Record<string, unknown> {
  const phase = (object['status'] as { readonly phase?: unknown } | undefined)?.phase;
  const conditions = object.kind === 'Pod' ? endConditions[String(phase)] : undefined;
  const shown = includeObject === 'Object' ? object : partialOf(object);
  return {
    cells: columns.map(({ cell }) => cell(object, nowMs) ?? null),
    ...(conditions === undefined ? {} : { conditions }),
    ...(includeObject === 'None' ? { object: null } : { object: shown }),
  };
}

/** What clients may hide rows by. */
const endConditions: Readonly<Record<string, readonly Record<string, string>[]>> = {
  Succeeded: [
    {
      type: 'Completed',
      status: 'True',
      reason: 'Succeeded',
      message: 'The pod has completed successfully.',
    },
  ],
  Failed: [{ type: 'Completed', status: 'True', reason: 'Failed', message: 'The pod failed.' }],
};
