import type { ClusterObject } from '@neo4j-operator/cluster-access';
import type { Stored } from '@neo4j-operator/reconcile-kit';
import type { RunningImage, ServerState } from '../model/state.ts';
import { imageOf, runningImage } from '../render/image.ts';

/**
 * What the servers run: the image that their templates name, by the lowest number if they differ, else what the spec asks for. Undefined if
 * there is none yet and the spec names none that can be run.
 */
export function runningImageOf(
  { spec }: Stored<ClusterObject>,
  servers: readonly Pick<ServerState, 'statefulSet'>[],
): RunningImage | undefined {
  for (const { statefulSet } of servers) {
    const running = statefulSet === undefined ? undefined : runningImage(statefulSet.spec.template);
    if (running !== undefined) return running;
  }
  const asked = imageOf(spec);
  return asked.ok ? asked.image : undefined;
}
