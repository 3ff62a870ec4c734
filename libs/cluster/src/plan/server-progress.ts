import type { Pool } from '../model/formation.ts';
import type { ClusterState, ServerState } from '../model/state.ts';
import { editionOf, hasLostVolume, isPodReady, runningContainer, strangersAt, viewOf } from './members.ts';

/** What a server waits for next, in the order in which servers come to be. */
export type ServerStep =
  | 'Claim'
  /** Its Service and StatefulSet. */
  | 'Objects'
  /** Its container runs. */
  | 'Pod'
  /** It answers. */
  | 'Start'
  /** The others know it. */
  | 'Join'
  /** Its id is on its claim. */
  | 'Identity'
  /** It is no longer Free. */
  | 'Enable'
  /** The others reach it and its pod is ready. */
  | 'Available'
  | 'Done';

/** Why a server cannot go on by itself. */
export type ServerTrouble =
  | 'VolumeLost'
  | 'IdentityChanged'
  /** Somebody has cordoned it or moves its databases away. */
  | 'Withdrawn'
  | 'Dropped';

/** How far one server is. */
export interface ServerProgress {
  readonly number: number;
  readonly name: string;
  readonly pool: Pool;
  readonly step: ServerStep;
  readonly trouble: ServerTrouble | undefined;
}

export function serverProgress(state: ClusterState, server: ServerState): ServerProgress {
  const { name, number, pool } = server;
  return { number, name, pool, step: stepOf(state, server), trouble: troubleOf(state, server) };
}

/** Whether nothing may be done to a server: it is not what its objects say. */
export function isUntouchable(state: ClusterState, server: ServerState): boolean {
  return hasLostVolume(state, server) || strangersAt(state, server).length > 0;
}

function troubleOf(state: ClusterState, server: ServerState): ServerTrouble | undefined {
  if (hasLostVolume(state, server)) return 'VolumeLost';
  if (strangersAt(state, server).length > 0) return 'IdentityChanged';
  switch (server.row?.state) {
    case 'Cordoned':
    case 'Deallocating':
    case 'Deallocated':
      return 'Withdrawn';
    case 'Dropped':
      return 'Dropped';
    case 'Free':
    case 'Enabled':
    case 'unknown':
    case undefined:
      return undefined;
  }
}

function stepOf(
  state: ClusterState,
  { claim, pod, recordedId, row, service, statefulSet }: ServerState,
): ServerStep {
  if (claim === undefined) return 'Claim';
  if (statefulSet === undefined || service === undefined) return 'Objects';
  if (runningContainer(pod) === undefined) return 'Pod';
  if (editionOf(state) === 'community') {
    return isPodReady(pod) && viewOf(state) !== undefined ? 'Done' : 'Start';
  }
  if (row === undefined) return isPodReady(pod) ? 'Join' : 'Start';
  if (recordedId === undefined) return 'Identity';
  if (row.state === 'Free') return 'Enable';
  const isThere = row.state === 'Enabled' && row.health === 'Available' && isPodReady(pod);
  return isThere ? 'Done' : 'Available';
}
