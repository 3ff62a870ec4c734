import { type ClusterObject, type ConfigMap, configMaps, labels } from '@neo4j-operator/cluster-access';
import { isOwnedBy, keyOf, type Stored } from '@neo4j-operator/reconcile-kit';
import type { PodSpec, StatefulSet } from '../model/resources.ts';
import type { ClusterState } from '../model/state.ts';
import { joined, type Step } from './steps.ts';

/** Names of the ConfigMaps that a pod of this spec mounts. */
export function configMapsIn({ volumes = [] }: PodSpec): readonly string[] {
  return volumes.flatMap(({ configMap }) => (configMap === undefined ? [] : [configMap.name]));
}

/**
 * ConfigMaps of servers that no template and no pod names, and that are not wanted either. Dying in between leaves one more of them.
 *
 * Kubernetes may be about to make a pod from the template as it was: the old ConfigMap goes only when the controller has seen the new
 * template and the pod is there.
 *
 * @param wanted - names of those that this plan makes or keeps
 */
export function planCollection(
  object: Stored<ClusterObject>,
  state: ClusterState,
  wanted: ReadonlySet<string>,
): Step {
  const named = new Set([
    ...wanted,
    ...state.servers.flatMap(({ pod, statefulSet }) => [
      ...(statefulSet === undefined ? [] : configMapsIn(statefulSet.spec.template.spec)),
      ...(pod === undefined ? [] : configMapsIn(pod.spec)),
    ]),
  ]);
  const unused = [...state.configMaps.values()].filter(
    (map) =>
      !named.has(map.metadata.name) &&
      map.metadata.deletionTimestamp === undefined &&
      isOwnedBy(map, object.metadata.uid) &&
      mayStartWithout(state, map),
  );
  return joined(
    unused.map((map) => ({
      actions: [
        {
          kind: 'CollectConfigMap',
          target: { resource: configMaps, key: keyOf(map) },
          risk: 'none',
          precondition: { uid: map.metadata.uid },
          reason: 'ObjectUnused',
          message: `delete ConfigMap ${map.metadata.name}, which no server starts with any more`,
        },
      ],
      blocked: [],
    })),
  );
}

/** Whether no pod can still come up that needs the map. One without a number belongs to no server, and is not ours to collect. */
function mayStartWithout({ servers }: ClusterState, map: Stored<ConfigMap>): boolean {
  const number = map.metadata.labels?.[labels.server];
  if (number === undefined) return false;
  const server = servers.find((candidate) => String(candidate.number) === number);
  if (server === undefined) return true;
  const { pod, statefulSet } = server;
  return (
    pod !== undefined &&
    pod.metadata.deletionTimestamp === undefined &&
    statefulSet !== undefined &&
    isObserved(statefulSet)
  );
}

function isObserved({ metadata, status }: Stored<StatefulSet>): boolean {
  return status?.observedGeneration !== undefined && status.observedGeneration === metadata.generation;
}
