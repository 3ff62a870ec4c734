// Stand-ins for parts that are built elsewhere.
import type { SimObject } from '../api/object.ts';
import type { ResourceDefinition } from '../api/resource.ts';

export function updateManagedFields(options: { readonly next: SimObject } & Record<string, unknown>): void {
  delete options.next.metadata.managedFields;
}

export function tableOf({ kind }: ResourceDefinition, rows: readonly SimObject[], options: unknown): object {
  return { kind: 'Table', apiVersion: 'meta.k8s.io/v1', rows, of: kind, options };
}
