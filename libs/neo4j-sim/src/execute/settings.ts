import type { SimServer } from '../model/server.ts';

/** A row of SHOW SETTINGS. */
export interface SettingRow {
  readonly name: string;
  /** `null` where nothing is set and the server finds a value itself. */
  readonly value: string | null;
  readonly isDynamic: boolean;
  readonly defaultValue: string | null;
  readonly description: string;
  readonly startupValue: string | null;
  readonly isExplicitlySet: boolean;
  readonly validValues: string;
  readonly isDeprecated: boolean;
}

/** Settings that can be changed while the server runs, with their defaults (operations manual, "Configuration settings"). */
const dynamicSettings: Readonly<Record<string, string>> = {
  'db.checkpoint.iops.limit': '600',
  'db.lock.acquisition.timeout': '0s',
  'db.logs.query.enabled': 'VERBOSE',
  'db.logs.query.threshold': '0s',
  'db.memory.transaction.max': '0B',
  'db.memory.transaction.total.max': '0B',
  'db.track_query_cpu_time': 'false',
  'db.transaction.concurrent.maximum': '1000',
  'db.transaction.sampling.percentage': '5',
  'db.transaction.timeout': '0s',
  'db.tx_log.rotation.retention_policy': '2 days 2G',
  'db.tx_log.rotation.size': '256.00MiB',
  'dbms.memory.transaction.total.max': '70.00%',
  'dbms.routing.reads_on_primaries_enabled': 'true',
  'dbms.routing.reads_on_writers_enabled': 'false',
  'server.databases.default_to_read_only': 'false',
  'server.databases.read_only': '',
  'server.databases.writable': '',
  'server.memory.pagecache.flush.buffer.enabled': 'false',
};

/** More of them, whose defaults are not modelled. */
const moreDynamicSettings: ReadonlySet<string> = new Set(
  `
    db.checkpoint.throughput.limit db.format
    db.logs.query.annotation_data_as_json_enabled db.logs.query.annotation_data_format
    db.logs.query.early_raw_logging_enabled db.logs.query.max_parameter_length db.logs.query.obfuscate_errors
    db.logs.query.obfuscate_literals db.logs.query.parameter_logging_enabled
    db.logs.query.plan_description_enabled db.logs.query.transaction.enabled db.logs.query.transaction.threshold
    db.transaction.bookmark_ready_timeout db.transaction.tracing.level db.tx_log.preallocate
    dbms.cluster.network.connect_timeout dbms.cypher.render_plan_description
    dbms.cypher.transactions.default_subquery_batch_strategy
    dbms.cypher.transactions.default_subquery_retry_timeout dbms.routing.client_side.enforce_for_domains
    dbms.security.key.name dbms.security.keystore.password dbms.security.keystore.path
    dbms.security.ldap.authentication.attribute dbms.security.ldap.authentication.user_dn_template
    dbms.security.ldap.authorization.access_permitted_group
    dbms.security.ldap.authorization.group_membership_attributes
    dbms.security.ldap.authorization.group_to_role_mapping
    dbms.security.ldap.authorization.nested_groups_enabled
    dbms.security.ldap.authorization.nested_groups_search_filter
    dbms.security.ldap.authorization.user_search_base dbms.security.ldap.authorization.user_search_filter
    server.cluster.catchup.connect_randomly_to_server_tags
    server.memory.pagecache.flush.buffer.size_in_pages server.memory.query_cache.per_db_cache_num_entries
    server.memory.query_cache.shared_cache_num_entries
  `
    .trim()
    .split(/\s+/),
);

/** Some that cannot, so that there is something to show that the configuration does not name. */
const staticDefaults: Readonly<Record<string, string | null>> = {
  'server.bolt.advertised_address': ':7687',
  'server.config.strict_validation.enabled': 'true',
  'server.http.advertised_address': ':7474',
  'server.memory.heap.initial_size': null,
  'server.memory.heap.max_size': null,
};

export function isDynamicSetting(name: string): boolean {
  return Object.hasOwn(dynamicSettings, name) || moreDynamicSettings.has(name);
}

/** What the server goes by: what its configuration names, and some defaults. */
export function settingsOf(server: SimServer): readonly SettingRow[] {
  const { settings } = server.configuration;
  const defaults: Readonly<Record<string, string | null>> = { ...staticDefaults, ...dynamicSettings };
  return [...new Set([...Object.keys(defaults), ...settings.keys()])].sort().map((name) => {
    const defaultValue = defaults[name] ?? null;
    const startupValue = settings.get(name) ?? defaultValue;
    return {
      name,
      value: server.dynamicSettings.get(name) ?? startupValue,
      isDynamic: isDynamicSetting(name),
      defaultValue,
      description: '',
      startupValue,
      isExplicitlySet: settings.has(name) || server.dynamicSettings.has(name),
      validValues: '',
      isDeprecated: false,
    };
  });
}
