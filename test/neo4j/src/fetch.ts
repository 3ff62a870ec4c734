// Fetches the servers' jars with Maven.
import { spawn } from 'node:child_process';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Environment, onPath } from '../../controlplane/src/binaries.ts';
import { withBuildLock } from '../../controlplane/src/build-lock.ts';
import { findJava } from './java.ts';
import { isCacheNamed, isFetched, missingJava, serverDir } from './programs.ts';
import { type ServerVersion, traitsOf } from './versions.ts';

/** A server is not there and cannot be fetched; the message says why and names the remedy in one sentence. */
export class FetchError extends Error {
  override readonly name = 'FetchError';
  readonly reason: 'NoJava' | 'NoMaven' | 'NotInFolder' | 'FetchFailed';

  constructor(reason: FetchError['reason'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

const pomFile = join(import.meta.dirname, '../maven/pom.xml');

/**
 * Makes sure that the jars of a version are there, fetching them if they are not, and that there is a Java for them. With
 * `NEO4J_SERVERS_DIR` nothing is fetched.
 *
 * @param report - gets one line per step
 * @returns the folder with the jars
 * @throws FetchError without Java or Maven, if Maven fails, or if `NEO4J_SERVERS_DIR` lacks the version
 */
export async function ensureServer(
  version: ServerVersion,
  report: (line: string) => void,
  env: Environment = process.env,
  find: typeof findJava = findJava,
): Promise<string> {
  if (find(traitsOf[version].minimumJava, env) === undefined)
    throw new FetchError('NoJava', missingJava(version));
  const dir = serverDir(version, env);
  const libDir = join(dir, 'lib');
  if (isFetched(version, env)) return libDir;
  if (isCacheNamed(env)) {
    throw new FetchError(
      'NotInFolder',
      `NEO4J_SERVERS_DIR has no ${version}/lib: put the jars there, or unset it to have them fetched.`,
    );
  }
  if (!onPath('mvn', env)) {
    throw new FetchError(
      'NoMaven',
      `Maven is not on the PATH and Neo4j ${version} has to be fetched with it: install it from https://maven.apache.org, or set NEO4J_SERVERS_DIR to a folder that holds ${version}/lib.`,
    );
  }
  mkdirSync(dirname(dir), { recursive: true });
  const onWait = (pid: number): void => {
    report(`Waiting for another fetch (process ${pid}) ...`);
  };
  await withBuildLock(`${dir}.lock`, onWait, async () => {
    if (!isFetched(version, env)) await fetchInto(dir, version, report, env);
  });
  return libDir;
}

/** Under a temporary name until it is whole, so that what is in the cache can always be run. */
async function fetchInto(
  dir: string,
  version: ServerVersion,
  report: (line: string) => void,
  env: Environment,
): Promise<void> {
  report(`Fetching Neo4j ${version} ...`);
  const partial = `${dir}.${process.pid}`;
  try {
    await runMaven([`-Dneo4j.version=${version}`, `-Dlib.directory=${join(partial, 'lib')}`, 'package'], env);
    renameSync(partial, dir);
  } catch (cause) {
    const message = `Maven could not fetch Neo4j ${version} (${String(cause)}); what it says is above.`;
    throw new FetchError('FetchFailed', message, { cause });
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

function runMaven(args: readonly string[], env: Environment): Promise<void> {
  const general = ['--quiet', '--batch-mode', '-Dstyle.color=never', '--strict-checksums', '--file', pomFile];
  const child = spawn('mvn', [...general, ...args], {
    env: { ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(signal ?? `exit code ${String(code)}`));
    });
  });
}
