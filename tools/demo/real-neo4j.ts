// Real Neo4j Community servers in the place of their images: what the operator renders, on a JVM of this machine.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  childProcess,
  type ContainerContext,
  type Program,
  type ProgramRegistry,
} from '@neo4j-operator/hollow-node';
import { findServer, type ServerProgram } from '../../test/neo4j/src/programs.ts';
import { asServerVersion, serverVersions } from '../../test/neo4j/src/versions.ts';
import { neoImage } from '../../test/stage/src/index.ts';
import { logConfigurations } from './real-neo4j-logs.ts';
import { hostPathOf, type Override, overridesFor } from './real-neo4j-overrides.ts';

/** Programs for the images of real servers, and what they leave on this machine. */
export interface RealNeo4j {
  readonly programs: ProgramRegistry;
  /** Removes the servers' home folders. They must have ended. */
  close(): void;
}

/** Where a container finds its configuration if it is not told. */
const configurationVariable = 'NEO4J_CONF';

/**
 * Makes the programs. An image that there is no server for does not start, and its pod says why.
 *
 * @param say - is told which lines of the configuration are overridden, when a pod is first started
 */
export function realNeo4j(say: (line: string) => void): RealNeo4j {
  const dir = mkdtempSync(join(tmpdir(), 'neo4j-homes-'));
  const told = new Set<string>();
  let homes = 0;
  const start = (server: ServerProgram, container: ContainerContext) => {
    const conf = hostPathOf(`${container.env[configurationVariable] ?? ''}/neo4j.conf`, container.mounts);
    if (conf === undefined) throw new Error(`${configurationVariable} names no mounted directory`);
    const home = makeHome(join(dir, String(++homes)), server);
    const text = readFileSync(conf, 'utf8');
    const overrides = overridesFor(text, { address: container.pod.ip, mounts: container.mounts, home });
    // Here neo4j-admin looks for its configuration, of which it needs to know where the data are; the server gets the same lines.
    const file = join(home, 'conf/neo4j.conf');
    writeFileSync(file, overrides.map(({ key, value }) => `${key}=${value}\n`).join(''));
    if (!told.has(container.pod.name)) tell(say, container, { conf, text, file, overrides });
    told.add(container.pod.name);
    const lines = overrides.map(({ key, value }) => `${key}=${value}`);
    return childProcess({
      entrypoint: ['/bin/sh', '-c', entryPoint, 'neo4j', server.java.command, server.libDir, ...lines],
      env: { NEO4J_HOME: home },
      workingDir: home,
    }).start(container);
  };
  return {
    programs: (image) => {
      if (neoImage(image) === undefined) return undefined;
      const server = serverOf(image);
      return 'missing' in server
        ? refusing(server.missing)
        : { start: (container) => start(server, container) };
    },
    close: () => {
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/**
 * What the entry point of the image does: it sets the first password, which changes nothing if there are data already, has Neo4j's own
 * launcher say which command runs the server with the JVM flags and the memory of its configuration, and becomes that.
 */
const entryPoint = `
set -euf
java=$1 libraries=$2
shift 2
admin() { "$java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$libraries/*" "$@"; }
auth=$(cat "$NEO4J_AUTH_PATH")
NEO4J_CONF="$NEO4J_HOME/conf" admin org.neo4j.cli.AdminTool dbms set-initial-password -- "\${auth#*/}"
command=$(admin org.neo4j.server.startup.Neo4jCommand console --dry-run)
for line; do
  shift
  set -- "$@" -c "$line"
done
exec $command "$@"
`;

/** The server that an image stands for, or why there is none. */
function serverOf(image: string): ServerProgram | { readonly missing: string } {
  const { edition, version } = neoImage(image) ?? {};
  const known = asServerVersion(version ?? '');
  if (edition === 'community' && known !== undefined) return findServer(known);
  return {
    missing: `there is no real server for ${image}: only Community Edition ${serverVersions.join(' and ')}`,
  };
}

function refusing(why: string): Program {
  return {
    start: () => {
      throw new Error(why);
    },
  };
}

/** A home as the image has it, but for the programs: the launcher looks for the libraries, the server for how to write its logs. */
function makeHome(home: string, { libDir }: ServerProgram): string {
  mkdirSync(join(home, 'conf'), { recursive: true });
  symlinkSync(libDir, join(home, 'lib'));
  for (const [file, text] of Object.entries(logConfigurations)) writeFileSync(join(home, 'conf', file), text);
  return home;
}

interface Told {
  readonly conf: string;
  readonly text: string;
  readonly file: string;
  readonly overrides: readonly Override[];
}

function tell(
  say: (line: string) => void,
  { pod }: ContainerContext,
  { conf, file, overrides, text }: Told,
): void {
  const rendered = text.split('\n').filter((line) => line.includes('=') && !line.startsWith('#')).length;
  say(`  ${pod.name} runs a real Neo4j on ${rendered} lines as the operator rendered them:`);
  say(`    ${conf}`);
  say(`  but for ${overrides.length} of them, as there is no container: ${file} says`);
  for (const { key, rendered: was, value } of overrides) say(`    ${key}=${value}   # rendered: ${was}`);
}
