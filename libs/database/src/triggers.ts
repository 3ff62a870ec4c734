import {
  claimantsOf,
  type ClusterChange,
  type ClusterObject,
  type ConfigMap,
  configMaps,
  clusters,
  clusterOf,
  clusterOfDatabase,
  type DatabaseObject,
  databases,
  databasesOf,
  labels,
  ourIndexes,
  ourSelector,
} from '@neo4j-operator/cluster-access';
import {
  type Delta,
  keyOf,
  type Lister,
  type ObjectKey,
  type Source,
  type Stored,
  versionsOf,
  type WatchSource,
  watchSource,
} from '@neo4j-operator/reconcile-kit';
import { map } from 'rxjs';
import type { DatabasePorts } from './analyze/analyze.ts';
import { isHolder } from './plan/identity.ts';

/**
 * What leads to passes beside the objects themselves: their clusters, what the clusters say, other objects that claim the same database, and
 * what is remembered of databases that were kept.
 *
 * Changes are mapped to objects by the informer's own indexes. The first pass brings its lister along; what changes before that is seen by the
 * passes that every object gets at the start.
 */
export class Triggers {
  #lister: Lister<DatabaseObject> | undefined;

  /** To be called with the lister of each pass. */
  learn(lister: Lister<DatabaseObject>): void {
    this.#lister = lister;
  }

  readonly watches: readonly WatchSource[] = [
    watchSource<ClusterObject>({
      resource: clusters,
      map: (delta) => (matters(delta) ? this.#ofCluster(delta.key) : []),
    }),
    watchSource<DatabaseObject>({ resource: databases, map: (delta) => this.#rivals(delta) }),
    watchSource<ConfigMap>({
      resource: configMaps,
      labelSelector: ourSelector,
      options: { indexers: ourIndexes },
      map: (delta) => this.#ofKept(delta),
    }),
  ];

  /** Changes of what a cluster says of itself. */
  source({ access }: DatabasePorts): Source {
    return {
      name: 'cluster view changed',
      keys$: access.changes$.pipe(map((change) => this.#ofChange(change))),
    };
  }

  #ofCluster(cluster: ObjectKey): readonly ObjectKey[] {
    return this.#lister === undefined ? [] : Array.from(databasesOf(this.#lister, cluster), keyOf);
  }

  #ofNames(cluster: ObjectKey, names: Iterable<string>): readonly ObjectKey[] {
    const lister = this.#lister;
    if (lister === undefined) return [];
    return [...names].flatMap((name) => Array.from(claimantsOf(lister, cluster, name), keyOf));
  }

  /** Only objects of the databases that changed, and where servers come and go those that may depend on how many there are. */
  #ofChange({ cluster, databases: names, reachability, servers }: ClusterChange): readonly ObjectKey[] {
    const lister = this.#lister;
    if (lister === undefined) return [];
    if (reachability) return this.#ofCluster(cluster);
    // Without a writer of `system` nothing can be done, so it is as if all servers had come.
    const mayGoOn = servers || names.has('system');
    const waiting = [...databasesOf(lister, cluster)].filter(
      (object) => (mayGoOn && dependsOnServers(object)) || (names.size > 0 && dependsOnOthers(object)),
    );
    return [...new Set([...this.#ofNames(cluster, names), ...waiting.map(keyOf)])];
  }

  /** Others that claim the database, if the owner of the name may be another one now. */
  #rivals(delta: Delta<DatabaseObject>): readonly ObjectKey[] {
    if (!mayChangeOwner(delta)) return [];
    const claims = versionsOf(delta).map((object) =>
      this.#ofNames(clusterOfDatabase(object), [object.spec.name]),
    );
    const keys = new Set(claims.flat());
    keys.delete(delta.key);
    return [...keys];
  }

  #ofKept(delta: Delta<ConfigMap>): readonly ObjectKey[] {
    const [first] = versionsOf(delta);
    const cluster = first?.metadata.labels?.[labels.role] === 'kept-databases' ? clusterOf(first) : undefined;
    if (cluster === undefined) return [];
    const before = delta.type === 'added' ? {} : (delta.prev.data ?? {});
    const after = delta.type === 'deleted' ? {} : (delta.next.data ?? {});
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return this.#ofNames(
      cluster,
      [...names].filter((name) => before[name] !== after[name]),
    );
  }
}

/** The status of a cluster is no input; its spec and that it goes are. */
function matters(delta: Delta<ClusterObject>): boolean {
  return delta.type !== 'updated' || delta.prev.metadata.generation !== delta.next.metadata.generation;
}

/** Those that follow the number of servers, and those that do not have what they want and may get it now. */
function dependsOnServers({ spec, status }: Stored<DatabaseObject>): boolean {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  return spec.topology.secondaries === 'pool' || ready?.status !== 'True';
}

/** Those that another database stands in the way of: one with an alias of the name, or one too many. */
function dependsOnOthers({ status }: Stored<DatabaseObject>): boolean {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  return ready?.reason === 'NameIsAlias' || ready?.reason === 'LimitReached';
}

/** A new object is the youngest, so it changes nothing unless it says that it has the database. */
function mayChangeOwner(delta: Delta<DatabaseObject>): boolean {
  switch (delta.type) {
    case 'added':
      return isHolder(delta.next);
    case 'updated':
      return claimTextOf(delta.prev) !== claimTextOf(delta.next);
    case 'deleted':
      return true;
  }
}

/** What an object claims, and how strongly. */
function claimTextOf(object: Stored<DatabaseObject>): string {
  const { metadata, spec } = object;
  return JSON.stringify([metadata.uid, spec.clusterRef, spec.name, isHolder(object)]);
}
