import { serverNumber } from '@neo4j-operator/cluster-access';
import type { DatabaseCopy, DatabaseView, ServerView } from '@neo4j-operator/neo4j-admin';

/** A copy as the status shows it. */
export interface ShownCopy {
  readonly name: string;
  readonly role?: string;
  readonly state?: string;
}

/** The longest name that the schema takes. */
const longestName = 63;

/**
 * The copies of a database by the names of our servers, in the order of their numbers; what cannot be matched to one goes by its id, and
 * comes last.
 */
export function shownCopies(
  database: DatabaseView,
  servers: readonly ServerView[],
  cluster: string,
): readonly ShownCopy[] {
  const byName = new Map<string, { readonly order: number; readonly copy: ShownCopy }>();
  for (const copy of database.copies) {
    const { name, order } = placeOf(copy, servers, cluster);
    if (!byName.has(name)) byName.set(name, { order, copy: { name, ...shown(copy) } });
  }
  return [...byName.values()]
    .sort((a, b) => a.order - b.order || (a.copy.name < b.copy.name ? -1 : 1))
    .map(({ copy }) => copy);
}

/** What Neo4j says of the whole: the state that all copies share which can be seen. */
export function overallState({ copies }: DatabaseView): string {
  const states = new Set(copies.map(({ status }) => status).filter((status) => status !== 'unknown'));
  const [only = 'unknown'] = states;
  return states.size > 1 ? 'mixed' : only;
}

function placeOf(
  { address, server }: DatabaseCopy,
  servers: readonly ServerView[],
  cluster: string,
): { readonly name: string; readonly order: number } {
  // The address of a server that was dropped may be another one's by now.
  const row = servers.find(
    ({ id, name, state }) => state !== 'Dropped' && (id === server || name === server),
  );
  const host = (row?.address ?? address)?.split('.')[0] ?? '';
  const number = serverNumber(cluster, host);
  const name = number === undefined ? (row?.id ?? server ?? address ?? 'unknown') : host;
  return { name: name.slice(0, longestName), order: number ?? Number.MAX_SAFE_INTEGER };
}

function shown({ role, status }: DatabaseCopy): Omit<ShownCopy, 'name'> {
  return { ...(role === 'unknown' ? {} : { role }), state: status };
}
