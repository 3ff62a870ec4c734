// A real Kubernetes control plane, as a value that tests hold.
import { join } from 'node:path';
import { systemRng, uuid } from '@neo4j-operator/clock';
import { type ApiAnswer, type ApiCall, apiCall, apiCallOk } from './api-call.ts';
import { writeServerFiles } from './api-server.ts';
import { type Audit, AuditLog } from './audit.ts';
import { absentPrograms, findControlPlane } from './binaries.ts';
import type { Credentials, ServerAddress, TokenCredentials } from './credentials.ts';
import { type EtcdPorts, compactEtcd, etcdUrl } from './etcd.ts';
import { runKubectl } from './kubectl.ts';
import { type KeyPair, type Validity, createAuthority } from './pki.ts';
import { freePorts } from './ports.ts';
import { Servers } from './servers.ts';
import { Supervised } from './supervised.ts';
import { type PolicyRule, Users } from './users.ts';

/** What any control plane is started with. */
export interface StartOptions {
  /** Also starts kube-controller-manager: StatefulSets, Jobs, garbage collection, namespaces, service accounts. */
  readonly controllerManager?: boolean;
  /** Users that prove themselves by a token. The API server reads them only at its start. */
  readonly tokenUsers?: readonly { readonly userName: string; readonly groups?: readonly string[] }[];
  /** False: a server that streams no snapshots (`sendInitialEvents` is refused), as older ones are. */
  readonly watchList?: boolean;
  /** False: a server that remembers nothing of the past that its storage has forgotten. */
  readonly watchCache?: boolean;
}

/** A control plane, real or simulated, as suites that run on both know it. */
export interface ControlPlane {
  /** A folder for what belongs to it, such as kubeconfigs. */
  readonly dir: string;
  /** Where the API server is. */
  readonly address: ServerAddress;
  /** A member of `system:masters`, which may do everything. */
  readonly admin: Credentials;
  readonly audit: Audit;
  /** A user with a client certificate; `validity` for one that has expired. */
  user(userName: string, groups?: readonly string[], validity?: Validity): Promise<Credentials<KeyPair>>;
  /** One of the `tokenUsers` this control plane was started with. */
  tokenUser(userName: string): TokenCredentials;
  /** A service account, made if it is not there, with a token as a pod would get it. Its user is `system:serviceaccount:<namespace>:<name>`. */
  serviceAccount(namespace: string, name: string): Promise<TokenCredentials>;
  /** The same user with files that lead to another address, such as a proxy in front of the API server. */
  via(address: ServerAddress, user: TokenCredentials): TokenCredentials;
  /** Allows a user what the rules say, in every namespace, through a cluster role of the name `roleName`. */
  grant(userName: string, roleName: string, rules: readonly PolicyRule[]): Promise<void>;
  /** Makes a namespace that pods can be made in. */
  namespace(name: string): Promise<void>;
  /** Makes one request, by default as `admin`; any status is an answer. */
  call(call: ApiCall, as?: Credentials): Promise<ApiAnswer>;
  /**
   * Makes one request that has to succeed, by default as `admin`.
   *
   * @returns the parsed body
   * @throws Error with status and body of any answer but 2xx
   */
  callOk(call: ApiCall, as?: Credentials): Promise<unknown>;
  /**
   * Runs kubectl, by default as `admin`.
   *
   * @returns what it prints
   * @throws Error with what it says if it fails
   */
  kubectl(
    args: readonly string[],
    options?: { readonly as?: Credentials; readonly input?: string },
  ): Promise<string>;
  /** Makes the storage forget its history. */
  compact(): Promise<unknown>;
  /** Ends the API server and starts it again, on the same port and data. */
  restartApiServer(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Ends everything; harmless when called twice. */
  stop(): Promise<void>;
}

/** What the real control plane is started with. */
export interface ControlPlaneOptions extends StartOptions {
  /** More arguments for kube-apiserver, for example `--watch-cache=false` or `--feature-gates=WatchList=false`. */
  readonly apiServerArgs?: readonly string[];
}

/**
 * Starts etcd, kube-apiserver and, if asked, kube-controller-manager on free ports of 127.0.0.1, and waits until they are ready.
 *
 * @throws Error if the programs are not there, or do not start: then with the last lines that the failing one wrote
 */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<RealControlPlane> {
  const binaries = findControlPlane();
  if ('missing' in binaries) throw new Error(binaries.missing);
  const { binDir } = binaries;
  if (options.controllerManager === true && absentPrograms(binDir, ['kube-controller-manager']).length > 0) {
    throw new Error(`There is no kube-controller-manager in ${binDir}: put it there.`);
  }
  const supervised = await Supervised.create();
  try {
    return await startIn(supervised, binDir, options);
  } catch (error) {
    await supervised.close();
    throw error;
  }
}

async function startIn(
  supervised: Supervised,
  binDir: string,
  options: ControlPlaneOptions,
): Promise<RealControlPlane> {
  const { dir } = supervised;
  const [apiServerPort = 0, client = 0, peer = 0] = await freePorts(3);
  const etcdPorts = { client, peer };
  const authority = await createAuthority('test control plane');
  const tokens = (options.tokenUsers ?? []).map(({ userName, groups = [] }) => ({
    token: uuid(systemRng),
    userName,
    groups,
  }));
  const address = { server: `https://127.0.0.1:${String(apiServerPort)}`, ca: authority.cert };
  const files = await writeServerFiles(dir, authority, tokens);
  const users = await Users.create(dir, address, authority, tokens);
  const servers = new Servers(supervised, {
    binDir,
    apiServerPort,
    etcdPorts,
    files,
    apiServerArgs: [...featureArgs(options), ...(options.apiServerArgs ?? [])],
    admin: users.admin,
  });
  await servers.startEtcd();
  await servers.startApiServer();
  if (options.controllerManager === true) {
    await servers.startControllerManager(await users.byCertificate('system:kube-controller-manager', []));
  } else {
    await users.ensureServiceAccount('default', 'default');
  }
  return new RealControlPlane({ binDir, address, etcdPorts, supervised, servers, users });
}

function featureArgs({ watchList = true, watchCache = true }: StartOptions): readonly string[] {
  return [
    ...(watchList ? [] : ['--feature-gates=WatchList=false']),
    ...(watchCache ? [] : ['--watch-cache=false']),
  ];
}

interface Parts {
  readonly binDir: string;
  readonly address: ServerAddress;
  readonly etcdPorts: EtcdPorts;
  readonly supervised: Supervised;
  readonly servers: Servers;
  readonly users: Users;
}

/** A running control plane. It is gone when it is stopped or when this process ends, however that ends. */
export class RealControlPlane implements ControlPlane {
  /** The folder with its data, kubeconfigs, audit log and the output of its programs. */
  readonly dir: string;
  readonly address: ServerAddress;
  readonly admin: Credentials<KeyPair>;
  readonly audit: AuditLog;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.dir = parts.supervised.dir;
    this.address = parts.address;
    this.admin = parts.users.admin;
    this.audit = new AuditLog(join(this.dir, 'audit.log'));
  }

  /** The process ids of the programs that run. */
  get pids(): { readonly etcd: number | undefined; readonly apiServer: number | undefined } {
    const { servers } = this.#parts;
    return { etcd: servers.pid('etcd'), apiServer: servers.pid('kube-apiserver') };
  }

  user(userName: string, groups: readonly string[] = [], validity?: Validity): Promise<Credentials<KeyPair>> {
    return this.#parts.users.byCertificate(userName, groups, validity);
  }

  tokenUser(userName: string): TokenCredentials {
    return this.#parts.users.byStaticToken(userName);
  }

  serviceAccount(namespace: string, name: string): Promise<TokenCredentials> {
    return this.#parts.users.serviceAccount(namespace, name);
  }

  via(address: ServerAddress, user: TokenCredentials): TokenCredentials {
    return this.#parts.users.via(address, user);
  }

  grant(userName: string, roleName: string, rules: readonly PolicyRule[]): Promise<void> {
    return this.#parts.users.grant(userName, roleName, rules);
  }

  /**
   * Makes a namespace together with its service account `default`. Without the latter, which otherwise kube-controller-manager
   * makes, admission refuses every pod.
   */
  async namespace(name: string): Promise<void> {
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    await this.callOk({ method: 'POST', path: '/api/v1/namespaces', body });
    await this.#parts.users.ensureServiceAccount(name, 'default');
  }

  call(call: ApiCall, as: Credentials = this.admin): Promise<ApiAnswer> {
    return apiCall(as, call);
  }

  callOk(call: ApiCall, as: Credentials = this.admin): Promise<unknown> {
    return apiCallOk(as, call);
  }

  kubectl(
    args: readonly string[],
    { as = this.admin, input }: { readonly as?: Credentials; readonly input?: string } = {},
  ): Promise<string> {
    return runKubectl(this.#parts.binDir, this.dir, as, args, input);
  }

  /**
   * Makes etcd forget its history; returns the revision that remains. The API server still serves older revisions from its watch
   * cache until it is restarted.
   */
  compact(): Promise<string> {
    return compactEtcd(this.#parts.etcdPorts);
  }

  /** Ends the API server; the data stay. SIGTERM lets requests under way finish, SIGKILL does not. */
  async stopApiServer(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    await this.#parts.servers.stop('kube-apiserver', signal);
  }

  /** Starts the API server again, on the same port and data, and waits until it is ready. */
  async startApiServer(): Promise<void> {
    await this.#parts.servers.startApiServer();
  }

  /** Both, one after the other. */
  async restartApiServer(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    await this.stopApiServer(signal);
    await this.startApiServer();
  }

  /** Where etcd is. */
  get etcdUrl(): string {
    return etcdUrl(this.#parts.etcdPorts);
  }

  /**
   * Starts another API server on the same data and for the same users, as a cluster with several control plane nodes has them. Its
   * requests are not in `audit`.
   *
   * @param etcd - the URL by which it reaches etcd, for tests that get in between
   */
  async startSecondApiServer(etcd: string = this.etcdUrl): Promise<ServerAddress> {
    const [port = 0] = await freePorts(1);
    const address = { ...this.address, server: `https://127.0.0.1:${String(port)}` };
    await this.#parts.servers.startSecondApiServer(port, etcd, { ...this.admin, ...address });
    return address;
  }

  /** Kills everything and removes the folder; harmless when called twice. */
  async stop(): Promise<void> {
    await this.#parts.supervised.close();
  }
}
