import type { ClusterSession, Sight } from '@neo4j-operator/cluster-access';
import { type Clock, untilAborted, withDeadline } from '@neo4j-operator/clock';
import { readServers, showServers } from '@neo4j-operator/neo4j-admin';
import type { ServerState } from '../model/state.ts';

/** Milliseconds that servers have to find each other before each of them is asked whom it sees. */
const patienceMs = 60_000;

/** Milliseconds for the answers of all servers. */
const deadlineMs = 3_000;

/** As many servers are asked; who misses whom shows in fewer. */
const mostAsked = 8;

/**
 * Asks servers one by one which members they know, while one that has run for a while is no available member. What does not answer in
 * time is left out: this explains why a cluster does not form, and nothing is decided by it.
 */
export async function viewsOf(
  servers: readonly ServerState[],
  { session, sight }: { readonly session: ClusterSession | undefined; readonly sight: Sight },
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<ReadonlyMap<number, readonly string[]>> {
  const views = new Map<number, readonly string[]>();
  if (session?.target.edition !== 'enterprise' || isRefused(sight)) return views;
  const running = servers.filter((server) => runningForMs(server, clock.now()) !== undefined);
  const isLate = running.some(
    (server) => !isMember(server) && (runningForMs(server, clock.now()) ?? 0) > patienceMs,
  );
  if (!isLate) return views;

  const asked = running.slice(0, mostAsked).map(async ({ boltAddress, number }) => {
    try {
      const { rows } = await session.direct(boltAddress, showServers(session.target.version));
      views.set(
        number,
        readServers(rows).map(({ id }) => id),
      );
    } catch {
      // That it does not answer is what an absent view says.
    }
  });
  await withDeadline(
    clock,
    deadlineMs,
    signal,
    () => new Error('not every server has answered'),
    (late) => Promise.race([Promise.all(asked), untilAborted(late)]),
  ).catch(() => undefined);
  signal.throwIfAborted();
  return new Map(views);
}

/** Whether every further login could lock the user. */
function isRefused(sight: Sight): boolean {
  return sight.kind === 'failed' && sight.error.remedy === 'credentials';
}

function isMember({ row }: ServerState): boolean {
  return row?.state === 'Enabled' && row.health === 'Available';
}

function runningForMs({ pod }: ServerState, now: number): number | undefined {
  const startedAt = pod?.status?.containerStatuses?.[0]?.state?.running?.startedAt;
  return startedAt === undefined ? undefined : now - Date.parse(startedAt);
}
