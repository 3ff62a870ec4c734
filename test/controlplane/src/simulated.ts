// A simulated control plane behind its HTTPS server, as suites that also run on the real one know it.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock, systemRng } from '@neo4j-operator/clock';
import { type ApiServer, createKubeSim, type KubeSim, listen } from '@neo4j-operator/kube-sim';
import { type ApiAnswer, type ApiCall, apiCall, apiCallOk } from './api-call.ts';
import { findControlPlane } from './binaries.ts';
import type { Audit } from './audit.ts';
import type { ControlPlane, StartOptions } from './control-plane.ts';
import {
  type Credentials,
  type ServerAddress,
  type TokenCredentials,
  writeCredentials,
  writeTokenCredentials,
} from './credentials.ts';
import { runKubectl } from './kubectl.ts';
import { type KeyPair, type Validity, createAuthority } from './pki.ts';
import { SimulatedAudit } from './simulated-audit.ts';
import { type PolicyRule, grant } from './users.ts';

/** Starts a simulated control plane in this process. */
export async function startSimulatedControlPlane(options: StartOptions = {}): Promise<SimulatedControlPlane> {
  const sim = createKubeSim({
    clock: systemClock,
    rng: systemRng,
    controllers: options.controllerManager ?? false,
    watchList: options.watchList ?? true,
  });
  const audit = new SimulatedAudit();
  const server = await listen({ ...sim, handler: audit.listenTo(sim.handler) });
  return new SimulatedControlPlane({ sim, server, audit }, options);
}

interface Parts {
  readonly sim: KubeSim;
  readonly server: ApiServer;
  readonly audit: Audit;
}

/** A simulated control plane. The real kubectl is what is run against it. */
export class SimulatedControlPlane implements ControlPlane {
  readonly dir = mkdtempSync(join(tmpdir(), 'simulated-'));
  readonly address: ServerAddress;
  readonly admin: Credentials;
  readonly audit: Audit;
  readonly sim: KubeSim;
  readonly #server: ApiServer;
  readonly #tokens = new Map<string, string>();
  readonly #hasWatchCache: boolean;

  constructor({ sim, server, audit }: Parts, { tokenUsers = [], watchCache = true }: StartOptions) {
    this.sim = sim;
    this.#hasWatchCache = watchCache;
    this.#server = server;
    this.address = server.address;
    this.audit = audit;
    const { identity } = server.certificateUser('admin', ['system:masters']);
    this.admin = writeCredentials(this.dir, this.address, 'admin', identity);
    for (const { userName, groups } of tokenUsers) this.#addToken(userName, groups);
  }

  async user(
    userName: string,
    groups: readonly string[] = [],
    validity?: Validity,
  ): Promise<Credentials<KeyPair>> {
    // Its own certificates never expire, so that one that does is of an authority that it does not know.
    const identity =
      validity === undefined
        ? this.#server.certificateUser(userName, groups).identity
        : await (await createAuthority('other')).issueClient(userName, groups, validity);
    return writeCredentials(this.dir, this.address, userName, identity);
  }

  tokenUser(userName: string): TokenCredentials {
    const token = this.#tokens.get(userName);
    if (token === undefined) throw new Error(`${userName} is not among the tokenUsers of this control plane`);
    return writeTokenCredentials(this.dir, this.address, userName, token, 'default');
  }

  async serviceAccount(namespace: string, name: string): Promise<TokenCredentials> {
    const userName = `system:serviceaccount:${namespace}:${name}`;
    const body = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } };
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts`;
    await apiCallOk(this.admin, { method: 'POST', path, body }, [409]);
    const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
    const token = this.#addToken(userName, groups);
    return writeTokenCredentials(this.dir, this.address, userName, token, namespace);
  }

  via(address: ServerAddress, user: TokenCredentials): TokenCredentials {
    const dir = join(this.dir, `via-${new URL(address.server).port}`);
    mkdirSync(dir, { recursive: true });
    return writeTokenCredentials(dir, address, user.userName, user.identity.token, user.namespace);
  }

  grant(userName: string, roleName: string, rules: readonly PolicyRule[]): Promise<void> {
    return grant(this.admin, userName, roleName, rules);
  }

  async namespace(name: string): Promise<void> {
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    await this.callOk({ method: 'POST', path: '/api/v1/namespaces', body });
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
    const found = findControlPlane();
    if ('missing' in found) throw new Error(found.missing);
    return runKubectl(found.binDir, this.dir, as, args, input);
  }

  /** With a watch cache it shows only after a restart, as in the real one. */
  async compact(): Promise<string> {
    if (!this.#hasWatchCache) this.sim.compact();
    const list = await this.callOk({ method: 'GET', path: '/api/v1/namespaces?limit=1' });
    return (list as { readonly metadata: { readonly resourceVersion: string } }).metadata.resourceVersion;
  }

  /** Whatever the signal, all connections break, all watches end, and the watch cache begins anew. */
  restartApiServer(): Promise<void> {
    this.sim.compact();
    this.sim.restart();
    this.#server.connections.resetAll();
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    await this.#server.close();
    await this.sim.close();
    rmSync(this.dir, { recursive: true, force: true });
  }

  #addToken(userName: string, groups?: readonly string[]): string {
    const { token } = this.#server.tokenUser(userName, groups).identity;
    this.#tokens.set(userName, token);
    return token;
  }
}
