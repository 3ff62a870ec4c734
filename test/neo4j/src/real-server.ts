// A real Neo4j Community server as a child process that cannot outlive the test.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Authority, createAuthority } from '../../controlplane/src/pki.ts';
import { freePorts } from '../../controlplane/src/ports.ts';
import { Supervised, type SupervisedProcess } from '../../controlplane/src/supervised.ts';
import { systemClock } from '@neo4j-operator/clock';
import { runAdminCommand } from './admin-command.ts';
import type { ServerUnderTest } from './harness.ts';
import { type ServerProgram, findServer } from './programs.ts';
import { type Identification, untilReady } from './readiness.ts';
import { writeHome } from './server-home.ts';
import { type ServerVersion, traitsOf } from './versions.ts';

/** How a server is started. */
export interface RealServerOptions {
  readonly version: ServerVersion;
  /** Whether Bolt speaks TLS and nothing else, by a certificate for 127.0.0.1 and localhost of an authority of its own; by default not. */
  readonly tls?: boolean;
  /** Whether it serves HTTP; by default not. */
  readonly http?: boolean;
  /** Further settings; one of the same name replaces that of the harness. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The initial password of the user `neo4j`, at least 8 characters. */
  readonly password?: string;
}

type Address = Pick<ServerUnderTest, 'boltAddress' | 'httpAddress' | 'credentials' | 'authorities'>;

/** On two busy cores a start takes nine seconds. */
const startDeadlineMs = 60_000;
const processName = 'neo4j';
const logLines = 20;

/**
 * Starts a server with an empty store and waits until it answers queries.
 *
 * @throws Error if its jars or a Java are missing, or if it does not start; with the end of its log
 */
export async function startRealServer(options: RealServerOptions): Promise<RealServer> {
  const program = findServer(options.version);
  if ('missing' in program) throw new Error(program.missing);
  const authority = options.tls === true ? await createAuthority('Neo4j test authority') : undefined;
  const supervised = await Supervised.create();
  try {
    const address = await prepareHome(supervised.dir, program, options, authority);
    const server = new RealServer(supervised, program, address);
    await server.start();
    return server;
  } catch (error) {
    await supervised.close();
    throw error;
  }
}

/** A server that runs, or that ran and can be started again on the same store, ports and certificates. */
export class RealServer implements ServerUnderTest {
  readonly boltAddress: string;
  readonly credentials: ServerUnderTest['credentials'];
  readonly httpAddress?: string;
  readonly authorities?: readonly string[];
  /** Its home folder. */
  readonly home: string;
  readonly #supervised: Supervised;
  readonly #program: ServerProgram;
  #process: SupervisedProcess | undefined;
  #identification: Identification | undefined;

  /** @internal */
  constructor(supervised: Supervised, program: ServerProgram, address: Address) {
    this.#supervised = supervised;
    this.#program = program;
    this.home = homeIn(supervised.dir);
    this.boltAddress = address.boltAddress;
    this.credentials = address.credentials;
    if (address.httpAddress !== undefined) this.httpAddress = address.httpAddress;
    if (address.authorities !== undefined) this.authorities = address.authorities;
  }

  get name(): string {
    return `Neo4j ${this.version} ${this.edition}`;
  }

  get version(): string {
    return this.#identified().version;
  }

  get edition(): ServerUnderTest['edition'] {
    return this.#identified().edition;
  }

  /** Its process id, or undefined if it does not run. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** The last lines of its own log, and of what the JVM has written to the console. */
  get log(): string {
    const file = join(this.home, 'logs/neo4j.log');
    const own = existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
    return [...own.slice(-logLines), this.#supervised.tail(processName)].join('\n').trim();
  }

  /**
   * Starts it, again after it was terminated or killed, and waits until it answers queries.
   *
   * @param credentials - to ask with, if the password is no longer the initial one
   * @throws Error if it does not come up; with the end of its log
   */
  async start(credentials: ServerUnderTest['credentials'] = this.credentials): Promise<void> {
    if (this.#process !== undefined) throw new Error('The server runs already.');
    const { java } = this.#program;
    const process = await this.#supervised.start(processName, java.command, this.#arguments());
    this.#process = process;
    let ended: string | undefined;
    void process.ended.then((why) => {
      ended = why;
      this.#process = undefined;
    });
    try {
      const target = {
        boltAddress: this.boltAddress,
        credentials,
        ...(this.authorities === undefined ? {} : { authorities: this.authorities }),
      };
      this.#identification = await untilReady(target, systemClock, startDeadlineMs, () => ended);
    } catch (cause) {
      const { version } = this.#program;
      const log = this.log;
      throw new Error(`Neo4j ${version} did not start: ${String(cause)}\nIts log ends with:\n${log}`, {
        cause,
      });
    }
  }

  /** Asks it to end (SIGTERM), as the kubelet does, and waits until it has. Gives its exit code or signal in words. */
  terminate(): Promise<string> {
    return this.#end('SIGTERM');
  }

  /** Takes it away at once (SIGKILL), as a lost node does. */
  kill(): Promise<string> {
    return this.#end('SIGKILL');
  }

  /** Ends it at once and removes its home; harmless when called twice. */
  async stop(): Promise<void> {
    await this.#supervised.close();
  }

  async #end(signal: NodeJS.Signals): Promise<string> {
    const process = this.#process;
    if (process === undefined) throw new Error('The server does not run.');
    await this.#supervised.stop(process, signal);
    return process.ended;
  }

  #identified(): Identification {
    if (this.#identification === undefined) throw new Error('The server has not been ready yet.');
    return this.#identification;
  }

  #arguments(): string[] {
    const { libDir, version } = this.#program;
    return [
      '-Xms128m',
      '-Xmx256m',
      // For a quick start on few cores rather than for throughput.
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      // The jars are those of a release: to verify their classes takes a fifth of the start.
      '-XX:+UnlockDiagnosticVMOptions',
      '-XX:-BytecodeVerificationRemote',
      ...['java.nio', 'java.io', 'sun.nio.ch'].map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`),
      '-cp',
      join(libDir, '*'),
      traitsOf[version].mainClass,
      `--home-dir=${this.home}`,
      `--config-dir=${join(this.home, 'conf')}`,
    ];
  }
}

/** Writes the configuration and sets the password, as long as the server has never run. */
async function prepareHome(
  dir: string,
  program: ServerProgram,
  options: RealServerOptions,
  authority: Authority | undefined,
): Promise<Address> {
  const home = homeIn(dir);
  mkdirSync(home);
  const [boltPort = 0, httpPort = 0] = await freePorts(2);
  const { version, http = false, settings = {}, password = 'initial-password' } = options;
  const certificate = await authority?.issueServer(['127.0.0.1', 'localhost']);
  writeHome(home, { version, boltPort, httpPort: http ? httpPort : undefined, certificate, settings });
  const outcome = await runAdminCommand(program, home, ['dbms', 'set-initial-password', password]);
  if (outcome.exitCode !== 0) throw new Error(`The initial password was not set: ${outcome.output}`);
  return {
    boltAddress: `127.0.0.1:${boltPort}`,
    credentials: { username: 'neo4j', password },
    ...(http ? { httpAddress: `127.0.0.1:${httpPort}` } : {}),
    ...(authority === undefined ? {} : { authorities: [authority.cert] }),
  };
}

function homeIn(dir: string): string {
  return join(dir, 'home');
}
