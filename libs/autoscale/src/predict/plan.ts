// How many servers to ask for now, when servers join one after another and each join takes its time.

/** So many servers have to serve `ahead` milliseconds from now. */
export interface Need {
  readonly ahead: number;
  readonly servers: number;
}

export interface JoinPace {
  /** How long a join takes, in milliseconds. */
  readonly leadTime: number;
  /** How long until a decision can be made again, in milliseconds. */
  readonly interval: number;
  /** Servers that one change adds. */
  readonly perChange: number;
}

export interface Plan {
  /** 0 without needs. */
  readonly servers: number;
  /** The need that decided. */
  readonly need: Need | undefined;
}

/**
 * The least number of servers to ask for now so that every need can still be met in time.
 *
 * If nothing is asked for now, the next chance is one interval later; from then on one change after another can be completed, one in each
 * lead time. What they can add until a moment does not have to be asked for yet, so the need of that moment counts less their servers. This
 * is the schedule of moves of P-Store (Taft et al., SIGMOD 2018) for moves of one size.
 */
export function plan(needs: readonly Need[], pace: JoinPace): Plan {
  let best: Plan = { servers: 0, need: undefined };
  for (const need of needs) {
    const changes = Math.max(0, Math.floor((need.ahead - pace.interval) / pace.leadTime));
    const servers = need.servers - changes * pace.perChange;
    if (servers > best.servers) best = { servers, need };
  }
  return best;
}

/** How far ahead it makes sense to look, in milliseconds: as long as it takes to grow from nothing to the largest pool. */
export function planningHorizon(pace: JoinPace, maxReplicas: number): number {
  return Math.ceil(maxReplicas / pace.perChange) * pace.leadTime + pace.interval;
}
