import { keyOf, PreconditionFailed } from '@neo4j-operator/reconcile-kit';
import { enableServer as enableStatement, readServers, showServers } from '@neo4j-operator/neo4j-admin';
import type { Executor } from './executor.ts';
import type { ExecutePorts } from './ports.ts';
import { sessionOf } from './target.ts';

/**
 * Enables a server that is free. Whether it still is, is read from the cluster right before: a server that somebody has cordoned meanwhile
 * would be put back to use by the same statement.
 *
 * @throws PreconditionFailed if it is neither free nor enabled
 */
export function enableServer({ access }: Pick<ExecutePorts, 'access'>): Executor<'EnableServer'> {
  return async ({ modeConstraint, serverId }, object) => {
    const session = sessionOf(access, keyOf(object));
    const { version } = session.target;
    const rows = readServers((await session.read(showServers(version))).rows);
    const server = rows.find(({ id }) => id === serverId);
    if (server?.state === 'Enabled') return;
    if (server?.state !== 'Free') {
      throw new PreconditionFailed(
        `the server ${serverId} is ${server === undefined ? 'unknown to the cluster' : server.state} and no longer Free`,
      );
    }
    await session.admin(enableStatement(version, serverId, { modeConstraint }));
  };
}
