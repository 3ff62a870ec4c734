// What neo4j.conf is to say.
import {
  defaultDatabasePrimaries,
  type DefaultedNeo4jEnterpriseClusterSpec,
  type FieldError,
} from '@neo4j-operator/api-types';
import { serverHost } from '@neo4j-operator/cluster-access';
import {
  availability,
  checkUserSettings,
  type Configuration,
  defaultPorts,
  type Edition,
  type FieldProblem,
  findSetting,
  type MemoryPlan,
  type Neo4jVersion,
  renderConfiguration,
  type ServerModel,
} from '@neo4j-operator/neo4j-admin';
import type { ObjectKey } from '@neo4j-operator/reconcile-kit';
import type { Formation, Pool, SystemMode } from '../model/formation.ts';
import { serverDirectories } from './directories.ts';
import { fieldErrorOf } from './field-errors.ts';
import { memoryOf } from './memory.ts';
import type { RenderRevision } from './revision.ts';

/** Everything that the settings of a server follow from. */
export interface SettingsInput {
  readonly spec: DefaultedNeo4jEnterpriseClusterSpec;
  readonly cluster: ObjectKey;
  readonly formation: Formation;
  readonly server: { readonly number: number; readonly pool: Pool; readonly systemMode: SystemMode };
  readonly version: Neo4jVersion;
  readonly systemPrimaries: readonly number[];
  readonly revision: RenderRevision;
  readonly clusterDomain: string;
}

/** Settings, or why there are none, and in any case what is odd about them. */
export type WantedSettings =
  | { readonly ok: true; readonly configuration: Configuration; readonly warnings: readonly FieldError[] }
  | {
      readonly ok: false;
      readonly problems: readonly FieldError[];
      readonly warnings: readonly FieldError[];
    };

/** The settings that a server has if it is made now. */
export function wantedSettings(input: SettingsInput): WantedSettings {
  const { spec, version } = input;
  const memory = memoryOf(spec);
  if (!memory.ok) {
    const found = checkUserSettings(spec.config ?? {}, { version, edition: spec.edition });
    return refused([...found, ...memory.problems], spec);
  }
  const rendered = renderConfiguration(modelOf(input, memory.plan));
  if (!rendered.ok) return refused(rendered.problems, spec);
  const warnings = rendered.warnings.map((problem) => fieldErrorOf(problem, spec));
  return { ok: true, configuration: rendered.configuration, warnings };
}

function refused(found: readonly FieldProblem[], spec: SettingsInput['spec']): WantedSettings {
  const of = (wanted: FieldProblem['severity']) =>
    found.filter(({ severity }) => severity === wanted).map((problem) => fieldErrorOf(problem, spec));
  return { ok: false, problems: of('error'), warnings: of('warning') };
}

/** Settings of the user that the version does not take: a spec may be for another version than the one that runs. */
export function unusableSettings(
  config: Readonly<Record<string, string>>,
  version: Neo4jVersion,
  edition: Edition,
): readonly string[] {
  const errors = checkUserSettings(config, { version, edition }).filter(
    ({ severity }) => severity === 'error',
  );
  return [...new Set(errors.map(({ setting }) => setting))];
}

function modelOf(input: SettingsInput, memory: MemoryPlan): ServerModel {
  const { spec, cluster, formation, server, version, revision, clusterDomain } = input;
  const isEnterprise = spec.edition === 'enterprise';
  const hostOf = (number: number) => serverHost(cluster, number, clusterDomain);
  const voters = input.systemPrimaries.toSorted((a, b) => a - b);
  return {
    version,
    edition: spec.edition,
    identity: { host: hostOf(server.number), ports: defaultPorts },
    // A server that is alone lists itself as well, so that others can join it later.
    ...(isEnterprise
      ? {
          discovery: {
            endpoints: voters.map((number) => `${hostOf(number)}:${defaultPorts.cluster}`),
            minimumInitialSystemPrimaries: formation.bootstrapCount,
          },
        }
      : {}),
    mode: { constraint: server.pool === 'primary' ? 'NONE' : 'SECONDARY', system: server.systemMode },
    // Secondaries come when their servers are enabled: a cluster forms without waiting for them.
    initial: { name: formation.defaultDatabase, primaries: defaultDatabasePrimaries(spec), secondaries: 0 },
    connectors: { http: true },
    tls: { reload: false },
    ...(isEnterprise ? { metrics: { filter: ['*'] } } : {}),
    logging: { queries: { level: 'INFO', thresholdMs: 5000 }, gc: false },
    memory,
    jvm: { useDefaults: true, additionalArguments: [] },
    directories: serverDirectories,
    statusEndpointsNeedLogin: true,
    userSettings: { ...defaultsFor(revision, version, spec.edition), ...spec.config },
  };
}

/** The operator's defaults, as far as the server has such settings. */
function defaultsFor(
  { settings }: RenderRevision,
  version: Neo4jVersion,
  edition: Edition,
): Readonly<Record<string, string>> {
  const known = Object.entries(settings).filter(([key]) => {
    const setting = findSetting(key);
    return setting !== undefined && availability(setting, version, edition).state === 'available';
  });
  return Object.fromEntries(known);
}
