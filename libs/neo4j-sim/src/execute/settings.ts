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

/** Some that cannot, so that there is something to show that the configuration does not name. */
const staticDefaults: Readonly<Record<string, string | null>> = {
  'server.bolt.advertised_address': ':7687',
  'server.config.strict_validation.enabled': 'true',
  'server.http.advertised_address': ':7474',
  'server.memory.heap.initial_size': null,
  'server.memory.heap.max_size': null,
};

export function isDynamicSetting(name: string): boolean {
  return name in dynamicSettings;
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
