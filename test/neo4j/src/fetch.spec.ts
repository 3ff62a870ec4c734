import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ensureServer } from './fetch.ts';
import { findServer, serverDir } from './programs.ts';

const version = '5.26.30';
const java = { command: '/some/java', release: 21 };
const someJava = () => java;
const noJava = () => undefined;

let dir: string;
let env: Record<string, string>;
let lines: string[];
const report = (line: string): void => {
  lines.push(line);
};

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'fetch-'));
  env = { XDG_CACHE_HOME: join(dir, 'cache'), PATH: dir };
  lines = [];
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

/** A stand-in for Maven: `$lib` is the folder to be filled, `$version` what is asked for. */
function installMaven(body: string): void {
  const script = `#!/bin/sh
for arg; do case $arg in -Dlib.directory=*) lib=\${arg#*=};; -Dneo4j.version=*) version=\${arg#*=};; esac; done
echo "$version" >> '${dir}/calls'
mkdir -p "$lib"
${body}
`;
  writeFileSync(join(dir, 'mvn'), script);
  chmodSync(join(dir, 'mvn'), 0o755);
  env['PATH'] = [dir, '/usr/bin', '/bin'].join(delimiter);
}

describe('ensureServer', () => {
  it('fetches a version once, even when asked twice at the same time, and then never again', async () => {
    installMaven('echo jar > "$lib/a.jar"');
    const libDir = join(serverDir(version, env), 'lib');
    const both = [ensureServer(version, report, env, someJava), ensureServer(version, report, env, someJava)];
    expect(await Promise.all(both)).toEqual([libDir, libDir]);
    expect(await ensureServer(version, report, env, someJava)).toBe(libDir);
    expect(readFileSync(join(dir, 'calls'), 'utf8')).toBe(`${version}\n`);
    expect(readdirSync(libDir)).toEqual(['a.jar']);
    expect(lines).toContain(`Fetching Neo4j ${version} ...`);
    expect(findServer(version, env, someJava)).toEqual({ version, libDir, java });
  });

  it('keeps nothing of a fetch that fails', async () => {
    installMaven('echo half > "$lib/a.jar"; exit 3');
    await expect(ensureServer(version, report, env, someJava)).rejects.toMatchObject({
      reason: 'FetchFailed',
      message: expect.stringContaining('exit code 3'),
    });
    expect(readdirSync(join(dir, 'cache/neo4j-servers'))).toEqual([]);
    expect(findServer(version, env, someJava)).toEqual({
      missing: expect.stringMatching(/^There is no Neo4j 5\.26\.30 in .*: run 'npm run neo4j:fetch'\.$/),
    });
  });

  it('says in one sentence that Maven or a Java is missing, and what to do', async () => {
    await expect(ensureServer(version, report, env, someJava)).rejects.toMatchObject({
      reason: 'NoMaven',
      message: expect.stringMatching(/^Maven is not on the PATH .* install it [^\n]*$/),
    });
    await expect(ensureServer('2026.08.1', report, env, noJava)).rejects.toMatchObject({
      reason: 'NoJava',
      message: expect.stringMatching(/^Neo4j 2026\.08\.1 needs Java 21 or newer[^\n]*$/),
    });
  });

  it('fetches nothing into NEO4J_SERVERS_DIR, and does not fall back on the cache', async () => {
    installMaven('echo jar > "$lib/a.jar"');
    await ensureServer(version, report, env, someJava);
    const named = { ...env, NEO4J_SERVERS_DIR: join(dir, 'named') };
    await expect(ensureServer(version, report, named, someJava)).rejects.toMatchObject({
      reason: 'NotInFolder',
    });
    expect(findServer(version, named, someJava)).toEqual({
      missing: expect.stringContaining('put its jars'),
    });
    mkdirSync(join(dir, 'named', version, 'lib'), { recursive: true });
    expect(await ensureServer(version, report, named, someJava)).toBe(join(dir, 'named', version, 'lib'));
  });
});
