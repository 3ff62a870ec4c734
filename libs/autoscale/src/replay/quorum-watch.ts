// Whether what the engine decided endangers the quorum of the primaries.
import type { Observation, PoolName } from '../observation.ts';
import { majority, quorumAtRisk } from '../rules/quorum.ts';
import type { ServerPool } from './server-pool.ts';

export interface QuorumWatch {
  /** To be told of every decision, before it is carried out. */
  decided(observation: Observation, before: number, after: number): void;
  /** Whether the quorum is at risk now because of a decision. */
  atRisk(servers: Pick<ServerPool, 'servers' | 'serving'>): boolean;
}

/**
 * A decision causes a risk if it changes the number of primaries at a moment at which that leaves fewer ready servers than a majority, of the
 * pool as it was, of the pool as it will be, or of a database. The risk lasts until no server joins, leaves or is down any more, and at least
 * for one step. A failure after a decision that was sound when it was made is a failure, which the odd number of primaries is there for.
 */
export function quorumWatch(pool: PoolName): QuorumWatch {
  let unsound = false;
  let since = 0;
  return {
    decided: (observation, before, after) => {
      if (pool !== 'primaries' || after === before) return;
      const servers = observation.pools[pool]?.servers ?? [];
      const ready = servers.filter(({ state }) => state === 'ready').length;
      // Counted here too, so that the judge does not only repeat what the rule has said.
      const left = ready - Math.max(0, before - after);
      if (left >= majority(Math.max(servers.length, after)) && !quorumAtRisk(observation, pool, after))
        return;
      unsound = true;
      since = 0;
    },
    atRisk: ({ servers, serving }) => {
      if (!unsound) return false;
      unsound = since++ === 0 || serving < servers.length;
      return unsound;
    },
  };
}
