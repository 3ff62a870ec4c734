// Fields that an applier may not change since somebody else owns them.
import { ApiFailure } from '../api/failure.ts';
import { difference, type FieldSet, intersection, isEmpty, pathsOf } from './field-set.ts';
import { type Manager, managerKey, type Ownership } from './managers.ts';
import { inOrder, printPath } from './path-element.ts';

/** Fields of another manager that the request would change. */
export interface Conflict {
  readonly manager: Manager;
  readonly set: FieldSet;
}

/** In the order of the managers. */
export function conflictsOf(changed: FieldSet, others: readonly Ownership[]): readonly Conflict[] {
  return others
    .map((manager) => ({ manager, set: inOrder(intersection(manager.set, changed)) }))
    .filter(({ set }) => !isEmpty(set))
    .sort((left, right) => (managerKey(left.manager) < managerKey(right.manager) ? -1 : 1));
}

/** Those that are left if these fields may be changed. */
export function conflictsWithout(conflicts: readonly Conflict[], allowed: FieldSet): readonly Conflict[] {
  return conflicts
    .map(({ manager, set }) => ({ manager, set: difference(set, allowed) }))
    .filter(({ set }) => !isEmpty(set));
}

/** 409, with a cause for every field. */
export function conflictFailure(conflicts: readonly Conflict[]): ApiFailure {
  const causes = conflicts.flatMap(({ manager, set }) =>
    [...pathsOf(set)].map((path) => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${printManager(manager)}`,
      field: printPath(path),
    })),
  );
  const [first] = causes;
  const details =
    causes.length === 1 && first !== undefined
      ? `1 conflict: ${first.message}: ${first.field}`
      : `${causes.length} conflicts: ${conflicts.map(list).join('\n')}`;
  return new ApiFailure(409, 'Conflict', `Apply failed with ${details}`, { causes });
}

function list({ manager, set }: Conflict): string {
  const fields = [...pathsOf(set)].map((path) => `- ${printPath(path)}`);
  return [`conflicts with ${printManager(manager)}:`, ...fields].join('\n');
}

function printManager({ manager, subresource, operation, apiVersion }: Manager): string {
  const through = subresource === undefined ? '' : ` with subresource ${JSON.stringify(subresource)}`;
  return `${JSON.stringify(manager)}${through}${operation === 'Update' ? ` using ${apiVersion}` : ''}`;
}
