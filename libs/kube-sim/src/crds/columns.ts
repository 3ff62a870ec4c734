// The table of a custom resource: its name, and what the CRD adds.
import type { Column } from '../api/resource.ts';
import { goJson } from '../schema/causes.ts';
import { humanDuration } from '../tables/ages.ts';
import type { CrdColumn } from './crd.ts';
import { parseJsonPath } from './json-path.ts';

/** The columns beside the name. */
export function customColumns(columns: readonly CrdColumn[]): readonly Column[] {
  return columns.map((column) => {
    const { name, format, priority, jsonPath } = column;
    const find = parseJsonPath(jsonPath) ?? (() => []);
    const type = column.type as Column['type'];
    return {
      name,
      type,
      ...(format === undefined ? {} : { format }),
      description:
        column.description ?? `Custom resource definition column (in JSONPath format): ${jsonPath}`,
      ...(priority === undefined ? {} : { priority }),
      cell: (object, nowMs) => cellOf(type, find(object)[0], nowMs),
    };
  });
}

function cellOf(type: Column['type'], value: unknown, nowMs: number): unknown {
  if (value === undefined) return null;
  // Go's templates print a null so.
  if (value === null) return type === 'string' ? '<no value>' : null;
  switch (type) {
    case 'string':
      return typeof value === 'string' ? value : goJson(value);
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date': {
      if (typeof value !== 'string') return null;
      const at = Date.parse(value);
      return Number.isNaN(at) ? '<invalid>' : humanDuration(nowMs - at);
    }
  }
}
