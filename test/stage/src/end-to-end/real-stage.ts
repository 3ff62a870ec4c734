// A control plane behind HTTPS, real or simulated, hollow nodes with Neo4j servers that listen, and the operator as it is shipped.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { group, version } from '@neo4j-operator/api-types';
import { sleep, systemClock, systemRng } from '@neo4j-operator/clock';
import { createHollowNodes, type HollowNodes, type ProgramRegistry } from '@neo4j-operator/hollow-node';
import { promptTimings, type SimTimings } from '@neo4j-operator/neo4j-sim';
import {
  createHttpTransport,
  type KubeObject,
  type KubeTransport,
  type Resource,
  type Stored,
} from '@neo4j-operator/reconcile-kit';
import type { Start } from '../../../controlplane/src/describe.ts';
import {
  type AuditEntry,
  type AuditPosition,
  type ControlPlane,
  isLease,
  type TokenCredentials,
} from '../../../controlplane/src/index.ts';
import { crds, manifests, nodesInZones, storageClass, workspace } from '../stage/manifests.ts';
import { createUser, type User, userManager } from '../stage/user.ts';
import { type NeoFaults, neoFaults } from '../world/faults.ts';
import { neo4jPrograms } from '../world/neo4j-program.ts';
import { type Probes, probesOf } from '../world/probes.ts';
import { type ClusterRef, World } from '../world/world.ts';
import { OperatorProcess } from './operator-process.ts';

/** What a stage is opened with. */
export interface RealStageOptions {
  /** The operator, a file that Node.js runs. Default: the bundle in `apps/operator/dist`. */
  readonly bundle?: string;
  /** Makes the bundle; called once before the control plane is started. */
  readonly build?: () => Promise<void> | void;
  /** Its arguments, apart from where the API server and its Lease are. Default: probes on any free port. */
  readonly args?: readonly string[];
  /** Roles and bindings of its service account. Default: the generated ones, `config/rbac/cluster-wide.yaml`. */
  readonly rbac?: readonly KubeObject[];
  /** The service account that the roles are bound to. */
  readonly account?: { readonly namespace: string; readonly name: string };
  readonly nodes?: number;
  /** The first two bytes of the addresses of pods and nodes, such as `127.64`. Default: any. */
  readonly addressRange?: string;
  /** What runs in the place of images. Those that it does not know are simulated Neo4j servers, if their tag names a version. */
  readonly programs?: ProgramRegistry;
  /** `promptTimings` unless given. */
  readonly timings?: SimTimings;
}

const defaultBundle = join(workspace, 'apps/operator/dist/operator.mjs');
const defaultAccount = { namespace: 'neo4j-operator', name: 'neo4j-operator' };
const lookMs = 50;

/** Everything of an end-to-end test, in real time. */
export class RealStage {
  readonly controlPlane: ControlPlane;
  readonly nodes: HollowNodes;
  readonly world: World;
  readonly neo4j: NeoFaults;
  readonly user: User;
  /** Who the operator is, for the audit log. */
  readonly operatorUser: string;
  readonly #options: RealStageOptions;
  readonly #account: TokenCredentials;
  readonly #transports: KubeTransport[] = [];
  readonly #dataDir: string;
  readonly #operators: OperatorProcess[] = [];

  /** Starts a control plane with the CRDs, the roles and the nodes; the operator not yet. */
  static async open(start: Start, options: RealStageOptions = {}): Promise<RealStage> {
    await options.build?.();
    const controlPlane = await start({ controllerManager: true });
    let stage: RealStage | undefined;
    try {
      const { namespace, name } = options.account ?? defaultAccount;
      await controlPlane.namespace(namespace);
      stage = new RealStage(controlPlane, await controlPlane.serviceAccount(namespace, name), options);
      await stage.#install(options.rbac ?? manifests('config/rbac/cluster-wide.yaml'));
      await stage.nodes.start();
      await stage.until(() => stage?.find('/api/v1/namespaces/default/serviceaccounts/default') ?? false);
      return stage;
    } catch (error) {
      await (stage?.close() ?? controlPlane.stop());
      throw error;
    }
  }

  private constructor(controlPlane: ControlPlane, account: TokenCredentials, options: RealStageOptions) {
    this.controlPlane = controlPlane;
    this.operatorUser = account.userName;
    this.#account = account;
    this.#options = options;
    const transport = (userAgent: string): KubeTransport => {
      const made = createHttpTransport({
        config: {
          source: 'the stage',
          server: controlPlane.address.server,
          namespace: 'default',
          insecureSkipTlsVerify: false,
          loadIdentity: () =>
            Promise.resolve({ ca: controlPlane.address.ca, ...controlPlane.admin.identity }),
        },
        clock: systemClock,
        userAgent,
      });
      this.#transports.push(made);
      return made;
    };
    this.user = createUser(transport(userManager));
    this.world = new World({
      clock: systemClock,
      rng: systemRng,
      timings: options.timings ?? promptTimings,
      listen: true,
      resolve: (name) => this.nodes.resolve(name),
    });
    const simulated = neo4jPrograms(this.world);
    this.#dataDir = mkdtempSync(join(tmpdir(), 'stage-'));
    this.nodes = createHollowNodes({
      transport: transport('hollow-node'),
      clock: systemClock,
      rng: systemRng,
      programs: (image) => options.programs?.(image) ?? simulated(image),
      nodes: nodesInZones(options.nodes ?? 3),
      dataDir: this.#dataDir,
      volumeRefreshMs: 1000,
      ...(options.addressRange === undefined ? {} : { addressRange: options.addressRange }),
    });
    this.neo4j = neoFaults(this.world);
  }

  /** The operator that was started last. */
  get operator(): OperatorProcess | undefined {
    return this.#operators.at(-1);
  }

  /**
   * Starts the operator under its service account, with its Lease in the namespace of the account as in a pod; a second one beside one that
   * runs is another replica. All are ended with the stage at the latest.
   *
   * @param more - further arguments
   */
  startOperator(...more: readonly string[]): OperatorProcess {
    const { args = ['--metrics-port=0'], bundle = defaultBundle } = this.#options;
    const { kubeconfigFile, namespace } = this.#account;
    const operator = new OperatorProcess({
      bundle,
      args: [`--kubeconfig=${kubeconfigFile}`, `--lease-namespace=${namespace}`, ...args, ...more],
      env: this.nodes.namesEnv,
    });
    this.#operators.push(operator);
    return operator;
  }

  /**
   * Waits until something holds.
   *
   * @throws Error with what the operator has printed last; if `condition` threw to the end, what it threw is the cause
   */
  async until(condition: () => unknown, withinMs = 60_000): Promise<void> {
    const until = systemClock.monotonic() + withinMs;
    let cause: unknown;
    for (;;) {
      try {
        cause = undefined;
        const holds = await condition();
        if (holds !== false && holds !== undefined) return;
      } catch (error) {
        cause = error;
      }
      if (systemClock.monotonic() > until) {
        const printed = this.operator?.output.split('\n').slice(-10).join('\n') ?? '';
        throw new Error(`it did not come to hold within ${withinMs} ms\n${printed}`, { cause });
      }
      await sleep(systemClock, lookMs);
    }
  }

  /** Applies YAML as the user, see `User`. */
  apply(text: string, namespace?: string): Promise<readonly KubeObject[]> {
    return this.user.apply(text, namespace);
  }

  async get<T extends KubeObject>(
    resource: Resource<T>,
    namespace: string | undefined,
    name: string,
  ): Promise<Stored<T> | undefined> {
    return (await this.find(pathOf(resource, namespace, name))) as Stored<T> | undefined;
  }

  async list<T extends KubeObject>(resource: Resource<T>, namespace?: string): Promise<readonly Stored<T>[]> {
    const list = await this.controlPlane.callOk({ method: 'GET', path: pathOf(resource, namespace) });
    return (list as { readonly items: readonly Stored<T>[] }).items;
  }

  delete(resource: Resource, namespace: string | undefined, name: string): Promise<void> {
    return this.user.delete(resource, namespace, name);
  }

  patch(resource: Resource, namespace: string | undefined, name: string, patch: object): Promise<KubeObject> {
    return this.user.patch(resource, namespace, name, patch);
  }

  /** The body of what is at a path; undefined if nothing is. */
  async find(path: string): Promise<unknown> {
    const { body, status } = await this.controlPlane.call({ method: 'GET', path });
    return status === 404 ? undefined : body;
  }

  /** What the operator asked for and was not allowed to. */
  forbidden(): readonly AuditEntry[] {
    return this.controlPlane.audit
      .entries()
      .filter(({ code, user }) => user === this.operatorUser && code === 403);
  }

  /** What the operator sent to change something; Leases aside. */
  writes(since?: AuditPosition): readonly AuditEntry[] {
    return this.controlPlane.audit
      .writes(this.operatorUser, since === undefined ? {} : { since })
      .filter((entry) => !isLease(entry));
  }

  probes(cluster: ClusterRef, database = 'neo4j'): Probes {
    return probesOf(this.world, cluster, database);
  }

  /** Ends everything, operators by SIGKILL. */
  async close(): Promise<void> {
    const running = this.#operators.filter(({ isRunning }) => isRunning);
    await Promise.all(running.map((operator) => operator.stop('SIGKILL')));
    await this.nodes.stop();
    this.world.close();
    await Promise.all(this.#transports.map((transport) => transport.close()));
    await this.controlPlane.stop();
    rmSync(this.#dataDir, { recursive: true, force: true });
  }

  async #install(rbac: readonly KubeObject[]): Promise<void> {
    const objects = [...crds(), storageClass, ...rbac];
    await this.apply(objects.map((object) => JSON.stringify(object)).join('\n---\n'));
    // A kind can be used a little later than its definition is accepted.
    await this.until(async () => {
      const served = (await this.find(`/apis/${group}/${version}`)) as
        { readonly resources: readonly { readonly kind: string }[] } | undefined;
      return crds().every((crd) => served?.resources.some(({ kind }) => kind === kindOf(crd)));
    });
  }
}

function pathOf(resource: Resource, namespace?: string, name?: string): string {
  const root =
    resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
  const within = namespace === undefined ? '' : `/namespaces/${namespace}`;
  return `${root}${within}/${resource.plural}${name === undefined ? '' : `/${name}`}`;
}

/** The kind that a CustomResourceDefinition defines. */
function kindOf(crd: KubeObject): string {
  return (crd as KubeObject & { readonly spec: { readonly names: { readonly kind: string } } }).spec.names
    .kind;
}
