import { annotations, type ClusterView, type DatabaseObject } from '@neo4j-operator/cluster-access';
import type { DatabaseView } from '@neo4j-operator/neo4j-admin';
import type { Stored } from '@neo4j-operator/reconcile-kit';
import type { DatabaseState } from '../model/state.ts';

/** What the object itself says about which database is its own. */
export interface Claim {
  /** The id of the database that was made for it, or that it has taken over. */
  readonly recordedId: string | undefined;
  /** It was about to make one; whether it did is not known. */
  readonly creating: boolean;
}

/** Reads the annotations. A note with another object's uid was copied together with the YAML and says nothing. */
export function claimOf(object: Stored<DatabaseObject>): Claim {
  const { annotations: found = {}, uid } = object.metadata;
  return { recordedId: found[annotations.databaseId], creating: found[annotations.creating] === uid };
}

/** Whether the object says that the database is its own. */
export function isHolder(object: Stored<DatabaseObject>): boolean {
  const { creating, recordedId } = claimOf(object);
  return creating || recordedId !== undefined;
}

/** How the database of the name stands to the object. */
export type Identity =
  | {
      readonly kind: 'ours';
      readonly database: DatabaseView;
      readonly id: string;
      /** Absent if it is noted down already. */
      readonly record: 'created' | 'adopted' | undefined;
    }
  | { readonly kind: 'foreign'; readonly database: DatabaseView; readonly id: string }
  /** There is another one than the one noted down. */
  | { readonly kind: 'changed'; readonly id: string; readonly recordedId: string }
  /** It may be made. */
  | { readonly kind: 'absent' }
  /** The one noted down is gone. */
  | { readonly kind: 'lost'; readonly recordedId: string }
  | { readonly kind: 'alias'; readonly of: string }
  /** What can be seen does not tell. */
  | { readonly kind: 'unclear'; readonly message: string };

/** Finds out whose the database of the object's name is. */
export function identify(
  object: Stored<DatabaseObject>,
  view: ClusterView,
  keptId: DatabaseState['keptId'],
): Identity {
  const { name } = object.spec;
  const { creating, recordedId } = claimOf(object);
  const database = view.databases.find((candidate) => candidate.name === name);
  if (database === undefined) return absence(name, recordedId, view);

  const { id, isDefault } = database;
  if (id === undefined) {
    return { kind: 'unclear', message: `no server that is up tells the id of the database ${name}` };
  }
  if (recordedId !== undefined) {
    return recordedId === id
      ? { kind: 'ours', database, id, record: creating ? 'created' : undefined }
      : { kind: 'changed', id, recordedId };
  }
  if (creating) return { kind: 'ours', database, id, record: 'created' };
  const mayAdopt = object.spec.adoptExisting || isDefault || keptId === id;
  const isOfOurKind = database.type === 'standard' || database.type === 'unknown';
  return mayAdopt && isOfOurKind
    ? { kind: 'ours', database, id, record: 'adopted' }
    : { kind: 'foreign', database, id };
}

/** A database has no rows when all its servers are down, so that is proof of nothing unless all servers are up. */
function absence(name: string, recordedId: string | undefined, view: ClusterView): Identity {
  const target = view.databases.find(({ aliases }) => aliases.includes(name));
  if (target !== undefined) return { kind: 'alias', of: target.name };
  if (recordedId === undefined) return { kind: 'absent' };
  const down = view.servers.filter(
    ({ health, state }) => state !== 'Dropped' && state !== 'Free' && health !== 'Available',
  );
  if (down.length === 0) return { kind: 'lost', recordedId };
  return {
    kind: 'unclear',
    message: `no server that is up knows the database ${name}, and ${down.length} ${down.length === 1 ? 'is' : 'are'} down`,
  };
}
