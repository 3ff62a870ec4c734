import type { ClusterObject } from '@neo4j-operator/cluster-access';
import type { Stored } from '@neo4j-operator/reconcile-kit';
import { formationOf } from '../model/formation.ts';
import type { ClusterState, ServerState } from '../model/state.ts';
import { renderServer } from '../render/index.ts';
import type { PlanPorts } from './ports.ts';
import type { NewServer } from './wanted.ts';

export type ServerRendering = ReturnType<typeof renderServer>;

/** A server that exists, as it should be; undefined while nobody knows what servers are to run. */
export function renderExisting(
  object: Stored<ClusterObject>,
  state: ClusterState,
  server: ServerState,
  ports: PlanPorts,
  joining: readonly NewServer[] = [],
): ServerRendering | undefined {
  const { statefulSet, templateSettings } = server;
  return render(object, state, server, ports, joining, statefulSet && { statefulSet, templateSettings });
}

/** A server that is to be made, together with those that come with it. */
export function renderNew(
  object: Stored<ClusterObject>,
  state: ClusterState,
  server: NewServer,
  ports: PlanPorts,
  joining: readonly NewServer[],
): ServerRendering | undefined {
  return render(object, state, server, ports, joining, undefined);
}

/** `joining`: servers that are made in the same pass and are to be known to this one. */
function render(
  object: Stored<ClusterObject>,
  state: ClusterState,
  { number, pool, systemMode }: Pick<NewServer, 'number' | 'pool' | 'systemMode'>,
  { clusterDomain, revision }: PlanPorts,
  joining: readonly NewServer[],
  existing: Parameters<typeof renderServer>[0]['existing'],
): ServerRendering | undefined {
  const { formation, running, servers, spec } = state;
  if (running === undefined) return undefined;
  const systemPrimaries = [...servers, ...joining]
    .filter((server) => server.systemMode === 'PRIMARY')
    .map((server) => server.number)
    .toSorted((a, b) => a - b);
  return renderServer({
    cluster: object,
    formation: formation ?? formationOf(spec),
    server: { number, pool, systemMode },
    running,
    systemPrimaries,
    revision,
    clusterDomain,
    existing,
  });
}
