import type { Clock } from '@neo4j-operator/clock';
import {
  type BoltResult,
  readDatabases,
  readServers,
  showDatabases,
  showServers,
  type Statement,
} from '@neo4j-operator/neo4j-admin';
import type { ClusterView } from './cluster-view.ts';
import type { ClusterTarget } from './session.ts';

/**
 * Reads servers and databases, one after the other: a cluster that is down is asked one thing, and a wrong password refused once. Community
 * has no SHOW SERVERS, so there the view has no servers.
 *
 * @throws Neo4jError
 */
export async function readCluster(
  run: (statement: Statement) => Promise<BoltResult>,
  { edition, version }: Pick<ClusterTarget, 'edition' | 'version'>,
  clock: Clock,
): Promise<ClusterView> {
  const readAt = clock.monotonic();
  const servers = edition === 'enterprise' ? readServers((await run(showServers(version))).rows) : [];
  const databases = readDatabases((await run(showDatabases(version))).rows);
  return { servers, databases, readAt };
}
