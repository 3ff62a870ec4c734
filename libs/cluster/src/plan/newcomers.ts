// Servers that do not come up: what is wrong with their spec is mended by editing it.
import { keyOf } from '@neo4j-operator/reconcile-kit';
import { pods, revisionOf } from '../model/resources.ts';
import type { ClusterState, ServerState } from '../model/state.ts';
import { isNewcomer } from './members.ts';
import { mayStartAnew } from './stranded.ts';
import { ifAllowed, joined, nothing, type Step } from './steps.ts';

/**
 * Has pods that are stuck on an older template make way for the present one, of newcomers and of clusters that are down as a whole; no other pod
 * is restarted.
 *
 * If the process dies before it, the pod is stuck as before. After it, Kubernetes makes the pod anew on the same volume: that of a
 * newcomer holds nothing that anybody has written, and whatever another holds is opened as the spec says.
 */
export function planNewcomers(state: ClusterState): Step {
  return joined(state.servers.map((server) => restart(state, server)));
}

function restart(state: ClusterState, server: ServerState): Step {
  const { name, number, pod, statefulSet } = server;
  const revision = statefulSet?.status?.updateRevision;
  if (pod === undefined || revision === undefined || !mayStartAnew(state, server)) return nothing;
  // The revision is that of the template only if the controller has seen the template.
  if (statefulSet?.status?.observedGeneration !== statefulSet?.metadata.generation) return nothing;
  if (pod.metadata.deletionTimestamp !== undefined || revisionOf(pod) === revision) return nothing;
  return ifAllowed(
    {
      kind: 'RestartNewcomer',
      target: { resource: pods, key: keyOf(pod) },
      risk: 'restart',
      precondition: { uid: pod.metadata.uid },
      rules: ['neverMember'],
      reason: 'TemplateReplaced',
      message: `start server ${name}, which does not come up, with its present template`,
      number,
      revision,
      wasMember: !isNewcomer(state, server),
    },
    state,
  );
}
