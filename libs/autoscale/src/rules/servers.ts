// Counts over the servers of a pool.
import type { PoolObservation, ServerObservation } from '../observation.ts';

/** Those that are there and are to stay. */
export function staying(pool: PoolObservation | undefined): readonly ServerObservation[] {
  return (pool?.servers ?? []).filter((server) => server.state !== 'draining');
}

export function countState(pool: PoolObservation | undefined, state: ServerObservation['state']): number {
  return (pool?.servers ?? []).filter((server) => server.state === state).length;
}

/** What the pool was asked to be; a number that is no number of servers asks for nothing. */
export function askedFor(pool: PoolObservation): number {
  const { desired } = pool;
  return desired !== undefined && Number.isInteger(desired) && desired >= 0 ? desired : staying(pool).length;
}

/** Why a pool is still on its way to the size that was last asked for; undefined when it has arrived. */
export function changeUnderWay(pool: PoolObservation): string | undefined {
  const joining = countState(pool, 'joining');
  if (joining > 0) return `${joining} of its servers ${joining === 1 ? 'is' : 'are'} still joining`;
  const draining = countState(pool, 'draining');
  if (draining > 0) return `${draining} of its servers ${draining === 1 ? 'is' : 'are'} still leaving`;
  const present = staying(pool).length;
  const asked = askedFor(pool);
  return asked === present ? undefined : `${asked} servers are asked for and ${present} are there`;
}
