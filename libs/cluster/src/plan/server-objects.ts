import { formatFieldError } from '@neo4j-operator/api-types';
import { type ClusterObject, configMaps } from '@neo4j-operator/cluster-access';
import type { Stored } from '@neo4j-operator/reconcile-kit';
import { formationOf } from '../model/formation.ts';
import { services, statefulSets } from '../model/resources.ts';
import type { ClusterState, ServerState } from '../model/state.ts';
import { type RenderedServer, renderServer, type RestartDifference } from '../render/index.ts';
import { applied } from './applied.ts';
import { configMapsIn } from './collect.ts';
import type { PlanPorts } from './ports.ts';
import { mayStartAnew } from './stranded.ts';
import { doing, held, joined, nothing, type Step, target } from './steps.ts';
import type { NewServer } from './wanted.ts';

/** What the objects of a server should be, compared with what they are. */
export interface ServerObjects {
  /** What is to be done for its ConfigMap, Service and StatefulSet. */
  readonly step: Step;
  /** The name of the ConfigMap that it should have; undefined if none can be rendered. */
  readonly configMap: string | undefined;
  /** What would need a restart to become true. */
  readonly differences: readonly RestartDifference[];
}

/**
 * The objects of a server that exists. One that may start anew has nothing to keep: it gets all that is asked for. `joining`: servers that are made in the same pass and are to be known to this one.
 *
 * Only what differs keeps a rendering; of servers that are as they should be little is remembered, since there are many of them.
 */
export function existingObjects(
  object: Stored<ClusterObject>,
  state: ClusterState,
  server: ServerState,
  ports: PlanPorts,
  joining: readonly NewServer[] = [],
): ServerObjects {
  const { service, statefulSet, templateSettings } = server;
  const isFree = mayStartAnew(state, server);
  const existing = statefulSet === undefined || isFree ? undefined : { statefulSet, templateSettings };
  const work = () => compared(object, state, server, ports, joining, existing);
  if (statefulSet === undefined || ports.memo === undefined) return work();
  const { clusterDomain, revision } = ports;
  const { apiVersion, kind, metadata, spec } = object;
  const { formation, running } = state;
  const { name, number, pool, systemMode } = server;
  const text = JSON.stringify([
    [apiVersion, kind, metadata.namespace, metadata.name, metadata.uid, spec],
    [formation, running],
    [name, number, pool, systemMode, isFree],
    systemPrimaries(state, joining),
  ]);
  const from = [text, clusterDomain, revision, service, templateSettings, ...state.configMaps.values()];
  return ports.memo.servers(statefulSet, from, work);
}

/** The objects of a server that is to be made, together with those that come with it. */
export function newObjects(
  object: Stored<ClusterObject>,
  state: ClusterState,
  server: NewServer,
  ports: PlanPorts,
  joining: readonly NewServer[],
): ServerObjects {
  const none = { ...server, service: undefined, statefulSet: undefined };
  return compared(object, state, none, ports, joining, undefined);
}

/** Nothing, while nobody knows what servers are to run. */
function compared(
  object: Stored<ClusterObject>,
  state: ClusterState,
  server: NewServer & Pick<ServerState, 'service' | 'statefulSet'>,
  { clusterDomain, revision }: PlanPorts,
  joining: readonly NewServer[],
  existing: Parameters<typeof renderServer>[0]['existing'],
): ServerObjects {
  const { formation, running, spec } = state;
  if (running === undefined) return { step: nothing, configMap: undefined, differences: [] };
  const { name, number, pool, systemMode } = server;
  const rendering = renderServer({
    cluster: object,
    formation: formation ?? formationOf(spec),
    server: { number, pool, systemMode },
    running,
    systemPrimaries: systemPrimaries(state, joining),
    revision,
    clusterDomain,
    existing,
  });
  if (!rendering.ok) {
    const problems = rendering.problems.map(formatFieldError).join('; ');
    const step = held('CannotRender', 'Apply', `server ${name} stays as it is: ${problems}`);
    return { step, configMap: undefined, differences: [] };
  }
  const { configMap, differences, service } = rendering.server;
  const mapName = configMap.metadata.name;
  return {
    // In this order: a pod must never name what is not there.
    step: joined([
      applied(configMaps, state.configMaps.get(mapName), configMap),
      applied(services, server.service, service),
      template(state, server, rendering.server),
    ]),
    configMap: mapName,
    differences,
  };
}

function systemPrimaries({ servers }: ClusterState, joining: readonly NewServer[]): readonly number[] {
  return [...servers, ...joining]
    .filter(({ systemMode }) => systemMode === 'PRIMARY')
    .map(({ number }) => number)
    .toSorted((a, b) => a - b);
}

function template(
  state: ClusterState,
  { name, statefulSet: existing }: Pick<ServerState, 'name' | 'statefulSet'>,
  { configMap, keepsTemplate, statefulSet }: RenderedServer,
): Step {
  if (existing === undefined || !keepsTemplate) return applied(statefulSets, existing, statefulSet);
  const wanted = configMap.metadata.name;
  const isRunning = existing.spec.replicas === 1;
  if (isRunning && configMapsIn(existing.spec.template.spec).includes(wanted)) return nothing;
  return doing({
    kind: 'RepointTemplate',
    target: target(state, statefulSets, name),
    risk: 'none',
    precondition: { uid: existing.metadata.uid },
    reason: 'ObjectDiffers',
    message: isRunning
      ? `have server ${name} start with the settings of ConfigMap ${wanted} next time`
      : `have the StatefulSet ${name} run one pod again, with the settings of ConfigMap ${wanted}`,
    configMap: wanted,
  });
}
