import { maintenance, operationLock, paused } from './hold.ts';
import { maxReplicas, minReplicas, scheduleFloor } from './limits.ts';
import { changeInProgress, coolDown, onePoolAtATime, oneStepAtATime } from './pace.ts';
import { minHealthyPrimaries, oddPrimaries, quorumMajority, unhealthyServer } from './quorum.ts';
import { databaseTopology } from './topology.ts';
import type { Rule } from './types.ts';
import { zoneMinimum, zoneSkew } from './zones.ts';

/**
 * The constraints of a pool in the order in which they apply, in three groups.
 *
 * 1. What size is wanted. Floors come first, `MaxReplicas` after them and wins: a schedule or a zone minimum above the maximum is cut to
 *    it. Of odd numbers, only those within the bounds are taken.
 * 2. `OneStepAtATime`: from here on the number is that of now, or one step away from it towards what is wanted.
 * 3. What forbids the step. These rules never choose another number, they only hold the present one. So safety wins over every bound:
 *    a pool above its maximum stays there while a database's topology, a majority or a zone needs its servers, and where no number
 *    satisfies all rules the pool stays as it is.
 *
 * So a pool within its bounds stays within them, and one outside comes back step by step or waits.
 */
export const constraints: readonly Rule[] = [
  scheduleFloor,
  zoneMinimum,
  minReplicas,
  maxReplicas,
  oddPrimaries,

  oneStepAtATime,

  databaseTopology,
  quorumMajority,
  minHealthyPrimaries,
  unhealthyServer,
  zoneSkew,
  changeInProgress,
  onePoolAtATime,
  coolDown,
  maintenance,
  operationLock,
  paused,
];
