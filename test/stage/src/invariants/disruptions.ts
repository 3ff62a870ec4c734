// What the operator does to servers that run, of its own accord.
import { annotations, clusters, labels } from '@neo4j-operator/cluster-access';
import type { SimServer } from '@neo4j-operator/neo4j-sim';
import type { Write } from '../operator/ledger.ts';
import type { Stage } from '../stage/stage.ts';
import { leaderOf } from '../world/probes.ts';
import type { ClusterRef } from '../world/world.ts';
import { clusterAt, targetOf } from './policies.ts';
import type { Watched } from './invariants.ts';

const pods = { group: '', plural: 'pods' };
const claims = { group: '', plural: 'persistentvolumeclaims' };

/** A server that is disturbed. */
interface Disruption {
  readonly cluster: ClusterRef;
  /** Undefined if a statement names it by id. */
  readonly pod: string | undefined;
  readonly uid: string | undefined;
  readonly servers: ReadonlySet<string>;
}

/** Watches that servers are disturbed one at a time, and none that a database needs for its quorum. */
export function watchDisruptions({ report, stage }: Watched): () => void {
  const last = new Map<string, Disruption>();
  return stage.ledger.onSend((write) => {
    const disruption = disruptionOf(stage, write);
    if (disruption === undefined || isBeingDeleted(stage, disruption.cluster)) return;
    const { cluster, pod, servers } = disruption;
    const key = `${cluster.namespace}/${cluster.name}`;
    const before = last.get(key);
    if (before !== undefined && before.pod !== pod && !isBack(stage, before)) {
      report(
        'OneDisruption',
        `${pod ?? 'a server'} of ${key} is disturbed before ${before.pod ?? 'another'} is back`,
      );
    }
    last.set(key, disruption);
    for (const database of withoutQuorum(stage, cluster, servers)) {
      report('QuorumKept', `${database} of ${key} has no quorum without ${pod ?? [...servers].join()}`);
    }
  });
}

/** What a write does to a server; undefined if it disturbs none. Of a cluster that is down as a whole a pod takes nothing along. */
function disruptionOf(stage: Stage, write: Write): Disruption | undefined {
  if (write.kind === 'cypher') {
    const cluster = clusterAt(write.addresses);
    if (cluster === undefined || !/^\s*(?:CYPHER \d+\s+)?(?:DEALLOCATE|DROP\s+SERVER)\b/i.test(write.text)) {
      return undefined;
    }
    const servers = new Set(Object.values(write.parameters).map(String));
    return { cluster, pod: undefined, uid: undefined, servers };
  }
  const { name, namespace, plural, subresource } = targetOf(write.path);
  if (name === undefined) return undefined;
  const isPod =
    plural === pods.plural &&
    (write.method === 'DELETE' || (write.method === 'POST' && subresource === 'eviction'));
  const isKeeper = plural === 'statefulsets' && (write.method === 'DELETE' || subresource === 'scale');
  if (!isPod && !isKeeper) return undefined;
  const pod = isPod ? name : `${name}-0`;
  const object = stage.sim.client.get(pods, namespace, pod);
  const cluster = object?.metadata.labels?.[labels.cluster];
  if (object === undefined || cluster === undefined) return undefined;
  if (isPod && stage.world.serversOf({ namespace, name: cluster }).length === 0) return undefined;
  const server = stage.world.server({ namespace, name: pod });
  if (isPod && server?.isMember !== true && !hasIdentity(stage, namespace, pod)) return undefined;
  return {
    cluster: { namespace, name: cluster },
    pod,
    uid: object.metadata.uid,
    servers: new Set(server === undefined ? [] : [server.id]),
  };
}

/** Whether the volume of a pod is that of a server which was a member once. Others serve nobody. */
function hasIdentity(stage: Stage, namespace: string, pod: string): boolean {
  const claim = stage.sim.client.get(claims, namespace, pod.replace(/-0$/, ''));
  return claim?.metadata.annotations?.[annotations.serverId] !== undefined;
}

/** Whoever deletes a cluster wants its servers to end. */
function isBeingDeleted(stage: Stage, { name, namespace }: ClusterRef): boolean {
  return stage.get(clusters, namespace, name)?.metadata.deletionTimestamp !== undefined;
}

function isBack(stage: Stage, { cluster, pod, uid }: Disruption): boolean {
  if (pod === undefined) return true;
  const object = stage.sim.client.get(pods, cluster.namespace, pod);
  const { conditions = [] } = (object?.['status'] ?? {}) as {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
  const isReady = conditions.some(({ status, type }) => type === 'Ready' && status === 'True');
  return object !== undefined && object.metadata.uid !== uid && isReady;
}

/** Databases that some servers are voters of and that cannot do without them. One or two primaries never can; that is told elsewhere. */
function withoutQuorum(stage: Stage, cluster: ClusterRef, servers: ReadonlySet<string>): readonly string[] {
  const system = leaderOf(stage.world, cluster, 'system');
  if (system === undefined) return servers.size === 0 ? [] : ['system'];
  const names = [...system.state.databases.values()]
    .filter(({ status }) => status === 'online')
    .map(({ name }) => name);
  return ['system', ...names].filter((name) => {
    const members = votersOf(stage, cluster, name);
    if (members === undefined) return servers.size > 0;
    if (members.length < 3 || !members.some((id) => servers.has(id))) return false;
    const left = members.filter((id) => !servers.has(id) && isUp(stage, cluster, id));
    return left.length <= members.length / 2;
  });
}

/** Undefined while nobody leads it. */
function votersOf(stage: Stage, cluster: ClusterRef, database: string): readonly string[] | undefined {
  const leader: SimServer | undefined = leaderOf(stage.world, cluster, database);
  if (leader === undefined) return undefined;
  if (database === 'system') return leader.system?.members;
  return leader.copies.get(leader.state.databases.get(database)?.id ?? '')?.raft?.members;
}

function isUp(stage: Stage, cluster: ClusterRef, id: string): boolean {
  const leader = leaderOf(stage.world, cluster, 'system');
  return leader !== undefined && stage.world.network(cluster).reachable(leader, id) !== undefined;
}
