import { alterDatabase, readDatabases, showDatabases } from '@neo4j-operator/neo4j-admin';
import { keyOf, PreconditionFailed } from '@neo4j-operator/reconcile-kit';
import type { Executor } from './executor.ts';
import type { ExecutePorts } from './ports.ts';
import { sessionOf } from './target.ts';

/**
 * Asks for other numbers of copies of the default database.
 *
 * @throws PreconditionFailed if the database is gone; Neo4jError `TopologyImpossible` if the servers cannot have them
 */
export function setDefaultTopology({ access }: Pick<ExecutePorts, 'access'>): Executor<'SetDefaultTopology'> {
  return async ({ database, primaries, secondaries }, object) => {
    const session = sessionOf(access, keyOf(object));
    const { version } = session.target;
    const [found] = readDatabases((await session.read(showDatabases(version, database))).rows);
    if (found === undefined) throw new PreconditionFailed(`the database ${database} is not there any more`);
    const { requested } = found;
    if (requested?.primaries === primaries && requested.secondaries === secondaries) return;
    await session.admin(alterDatabase(version, database, { topology: { primaries, secondaries } }, 'no'));
  };
}
