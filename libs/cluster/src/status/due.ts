import type { ClusterObject } from '@neo4j-operator/cluster-access';
import type { ClusterState } from '../model/state.ts';
import { progressOf } from '../plan/progress.ts';
import { diagnose } from './diagnosis.ts';
import { epochMs, meetingGraceMs, notReadySince, podGraceMs, settlingGraceMs } from './grace.ts';
import { runningSince } from './pod-trouble.ts';

/**
 * Milliseconds until something that is waited for may have to be told as a problem; undefined if nothing is waited for. No watch brings the
 * pass that tells it, for nothing changes.
 */
export function dueAfterMs(object: ClusterObject, state: ClusterState): number | undefined {
  const since = notReadySince(object, state.now);
  const times = { now: state.now, notReadySince: since };
  if (diagnose(state, progressOf(state), times, undefined).pending.length === 0) return undefined;
  const begins = [
    since,
    ...state.servers.flatMap(({ pod, statefulSet }) => [
      epochMs(pod?.metadata.creationTimestamp),
      epochMs(pod?.metadata.deletionTimestamp),
      epochMs(statefulSet?.metadata.creationTimestamp),
    ]),
    ...state.servers.map(runningSince),
  ].filter((begin) => begin !== undefined);
  const ends = begins.flatMap((begin) => graces.map((grace) => begin + grace - state.now));
  const ahead = ends.filter((end) => end >= 0);
  return ahead.length === 0 ? undefined : Math.min(...ahead) + 1;
}

const graces = [...new Set([podGraceMs, meetingGraceMs, settlingGraceMs])];
