// Where the servers' jars are, and what they can be run with.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../../controlplane/src/binaries.ts';
import { type Java, findJava } from './java.ts';
import { type ServerVersion, traitsOf } from './versions.ts';

/** What it takes to run a server. */
export interface ServerProgram {
  readonly version: ServerVersion;
  /** The folder with all its jars. */
  readonly libDir: string;
  readonly java: Java;
}

/** Whether the jars come from a folder of the user's: then nothing is fetched into it. */
export function isCacheNamed(env: Environment = process.env): boolean {
  return (env['NEO4J_SERVERS_DIR'] ?? '') !== '';
}

/** The folder of a version, with its jars in `lib`: in `NEO4J_SERVERS_DIR` if it is set, else in the cache outside the repository. */
export function serverDir(version: ServerVersion, env: Environment = process.env): string {
  const named = env['NEO4J_SERVERS_DIR'] ?? '';
  if (named !== '') return join(named, version);
  return join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'neo4j-servers', version);
}

/** Whether the jars of a version are there. They are put there all at once. */
export function isFetched(version: ServerVersion, env: Environment = process.env): boolean {
  return existsSync(join(serverDir(version, env), 'lib'));
}

/** Finds what it takes to run a server, or says in one sentence what is missing and the remedy. Nothing is fetched. */
export function findServer(
  version: ServerVersion,
  env: Environment = process.env,
  find: typeof findJava = findJava,
): ServerProgram | { readonly missing: string } {
  const java = find(traitsOf[version].minimumJava, env);
  if (java === undefined) return { missing: missingJava(version) };
  if (isFetched(version, env)) return { version, libDir: join(serverDir(version, env), 'lib'), java };
  const remedy = isCacheNamed(env)
    ? `put its jars there, or unset NEO4J_SERVERS_DIR and run 'npm run neo4j:fetch'.`
    : `run 'npm run neo4j:fetch'.`;
  return { missing: `There is no Neo4j ${version} in ${serverDir(version, env)}: ${remedy}` };
}

/** What to say when no Java does. */
export function missingJava(version: ServerVersion): string {
  const { minimumJava } = traitsOf[version];
  return `Neo4j ${version} needs Java ${minimumJava} or newer, and there is none in JAVA_HOME, on the PATH or in /usr/lib/jvm: install one from https://adoptium.net, or set JAVA_HOME.`;
}
