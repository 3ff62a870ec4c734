// What keeps a cluster from being ready, and since when that is more than a matter of waiting.
import type { ClusterState, ServerState } from '../model/state.ts';
import { annotations } from '@neo4j-operator/cluster-access';
import { editionOf, hasLostVolume } from '../plan/members.ts';
import type { Progress } from '../plan/progress.ts';
import type { ServerStep } from '../plan/server-progress.ts';
import { databaseTroubles } from './database-trouble.ts';
import { formationTrouble, splitTrouble } from './meeting-trouble.ts';
import { memberTrouble } from './member-trouble.ts';
import { podTrouble, type Times } from './pod-trouble.ts';
import { sightTrouble } from './sight-trouble.ts';
import { mergeTroubles, type Trouble } from './trouble.ts';

/** What is in the way. */
export interface Diagnosis {
  /** What is told as a problem, the cause before what follows from it. */
  readonly lasting: readonly Trouble[];
  /** What is waited for, in the order of the steps. */
  readonly pending: readonly Trouble[];
}

/**
 * Looks at what was observed.
 *
 * @param passError - what the pass failed with: a login that is refused twice is known only from there
 */
export function diagnose(
  state: ClusterState,
  progress: Progress,
  times: Times,
  passError: Error | undefined,
): Diagnosis {
  const troubles = mergeTroubles([
    ...missingServers(progress),
    ...lostVolumes(state),
    ...present(splitTrouble(state)),
    ...state.servers.flatMap((server) => ofServer(state, server, progress, times)),
    ...present(blindness(state, progress.isFormed, times, passError)),
    ...(state.sight.kind === 'seen' ? databaseTroubles(state, state.sight.view, times) : []),
    ...present(missingPassword(state, progress)),
  ]);
  return {
    lasting: troubles.filter(({ isLasting }) => isLasting),
    pending: troubles.filter(({ isLasting }) => !isLasting),
  };
}

function missingServers({ counts: { missing, wanted }, isFormed }: Progress): readonly Trouble[] {
  const toMake = missing.primary + missing.secondary;
  if (toMake === 0) return [];
  return [
    {
      reason: isFormed ? 'ScalingOut' : 'Forming',
      isLasting: false,
      servers: [],
      what: `${toMake} of ${wanted.primary + wanted.secondary} servers are to be made`,
      remedy: 'wait',
    },
  ];
}

function lostVolumes(state: ClusterState): readonly Trouble[] {
  return state.servers
    .filter((server) => hasLostVolume(state, server))
    .map(({ name, pod }) => ({
      reason: 'VolumeLost',
      isLasting: true,
      servers: [name],
      ...(pod?.status?.phase === 'Running' ? goingVolume(pod.metadata.name) : goneVolume),
    }));
}

const goneVolume = {
  what: 'its claim, and with it its data, is gone',
  remedy: 'restore the claim under the name of the server, from a snapshot if there is one',
};

/** Kubernetes keeps a claim that is deleted for as long as a pod uses it. */
function goingVolume(pod: string): Pick<Trouble, 'what' | 'remedy'> {
  return {
    what: `its claim is deleted, and its data, which pod ${pod} still has, goes when that ends`,
    remedy:
      `leave pod ${pod} alone until the data is safe: set the reclaim policy of its PersistentVolume to Retain or take a snapshot, ` +
      'from which to restore the claim under the name of the server',
  };
}

/** Why the cluster as a whole cannot be seen. Before it has formed that is no wonder, and who has to meet says more. */
function blindness(
  state: ClusterState,
  formed: boolean,
  times: Times,
  passError: Error | undefined,
): Trouble | undefined {
  if (state.sight.kind === 'unknown') {
    const what = 'the operator has not looked at the cluster yet';
    return { reason: 'NotSeenYet', isLasting: false, servers: [], what, remedy: 'wait' };
  }
  const trouble = sightTrouble(state, times, passError);
  if (formed || trouble?.reason !== 'ClusterUnreachable') return trouble;
  const isStarting = state.servers.some((server) => podTrouble(server, times) !== undefined);
  return formationTrouble(state, times) ?? (isStarting ? undefined : trouble);
}

function ofServer(
  state: ClusterState,
  server: ServerState,
  { servers }: Progress,
  times: Times,
): readonly Trouble[] {
  const pod = podTrouble(server, times);
  if (pod !== undefined) return [pod];
  if (state.sight.kind !== 'seen') return [];
  const member = editionOf(state) === 'community' ? undefined : memberTrouble(state, server, times);
  if (member !== undefined) return [member];
  const step = servers.find(({ number }) => number === server.number)?.step ?? 'Done';
  const what = remaining[step];
  if (what === undefined) return [];
  return [{ reason: 'ServerStarting', isLasting: false, servers: [server.name], what, remedy: 'wait' }];
}

/** What a server that is a member may still lack. */
const remaining: Partial<Readonly<Record<ServerStep, string>>> = {
  Claim: 'the claim is not there yet',
  Objects: 'the Service is not there yet',
  Start: 'the pod is not ready yet',
  Join: 'the pod is not ready yet',
  Identity: 'no id is noted on the claim yet',
  Available: 'the pod is not ready yet',
};

/** Until the administrator can log in for the first time, a cluster is of no use to its owner. */
function missingPassword({ accounts }: ClusterState, { isPasswordDue }: Progress): Trouble | undefined {
  const noted = accounts.operator.secret?.metadata.annotations?.[annotations.adminPassword];
  if (isPasswordDue !== true || noted !== undefined) return undefined;
  const what = 'the administrator is to get the password of the Secret';
  return { reason: 'Forming', isLasting: false, servers: [], what, remedy: 'wait' };
}

function present<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}
