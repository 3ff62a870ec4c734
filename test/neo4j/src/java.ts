// Which Java to run a server with.
import { readFileSync, readdirSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import type { Environment } from '../../controlplane/src/binaries.ts';

/** A Java runtime. */
export interface Java {
  /** The path of its `java` command. */
  readonly command: string;
  /** Its feature release, for example 21. */
  readonly release: number;
}

/** Where distributions and macOS put their runtimes. */
const installDirs: readonly string[] = ['/usr/lib/jvm', '/Library/Java/JavaVirtualMachines'];

/**
 * Finds a Java of at least `minimum`: `JAVA_HOME` before the PATH before what is installed, there the lowest that does. Nothing is run:
 * a runtime says its version in the file `release`.
 */
export function findJava(
  minimum: number,
  env: Environment = process.env,
  dirs: readonly string[] = installDirs,
): Java | undefined {
  const installed = dirs.flatMap(listHomes).flatMap(readJava);
  installed.sort((a, b) => a.release - b.release);
  const candidates = [...homesOf(env).flatMap(readJava), ...installed];
  return candidates.find(({ release }) => release >= minimum);
}

function homesOf(env: Environment): string[] {
  const named = env['JAVA_HOME'] ?? '';
  const onPath = (env['PATH'] ?? '').split(delimiter).flatMap((dir) => {
    const command = resolved(join(dir, 'java'));
    return command === undefined ? [] : [dirname(dirname(command))];
  });
  return named === '' ? onPath : [named, ...onPath];
}

/** On macOS the runtime is two levels below. */
function listHomes(dir: string): string[] {
  return namesIn(dir).flatMap((name) => [join(dir, name), join(dir, name, 'Contents/Home')]);
}

function readJava(home: string): Java[] {
  const command = resolved(join(home, 'bin/java'));
  const release = readRelease(home);
  return command === undefined || release === undefined ? [] : [{ command, release }];
}

/** `JAVA_VERSION="21.0.4"`. Before Java 9 it was 1.8.0, which is older than any server wants. */
function readRelease(home: string): number | undefined {
  const text = ifThere(() => readFileSync(join(home, 'release'), 'utf8'));
  const major = /^JAVA_VERSION="(\d+)/m.exec(text ?? '')?.[1];
  return major === undefined ? undefined : Number(major);
}

function namesIn(dir: string): string[] {
  return ifThere(() => readdirSync(dir).sort()) ?? [];
}

function resolved(path: string): string | undefined {
  return ifThere(() => realpathSync(path));
}

function ifThere<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
