import type { SimNetwork } from '../model/network.ts';
import { SimServer } from '../model/server.ts';
import { isAtLeast } from '../model/version.ts';
import type { SimVolume } from '../model/volume.ts';
import { type Container, initialAuth, overlay, settingsFromEnvironment, withFiles } from './environment.ts';
import { isKnownSetting } from './known-settings.ts';
import { checkMemory } from './memory.ts';
import { duplicatesIn, parseConf } from './neo4j-conf.ts';
import { InvalidSetting, readConfiguration } from './read-configuration.ts';
import { parseBoolean } from './values.ts';

/** What a pod gives to a server. */
export interface BootInput {
  readonly network: SimNetwork;
  readonly volume: SimVolume;
  readonly version: string;
  readonly edition: 'enterprise' | 'community';
  /** neo4j.conf. */
  readonly conf: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Mounted files that variables point to, by path. */
  readonly files?: ReadonlyMap<string, string>;
  /** Of the container; `undefined` for none. */
  readonly memoryLimitBytes?: number;
}

/** A server that runs, or how its process ended at once. `log` is what it wrote. */
export type BootResult =
  | { readonly ok: true; readonly server: SimServer; readonly log: readonly string[] }
  | { readonly ok: false; readonly exitCode: number; readonly log: readonly string[] };

/** Starts a server as the image would: everything that keeps it from starting is found here. */
export function bootServer(input: BootInput): BootResult {
  const { edition, network, version, volume } = input;
  const container: Container = { environment: input.environment ?? {}, files: input.files ?? new Map() };
  const environment = withFiles(container);
  const failed = (exitCode: number, ...log: readonly string[]): BootResult => ({ ok: false, exitCode, log });

  const licence = environment['NEO4J_ACCEPT_LICENSE_AGREEMENT'];
  if (edition === 'enterprise' && licence !== 'yes' && licence !== 'eval') {
    return failed(1, 'In order to use Neo4j Enterprise Edition you must accept the license agreement.');
  }
  const auth = initialAuth(environment, container);
  if (auth.kind === 'invalid') return failed(1, auth.message);

  const file = parseConf(input.conf);
  const fromEnvironment = settingsFromEnvironment(environment);
  const lines = [
    ...overlay(file.lines, fromEnvironment),
    ...(auth.kind === 'disabled' ? [{ name: 'dbms.security.auth_enabled', value: 'false' }] : []),
  ];
  const settings = new Map(lines.map(({ name, value }) => [name, value]));
  const isStrict = parseBoolean(settings.get('server.config.strict_validation.enabled') ?? 'true') !== false;
  const unknown = [...settings.keys()]
    .filter((name) => !isKnownSetting(name, version, edition))
    .map((name) => `Unrecognized setting. No declared setting with name: ${name}.`);
  const problems = [
    ...file.problems,
    ...duplicatesIn(lines).map((name) => `${name} declared multiple times.`),
    ...unknown,
  ];
  if (isStrict && problems.length > 0) return failed(1, ...problems);

  const memory = checkMemory(settings, input.memoryLimitBytes);
  if (memory.kind !== 'fits') return failed(memory.kind === 'jvm-refuses' ? 1 : 137, memory.message);

  if (volume.locked) return failed(1, 'Lock file has been locked by another process: store_lock');
  if (volume.version !== undefined && !isAtLeast(version, volume.version)) {
    return failed(1, 'The store was written by a newer version. Downgrade is not supported.');
  }
  let configuration;
  try {
    configuration = readConfiguration(version, edition, settings);
  } catch (error) {
    if (error instanceof InvalidSetting) return failed(1, error.message);
    throw error;
  }
  if (auth.kind === 'password') {
    const { minimumPasswordLength } = configuration.security;
    if (auth.password.length < minimumPasswordLength) {
      return failed(1, `A password must be at least ${minimumPasswordLength} characters.`);
    }
    // Only a server that has no users yet takes it.
    if (volume.system === undefined) {
      volume.initialPassword = { password: auth.password, changeRequired: auth.changeRequired };
    }
  }
  const warnings = problems.map((problem) => `WARN ${problem}`);
  return { ok: true, server: new SimServer(network, configuration, volume), log: [...warnings, 'Started.'] };
}
