import { alterDatabase, readDatabases, showDatabases } from '@neo4j-operator/neo4j-admin';
import { keyOf, PreconditionFailed } from '@neo4j-operator/reconcile-kit';
import { isAsked, isPlaced } from '../plan/topology.ts';
import type { Executor } from './executor.ts';
import type { ExecutePorts } from './ports.ts';
import { sessionOf } from './target.ts';

/**
 * Asks for other numbers of copies of the default database, or for the same once more if Neo4j has placed fewer: it does that when the
 * cluster forms and never tries again by itself. The copies need some time, so that is asked for once in a while.
 *
 * @throws PreconditionFailed if the database is gone; Neo4jError `TopologyImpossible` if the servers cannot have them
 */
export function setDefaultTopology({
  access,
  asked,
}: Pick<ExecutePorts, 'access' | 'asked'>): Executor<'SetDefaultTopology'> {
  return async ({ database, primaries, secondaries }, object, { clock }) => {
    const session = sessionOf(access, keyOf(object));
    const { version } = session.target;
    const [found] = readDatabases((await session.read(showDatabases(version, database))).rows);
    if (found === undefined) throw new PreconditionFailed(`the database ${database} is not there any more`);
    const topology = { primaries, secondaries };
    const what = `${keyOf(object)} ${found.id ?? database} ${primaries} ${secondaries}`;
    const now = clock.monotonic();
    if (isAsked(found, topology) && (isPlaced(found, topology) || asked.get(what, now) !== undefined)) return;
    asked.note(what, 'asked for', now);
    await session.admin(alterDatabase(version, database, { topology }, 'no'));
  };
}
