// The running programs of one control plane.
import { join } from 'node:path';
import { sleep, systemClock } from '@neo4j-operator/clock';
import { apiCall } from './api-call.ts';
import { type ServerFiles, apiServerArgs, controllerManagerArgs } from './api-server.ts';
import { type Program } from './binaries.ts';
import type { Credentials } from './credentials.ts';
import { type EtcdPorts, etcdArgs, etcdUrl } from './etcd.ts';
import type { Supervised, SupervisedProcess } from './supervised.ts';

const startDeadlineMs = 60_000;
const pollEveryMs = 50;

/** What the programs are started with. */
export interface ServerSettings {
  readonly binDir: string;
  readonly apiServerPort: number;
  readonly etcdPorts: EtcdPorts;
  readonly files: ServerFiles;
  readonly apiServerArgs: readonly string[];
  readonly admin: Credentials;
}

/** Starts and stops the programs, and knows when they are ready. */
export class Servers {
  readonly #supervised: Supervised;
  readonly #settings: ServerSettings;
  /** By name: a program's own, except for the second API server. */
  readonly #running = new Map<string, SupervisedProcess>();

  constructor(supervised: Supervised, settings: ServerSettings) {
    this.#supervised = supervised;
    this.#settings = settings;
  }

  /** The process id of a program that runs. */
  pid(program: Program): number | undefined {
    return this.#running.get(program)?.pid;
  }

  async startEtcd(): Promise<void> {
    const { etcdPorts } = this.#settings;
    await this.#start('etcd', etcdArgs(join(this.#supervised.dir, 'etcd'), etcdPorts));
  }

  /** Starts kube-apiserver and waits until it is ready. */
  async startApiServer(): Promise<void> {
    const { admin, apiServerPort, etcdPorts, files } = this.#settings;
    const args = apiServerArgs(apiServerPort, etcdUrl(etcdPorts), files);
    const process = await this.#start('kube-apiserver', [...args, ...this.#settings.apiServerArgs]);
    await this.#untilFound(process, admin, '/readyz');
    // Its own controller makes it a moment later.
    await this.#untilFound(process, admin, '/api/v1/namespaces/default');
  }

  /** Starts another API server on the same data, with a way of its own to etcd, and waits until it is ready. */
  async startSecondApiServer(port: number, etcd: string, admin: Credentials): Promise<void> {
    const { files } = this.#settings;
    const name = 'second-kube-apiserver';
    const auditLog = join(this.#supervised.dir, `${name}-audit.log`);
    const args = [...apiServerArgs(port, etcd, { ...files, auditLog }), ...this.#settings.apiServerArgs];
    await this.#untilFound(await this.#start('kube-apiserver', args, name), admin, '/readyz');
  }

  /** Starts kube-controller-manager and waits for its first deed. */
  async startControllerManager(user: Credentials): Promise<void> {
    const { admin, files } = this.#settings;
    const process = await this.#start('kube-controller-manager', controllerManagerArgs(user, files));
    await this.#untilFound(process, admin, '/api/v1/namespaces/default/serviceaccounts/default');
  }

  /** Ends a program; harmless if it does not run. */
  async stop(program: Program, signal: NodeJS.Signals): Promise<void> {
    const process = this.#running.get(program);
    if (process !== undefined) await this.#supervised.stop(process, signal);
  }

  async #start(
    program: Program,
    args: readonly string[],
    name: string = program,
  ): Promise<SupervisedProcess> {
    if (this.#running.has(name)) throw new Error(`${name} runs already.`);
    const process = await this.#supervised.start(name, join(this.#settings.binDir, program), args);
    this.#running.set(name, process);
    void process.ended.then(() => this.#running.delete(name));
    return process;
  }

  async #untilFound(process: SupervisedProcess, admin: Credentials, path: string): Promise<void> {
    const deadline = systemClock.monotonic() + startDeadlineMs;
    let end: string | undefined;
    void process.ended.then((why) => {
      end = why;
    });
    while (end === undefined && systemClock.monotonic() < deadline) {
      if (await isFound(admin, path)) return;
      await sleep(systemClock, pollEveryMs);
    }
    const what = end === undefined ? `${path} is still not there` : `it ended with ${end}`;
    throw new Error(`${process.name} did not start: ${what}.\n${this.#supervised.tail(process.name)}`);
  }
}

async function isFound(admin: Credentials, path: string): Promise<boolean> {
  try {
    return (await apiCall(admin, { method: 'GET', path })).status === 200;
  } catch {
    return false;
  }
}
