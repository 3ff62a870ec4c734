import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findJava } from './java.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'java-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

/** Lays out a runtime and gives its home. */
function install(name: string, version: string): string {
  const home = join(dir, name);
  mkdirSync(join(home, 'bin'), { recursive: true });
  writeFileSync(join(home, 'bin/java'), '');
  writeFileSync(join(home, 'release'), `IMPLEMENTOR="x"\nJAVA_VERSION="${version}"\n`);
  return home;
}

describe('findJava', () => {
  it('takes JAVA_HOME first, then the PATH, then what is installed', () => {
    const named = install('named', '21.0.4');
    const onPath = install('on-path', '22');
    mkdirSync(join(dir, 'bin'));
    symlinkSync(join(onPath, 'bin/java'), join(dir, 'bin/java'));
    const installed = install('jvm/some', '23.0.1');
    const PATH = join(dir, 'bin');
    const jvm = [join(dir, 'jvm')];
    const found = (env: Record<string, string>) => findJava(17, env, jvm)?.command;
    expect(found({ JAVA_HOME: named, PATH })).toBe(join(named, 'bin/java'));
    expect(found({ PATH })).toBe(join(onPath, 'bin/java'));
    expect(found({})).toBe(join(installed, 'bin/java'));
  });

  it('passes over what is too old, and takes the lowest of the installed ones that will do', () => {
    const old = install('old', '1.8.0_392');
    for (const version of ['17.0.9', '25', '21.0.1']) install(`jvm/java-${version}`, version);
    const jvm = [join(dir, 'jvm'), join(dir, 'absent')];
    expect(findJava(21, { JAVA_HOME: old }, jvm)).toMatchObject({ release: 21 });
    expect(findJava(8, { JAVA_HOME: old }, jvm)).toMatchObject({ release: 17 });
    expect(findJava(26, { JAVA_HOME: old }, jvm)).toBeUndefined();
  });

  it('finds a runtime where macOS keeps it', () => {
    install('jvm/temurin.jdk/Contents/Home', '21');
    expect(findJava(21, {}, [join(dir, 'jvm')])).toMatchObject({ release: 21 });
  });
});
