import type { ClusterObject } from '@neo4j-operator/cluster-access';
import type { Stored } from '@neo4j-operator/reconcile-kit';
import type { RunningImage, ServerState } from '../model/state.ts';
import { isPodReady } from '../plan/members.ts';
import { areStranded } from '../plan/stranded.ts';
import { imageOf, runningImage } from '../render/image.ts';

/** What tells of a server which image it runs, and whether that image has ever served. */
type Server = Pick<ServerState, 'statefulSet' | 'recordedId' | 'pod'>;

/**
 * What the servers run: the image that the templates of those name which have served, by the lowest number if they differ, else what the
 * spec asks for. An image that no server has come up with, or can by now, binds nobody, unless the spec names none that can be run. Undefined if there is
 * none at all.
 *
 * @param wasWell - whether everything was well at some time since the object was made
 * @param hadLogin - whether the operator ever had its account; in Community Edition nothing else tells that a server has served
 */
export function runningImageOf(
  { spec }: Stored<ClusterObject>,
  servers: readonly Server[],
  hadLogin: boolean,
  wasWell: boolean,
): RunningImage | undefined {
  const hasServed = ({ pod, recordedId }: Server) =>
    (wasWell || !areStranded(servers, { pod })) &&
    (recordedId !== undefined || isPodReady(pod) || (spec.edition === 'community' && hadLogin));
  const asked = imageOf(spec);
  return imageIn(servers.filter(hasServed)) ?? (asked.ok ? asked.image : imageIn(servers));
}

function imageIn(servers: readonly Server[]): RunningImage | undefined {
  for (const { statefulSet } of servers) {
    const running = statefulSet === undefined ? undefined : runningImage(statefulSet.spec.template);
    if (running !== undefined) return running;
  }
  return undefined;
}
