// The fields of the status beside the conditions.
import type { Neo4jEnterpriseClusterStatus } from '@neo4j-operator/api-types';
import { labels, objectNames } from '@neo4j-operator/cluster-access';
import { parseSize } from '@neo4j-operator/neo4j-admin';
import { parseKey } from '@neo4j-operator/reconcile-kit';
import type { ClusterState, ServerState } from '../model/state.ts';
import { editionOf, isMember, viewOf } from '../plan/members.ts';
import type { PlanPorts } from '../plan/ports.ts';

type Fields = Pick<
  Neo4jEnterpriseClusterStatus,
  'replicas' | 'selector' | 'servers' | 'version' | 'endpoints' | 'credentials' | 'memory'
>;

/** Facts about what is there. What is not known is left out. */
export function factFields(state: ClusterState, ports: PlanPorts): Fields {
  const version = versionOf(state);
  const memory = memoryOf(state);
  const count = (pool: ServerState['pool']) => state.servers.filter((server) => server.pool === pool).length;
  return {
    replicas: {
      primaries: count('primary'),
      secondaries: count('secondary'),
      ready: state.servers.filter((server) => isMember(state, server)).length,
    },
    selector: `${labels.cluster}=${parseKey(state.key).name},${labels.pool}=secondary`,
    ...(state.servers.length === 0 ? {} : { servers: state.servers.map(serverFields) }),
    ...(version === undefined ? {} : { version }),
    ...(state.shared.client === undefined ? {} : { endpoints: endpointsOf(state, ports) }),
    credentials: {
      secretName: parseKey(state.accounts.admin.key).name,
      generated: state.accounts.admin.isGenerated,
    },
    ...(memory === undefined ? {} : { memory }),
  };
}

function serverFields({ name, pod, recordedId, row }: ServerState) {
  const id = recordedId ?? row?.id;
  return {
    name,
    ...(id === undefined ? {} : { id }),
    ...(pod === undefined ? {} : { pod: pod.metadata.name }),
    ...(row === undefined
      ? {}
      : {
          state: row.state,
          health: row.health,
          ...(row.version === undefined ? {} : { version: row.version }),
          modeConstraint: row.modeConstraint,
          hosting: [...row.hosting].sort(),
        }),
  };
}

/** The version that all servers run; undefined while they differ or nobody says. */
function versionOf(state: ClusterState): string | undefined {
  if (editionOf(state) === 'community') {
    return viewOf(state) === undefined ? undefined : state.running?.version.text;
  }
  const versions = new Set(state.servers.flatMap(({ row }) => row?.version ?? []));
  const [version] = versions;
  return versions.size === 1 ? version : undefined;
}

function endpointsOf({ key }: ClusterState, { clusterDomain }: PlanPorts): NonNullable<Fields['endpoints']> {
  const { namespace = '', name } = parseKey(key);
  const host = `${objectNames.client(name)}.${namespace}.svc.${clusterDomain}`;
  return { bolt: `bolt://${host}:7687`, neo4j: `neo4j://${host}:7687`, http: `http://${host}:7474` };
}

/** Of the newest server, which has what a server is given now. */
function memoryOf({ servers }: ClusterState): Fields['memory'] {
  const settings = servers.at(-1)?.templateSettings;
  const heap = quantity(settings?.get('server.memory.heap.max_size')?.at(-1));
  const pageCache = quantity(settings?.get('server.memory.pagecache.size')?.at(-1));
  if (heap === undefined && pageCache === undefined) return undefined;
  return { ...(heap === undefined ? {} : { heap }), ...(pageCache === undefined ? {} : { pageCache }) };
}

const units = ['', 'Ki', 'Mi', 'Gi', 'Ti'] as const;

/** A size of neo4j.conf as the spec would say it. */
function quantity(size: string | undefined): string | undefined {
  let amount = size === undefined ? undefined : parseSize(size);
  if (amount === undefined) return undefined;
  let unit = 0;
  while (amount > 0 && amount % 1024 === 0 && unit < units.length - 1) {
    amount /= 1024;
    unit += 1;
  }
  return `${amount}${units[unit] ?? ''}`;
}
