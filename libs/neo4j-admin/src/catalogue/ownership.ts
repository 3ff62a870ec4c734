import type { Setting } from './setting.ts';

/** A part of the configuration that follows from the model of the server, and what to say instead of the setting. */
export interface Ownership {
  readonly prefix: string;
  /** What decides it: a field of the model, or a sentence why it is fixed. */
  readonly instead: string;
}

/**
 * The model's part of neo4j.conf. An entry that ends with a full stop stands for all names that begin with it, others for one name. All
 * other settings are the user's; where the model gives them a value, it is a default.
 */
export const ownedSettings: readonly Ownership[] = [
  { prefix: 'server.default_listen_address', instead: 'servers listen on all interfaces' },
  { prefix: 'server.default_advertised_address', instead: 'it follows from the name of the server' },
  ...['bolt', 'http', 'https', 'cluster', 'cluster.raft', 'routing', 'backup'].flatMap((connector) => [
    { prefix: `server.${connector}.listen_address`, instead: 'the ports are fixed' },
    { prefix: `server.${connector}.advertised_address`, instead: 'it follows from the name of the server' },
  ]),
  { prefix: 'server.bolt.enabled', instead: 'Bolt is what servers are administered by' },
  { prefix: 'server.bolt.tls_level', instead: 'tls' },
  { prefix: 'server.http.enabled', instead: 'tls' },
  { prefix: 'server.https.enabled', instead: 'tls' },
  { prefix: 'server.discovery.', instead: 'the second discovery service has no port of its own' },
  { prefix: 'server.cluster.system_database_mode', instead: 'topology' },
  { prefix: 'dbms.cluster.discovery.', instead: 'members are listed by the names of the servers' },
  { prefix: 'dbms.cluster.endpoints', instead: 'members are listed by the names of the servers' },
  { prefix: 'dbms.cluster.minimum_initial_system_primaries_count', instead: 'topology.primaries' },
  { prefix: 'dbms.kubernetes.', instead: 'members are listed by the names of the servers' },
  { prefix: 'initial.dbms.default_database', instead: 'topology.defaultDatabase' },
  { prefix: 'initial.dbms.default_primaries_count', instead: 'topology.defaultDatabase' },
  { prefix: 'initial.dbms.default_secondaries_count', instead: 'topology.defaultDatabase' },
  { prefix: 'initial.dbms.default_property_shard_replica_count', instead: 'topology.defaultDatabase' },
  { prefix: 'initial.dbms.automatically_enable_free_servers', instead: 'servers are enabled one by one' },
  { prefix: 'initial.server.', instead: 'topology' },
  { prefix: 'dbms.ssl.policy.', instead: 'tls' },
  { prefix: 'dbms.security.tls_reload_enabled', instead: 'tls' },
  { prefix: 'dbms.security.auth_enabled', instead: 'authentication is always on' },
  {
    prefix: 'dbms.security.cluster_status_auth_enabled',
    instead: 'it follows from how the servers are probed',
  },
  { prefix: 'server.memory.heap.initial_size', instead: 'memory.heap' },
  { prefix: 'server.memory.heap.max_size', instead: 'memory.heap' },
  { prefix: 'server.memory.pagecache.size', instead: 'memory.pageCache' },
  { prefix: 'server.memory.off_heap.', instead: 'transaction state stays in the heap, as memory is planned' },
  {
    prefix: 'db.tx_state.memory_allocation',
    instead: 'transaction state stays in the heap, as memory is planned',
  },
  { prefix: 'server.jvm.additional', instead: 'jvm.additionalArguments' },
  { prefix: 'server.config.strict_validation.enabled', instead: 'validation is always strict' },
  { prefix: 'server.logs.config', instead: 'logging' },
  { prefix: 'server.logs.user.config', instead: 'logging' },
  { prefix: 'server.metrics.enabled', instead: 'monitoring' },
  { prefix: 'server.metrics.prometheus.', instead: 'monitoring' },
  { prefix: 'server.metrics.csv.enabled', instead: 'files of metrics would fill the volume' },
  { prefix: 'server.metrics.jmx.enabled', instead: 'its port has no authentication' },
  { prefix: 'server.backup.enabled', instead: 'backups are always possible' },
  { prefix: 'server.directories.', instead: 'directories are where the volumes are' },
];

/** Whose the setting is: the model's, with what to say instead of it, or the user's. */
export function ownerOf(
  name: Setting['name'],
): { readonly owner: 'operator'; readonly instead: string } | { readonly owner: 'user' } {
  const owned = ownedSettings.find(({ prefix }) =>
    prefix.endsWith('.') ? name.startsWith(prefix) : name === prefix,
  );
  return owned === undefined ? { owner: 'user' } : { owner: 'operator', instead: owned.instead };
}
