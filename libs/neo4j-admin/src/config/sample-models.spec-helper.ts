import { can, type Edition, versionOf } from '../catalogue/index.ts';
import { planMemory } from './memory.ts';
import { defaultPorts, type ServerModel, type SslPolicy } from './model.ts';
import { gibibyte } from './value.ts';

/** A model with a name for the title of a test. */
export interface SampleModel {
  readonly name: string;
  readonly model: ServerModel;
}

/** Versions in which something is rendered differently. */
export const sampleVersions = [
  '5.26.0',
  '5.26.30',
  '2025.01.0',
  '2025.03.0',
  '2025.05.0',
  '2025.06.0',
  '2025.11.2',
  '2026.05.0',
  '2026.08.1',
] as const;

/** The least that a server can be. */
export function plainModel(version: string, edition: Edition = 'enterprise'): ServerModel {
  const planned = planMemory({ container: 2 * gibibyte });
  if (!planned.ok) throw new Error('two gibibytes are enough for a server');
  return {
    version: versionOf(version),
    edition,
    identity: { host: 'graph-0.graph.default.svc.cluster.local', ports: defaultPorts },
    mode: { constraint: 'NONE', system: 'PRIMARY' },
    initial: { name: 'neo4j', primaries: 1, secondaries: 0 },
    connectors: { http: true },
    tls: { reload: false },
    logging: { queries: { level: 'INFO', thresholdMs: 5000 }, gc: false },
    memory: planned.plan,
    jvm: { useDefaults: true, additionalArguments: [] },
    directories: {},
    statusEndpointsNeedLogin: false,
    userSettings: {},
  };
}

/** A member of a cluster that uses everything. */
export function fullModel(version: string): ServerModel {
  const plain = plainModel(version);
  return {
    ...plain,
    identity: { ...plain.identity, advertised: { bolt: 'graph.example.com:7687' } },
    discovery: {
      endpoints: [0, 1, 2].map((ordinal) => `graph-${ordinal}.graph.default.svc.cluster.local:6000`),
      minimumInitialSystemPrimaries: 3,
    },
    initial: { name: 'movies', primaries: 3, secondaries: 2 },
    defaultLanguage: can(plain.version, 'defaultLanguage') ? 'CYPHER_25' : 'CYPHER_5',
    connectors: { http: false },
    tls: {
      bolt: { ...policy('bolt'), clientAuth: 'NONE', verifyHostname: false, level: 'REQUIRED' },
      https: { ...policy('https'), clientAuth: 'NONE', verifyHostname: false },
      cluster: policy('cluster'),
      backup: policy('backup'),
      reload: true,
    },
    metrics: { filter: ['*'] },
    logging: { queries: { level: 'VERBOSE', thresholdMs: 0, annotationFormat: 'JSON' }, gc: true },
    jvm: { useDefaults: true, additionalArguments: ['-XX:+UseZGC', '-Dcom.example.flag=on'] },
    directories: {
      configuration: '/config',
      data: '/data',
      logs: '/logs',
      plugins: '/plugins',
      import: '/import',
      licenses: '/licenses',
      run: '/run/neo4j',
      metrics: '/metrics',
    },
    routing: { defaultRouter: 'SERVER', enforceForDomains: ['graph.example.com', '*.example.org'] },
    userSettings: {
      'db.tx_log.rotation.retention_policy': '3 days 4G',
      'db.logs.query.threshold': '1500ms',
      'db.memory.transaction.max': '256m',
      'dbms.security.procedures.unrestricted': 'apoc.*,gds.*',
      'browser.post_connect_cmd': String.raw`:play C:\movies – Übersicht`,
    },
  };
}

/** Models over versions, editions and features, all of which render. */
export function sampleModels(): readonly SampleModel[] {
  return sampleVersions.flatMap((version) => {
    const plain = plainModel(version);
    const full = fullModel(version);
    const community = plainModel(version, 'community');
    const secondary: ServerModel = { ...full, mode: { constraint: 'SECONDARY', system: 'SECONDARY' } };
    const bare: ServerModel = {
      ...plain,
      jvm: { useDefaults: false, additionalArguments: [] },
      connectors: { http: false },
    };
    const communityFull: ServerModel = {
      ...community,
      // What only Enterprise has is left out, not refused.
      tls: full.tls,
      metrics: { filter: ['*'] },
      logging: full.logging,
      directories: full.directories,
      jvm: full.jvm,
      userSettings: full.userSettings,
    };
    return [
      { name: `${version} enterprise, alone`, model: plain },
      { name: `${version} enterprise, bare`, model: bare },
      { name: `${version} enterprise, member`, model: full },
      { name: `${version} enterprise, secondary`, model: secondary },
      { name: `${version} community`, model: community },
      { name: `${version} community, everything`, model: communityFull },
    ];
  });
}

function policy(scope: string): SslPolicy {
  return {
    baseDirectory: `/ssl/${scope}`,
    privateKey: 'private.key',
    publicCertificate: 'public.crt',
    trustedDirectory: 'trusted',
    clientAuth: 'REQUIRE',
    verifyHostname: true,
  };
}
