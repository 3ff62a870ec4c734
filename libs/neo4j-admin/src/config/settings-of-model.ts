import { can } from '../catalogue/index.ts';
import { mergeJvm } from './jvm.ts';
import type { Directories, ServerModel, SslPolicy } from './model.ts';
import { formatSize } from './value.ts';

/** One setting that follows from the model. */
export interface ModelSetting {
  readonly key: string;
  readonly values: readonly string[];
  /** A default gives way to a setting of the user. */
  readonly kind: 'fixed' | 'default';
}

/** All settings that follow from the model, in its order, each key once. */
export function settingsOfModel(model: ServerModel): readonly ModelSetting[] {
  return [
    ...connectors(model),
    ...security(model),
    ...(model.edition === 'enterprise' ? enterpriseOnly(model) : []),
    ...initial(model),
    ...logging(model),
    ...memory(model),
    ...directories(model),
    ...outsideContacts(model),
    fixed('server.config.strict_validation.enabled', true),
  ];
}

function enterpriseOnly(model: ServerModel): readonly ModelSetting[] {
  return [
    ...clusterAddresses(model),
    ...discovery(model),
    ...mode(model),
    ...backup(model),
    ...metrics(model),
  ];
}

function connectors({ identity, connectors: { http }, tls }: ServerModel): readonly ModelSetting[] {
  const { host, ports, advertised = {} } = identity;
  return [
    fixed('server.default_listen_address', '0.0.0.0'),
    fixed('server.default_advertised_address', host),
    fixed('server.bolt.enabled', true),
    fixed('server.bolt.listen_address', everywhere(ports.bolt)),
    fixed('server.bolt.advertised_address', advertised.bolt ?? `${host}:${ports.bolt}`),
    fixed('server.bolt.tls_level', tls.bolt?.level ?? 'DISABLED'),
    fixed('server.http.enabled', http),
    ...(http
      ? [
          fixed('server.http.listen_address', everywhere(ports.http)),
          fixed('server.http.advertised_address', advertised.http ?? `${host}:${ports.http}`),
        ]
      : []),
    fixed('server.https.enabled', tls.https !== undefined),
    ...(tls.https === undefined
      ? []
      : [
          fixed('server.https.listen_address', everywhere(ports.https)),
          fixed('server.https.advertised_address', advertised.https ?? `${host}:${ports.https}`),
        ]),
  ];
}

function security({ version, edition, tls, statusEndpointsNeedLogin }: ServerModel): readonly ModelSetting[] {
  const isEnterprise = edition === 'enterprise';
  return [
    fixed('dbms.security.auth_enabled', true),
    ...policy('bolt', tls.bolt),
    ...policy('https', tls.https),
    ...(isEnterprise ? [...policy('cluster', tls.cluster), ...policy('backup', tls.backup)] : []),
    ...(can(version, 'tlsReload', edition) ? [fixed('dbms.security.tls_reload_enabled', tls.reload)] : []),
    ...(isEnterprise ? [fixed('dbms.security.cluster_status_auth_enabled', statusEndpointsNeedLogin)] : []),
  ];
}

/** Everything is said, as defaults have changed between versions and a misspelled suffix would go unnoticed. */
function policy(scope: string, ssl: SslPolicy | undefined): readonly ModelSetting[] {
  if (ssl === undefined) return [];
  const prefix = `dbms.ssl.policy.${scope}`;
  return [
    fixed(`${prefix}.enabled`, true),
    fixed(`${prefix}.base_directory`, ssl.baseDirectory),
    fixed(`${prefix}.private_key`, ssl.privateKey),
    fixed(`${prefix}.public_certificate`, ssl.publicCertificate),
    fixed(`${prefix}.trusted_dir`, ssl.trustedDirectory),
    fixed(`${prefix}.client_auth`, ssl.clientAuth),
    fixed(`${prefix}.verify_hostname`, ssl.verifyHostname),
    fixed(`${prefix}.trust_all`, false),
  ];
}

/** Said for each port, as images of Neo4j fill in short names otherwise, which nobody else can resolve. */
function clusterAddresses({ identity: { host, ports }, routing }: ServerModel): readonly ModelSetting[] {
  const addresses = [
    ['cluster', ports.cluster],
    ['cluster.raft', ports.raft],
    ['routing', ports.routing],
  ] as const;
  return [
    ...addresses.flatMap(([connector, port]) => [
      fixed(`server.${connector}.listen_address`, everywhere(port)),
      fixed(`server.${connector}.advertised_address`, `${host}:${port}`),
    ]),
    ...(routing === undefined ? [] : [byDefault('dbms.routing.default_router', routing.defaultRouter)]),
    ...(routing?.enforceForDomains === undefined
      ? []
      : [byDefault('dbms.routing.client_side.enforce_for_domains', routing.enforceForDomains.join(','))]),
  ];
}

/**
 * The names of the second discovery service have lost their `v2` in 2025.01. In 5.26 it has to be chosen, as it cannot be changed later
 * without going through every mode (operations manual, "Cluster server discovery").
 */
function discovery({ version, discovery: found }: ServerModel): readonly ModelSetting[] {
  if (found === undefined) return [fixed('dbms.cluster.minimum_initial_system_primaries_count', 1)];
  const isV1There = can(version, 'discoveryV1');
  return [
    fixed('dbms.cluster.discovery.resolver_type', 'LIST'),
    ...(isV1There ? [fixed('dbms.cluster.discovery.version', 'V2_ONLY')] : []),
    fixed(
      isV1There ? 'dbms.cluster.discovery.v2.endpoints' : 'dbms.cluster.endpoints',
      found.endpoints.join(','),
    ),
    fixed('dbms.cluster.minimum_initial_system_primaries_count', found.minimumInitialSystemPrimaries),
  ];
}

function mode({ mode: { constraint, system } }: ServerModel): readonly ModelSetting[] {
  return [
    fixed('initial.server.mode_constraint', constraint),
    fixed('server.cluster.system_database_mode', system),
  ];
}

function initial({
  version,
  edition,
  initial: database,
  defaultLanguage,
}: ServerModel): readonly ModelSetting[] {
  return [
    fixed('initial.dbms.default_database', database.name),
    ...(edition === 'enterprise'
      ? [
          fixed('initial.dbms.default_primaries_count', database.primaries),
          fixed('initial.dbms.default_secondaries_count', database.secondaries),
          fixed('initial.dbms.automatically_enable_free_servers', false),
        ]
      : []),
    ...(defaultLanguage !== undefined && can(version, 'defaultLanguage', edition)
      ? [byDefault('db.query.default_language', defaultLanguage)]
      : []),
  ];
}

function backup({ version, identity: { host, ports } }: ServerModel): readonly ModelSetting[] {
  return [
    fixed('server.backup.enabled', true),
    fixed('server.backup.listen_address', everywhere(ports.backup)),
    ...(can(version, 'backupAdvertisedAddress')
      ? [fixed('server.backup.advertised_address', `${host}:${ports.backup}`)]
      : []),
  ];
}

/** Files would fill the volume and the port of JMX knows no login, so Prometheus is the only way out. */
function metrics({ identity: { ports }, metrics: wanted }: ServerModel): readonly ModelSetting[] {
  const isOn = wanted !== undefined;
  return [
    fixed('server.metrics.enabled', isOn),
    fixed('server.metrics.csv.enabled', false),
    fixed('server.metrics.jmx.enabled', false),
    fixed('server.metrics.prometheus.enabled', isOn),
    ...(isOn
      ? [
          fixed('server.metrics.prometheus.endpoint', everywhere(ports.prometheus)),
          byDefault('server.metrics.filter', wanted.filter.join(',')),
        ]
      : []),
  ];
}

function logging({
  version,
  edition,
  logging: { queries, gc },
  directories: where,
}: ServerModel): readonly ModelSetting[] {
  const base =
    where.configuration ?? (can(version, 'logConfigInConfigurationDirectory', edition) ? '' : 'conf');
  const inBase = (file: string) => (base === '' ? file : `${base}/${file}`);
  return [
    byDefault('db.logs.query.enabled', queries.level),
    byDefault('db.logs.query.threshold', `${queries.thresholdMs}ms`),
    ...(queries.annotationFormat === undefined
      ? []
      : [byDefault('db.logs.query.annotation_data_format', queries.annotationFormat)]),
    byDefault('server.logs.gc.enabled', gc),
    fixed('server.logs.config', inBase('server-logs.xml')),
    fixed('server.logs.user.config', inBase('user-logs.xml')),
  ];
}

function memory({ version, memory: plan, jvm }: ServerModel): readonly ModelSetting[] {
  const { arguments: jvmArguments } = mergeJvm(version, jvm);
  return [
    fixed('server.memory.heap.initial_size', formatSize(plan.heapInitial)),
    fixed('server.memory.heap.max_size', formatSize(plan.heapMax)),
    fixed('server.memory.pagecache.size', formatSize(plan.pageCache)),
    { key: 'server.jvm.additional', values: jvmArguments, kind: 'fixed' },
  ];
}

function directories({ edition, directories: where }: ServerModel): readonly ModelSetting[] {
  const known = [
    'data',
    'logs',
    'plugins',
    'import',
    'licenses',
    'run',
    'metrics',
  ] as const satisfies readonly (keyof Directories)[];
  return known.flatMap((name) => {
    const path = where[name];
    if (path === undefined || (name === 'metrics' && edition === 'community')) return [];
    return [fixed(`server.directories.${name}`, path)];
  });
}

/** Servers look for a fleet manager, and for each other in the local network, from some release on. Somebody has to want that. */
function outsideContacts({ version, edition }: ServerModel): readonly ModelSetting[] {
  return [
    ...(can(version, 'fleetManager', edition) ? [byDefault('dbms.fleet_manager.enabled', false)] : []),
    ...(can(version, 'fleetDiscovery', edition) ? [byDefault('server.fleet_discovery.enabled', false)] : []),
  ];
}

function everywhere(port: number): string {
  return `0.0.0.0:${port}`;
}

function fixed(key: string, value: string | number | boolean): ModelSetting {
  return { key, values: [String(value)], kind: 'fixed' };
}

function byDefault(key: string, value: string | number | boolean): ModelSetting {
  return { key, values: [String(value)], kind: 'default' };
}
