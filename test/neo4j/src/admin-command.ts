// neo4j-admin, as the jars hold it.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { ServerProgram } from './programs.ts';

/** How a command ended. */
export interface AdminOutcome {
  readonly exitCode: number;
  /** What it wrote to both outputs. */
  readonly output: string;
}

/** A hang of the JVM, not a measure of speed: dumps of small databases take two seconds. */
const timeoutMs = 120_000;

/** The commands of the group `server` answer only to the second class, all others to the first. */
const mainClasses = {
  admin: 'org.neo4j.cli.AdminTool',
  server: 'org.neo4j.server.startup.Neo4jAdminCommand',
} as const;

/**
 * Runs `neo4j-admin` on a home folder.
 *
 * @param args - for example `['dbms', 'set-initial-password', password]`
 * @throws Error if Java cannot be run, or if the command does not end
 */
export function runAdminCommand(
  program: ServerProgram,
  home: string,
  args: readonly string[],
): Promise<AdminOutcome> {
  const mainClass = args[0] === 'server' ? mainClasses.server : mainClasses.admin;
  const jvm = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', join(program.libDir, '*'), mainClass];
  const options = {
    env: { ...process.env, NEO4J_HOME: home, NEO4J_CONF: join(home, 'conf') },
    cwd: home,
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  } as const;
  return new Promise((resolve, reject) => {
    execFile(program.java.command, [...jvm, ...args], options, (error, stdout, stderr) => {
      const output = `${stdout}${stderr}`;
      if (error === null) resolve({ exitCode: 0, output });
      else if (typeof error.code === 'number') resolve({ exitCode: error.code, output });
      else reject(new Error(`neo4j-admin ${args.join(' ')} did not end: ${output}`, { cause: error }));
    });
  });
}
