// A control plane, real or simulated, with hollow nodes, and the programs that run on them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from '@jest/globals';
import { systemClock, systemRng } from '@neo4j-operator/clock';
import {
  type ContainerContext,
  createHollowNodes,
  type Exit,
  type HollowNodes,
  type HollowNodesOptions,
  type Program,
} from '@neo4j-operator/hollow-node';
import { createHttpTransport, type KubeTransport } from '@neo4j-operator/reconcile-kit';
import type { Start } from '../../controlplane/src/describe.ts';
import { type ControlPlane, startControlPlane } from '../../controlplane/src/index.ts';
import { eventually } from '../../tiny-operator/src/eventually.spec-helper.ts';

/** Any object, as the API answers. */
export interface Live {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
  readonly spec: Readonly<Record<string, never>> & { readonly nodeName?: string };
  readonly status: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly message?: string;
    }[];
  };
}

/** A program in this process that does what its arguments say; for images that begin with `test/`. */
export const obedient: Program = {
  start(container) {
    const ending = Promise.withResolvers<Exit>();
    container.log(`run ${container.restartCount} of ${container.name}`);
    act(container, ending.resolve);
    return {
      exited: ending.promise,
      signal: (signal) => {
        container.log(`got ${signal}`);
        ending.resolve({ code: signal === 'SIGKILL' ? 137 : 0 });
      },
      answer: () => Promise.resolve(200),
      exec: () => Promise.resolve({ code: 0, output: '' }),
    };
  },
};

function act({ args, log }: ContainerContext, end: (exit: Exit) => void): void {
  const [verb, ...rest] = args;
  if (verb === 'say') for (const line of rest) log(line);
  if (verb === 'complain') for (const line of rest) log(line, 'stderr');
  if (verb === 'exit') end({ code: Number(rest[0]) });
}

export class Scene {
  readonly controlPlane: ControlPlane;
  readonly nodes: HollowNodes;
  readonly dataDir: string;
  readonly #transport: KubeTransport;

  /** @param options - more for the nodes; by default there are three in three zones */
  static async open(start: Start, options: Partial<HollowNodesOptions> = {}): Promise<Scene> {
    const controlPlane = await start({ controllerManager: true });
    const { server, ca } = controlPlane.address;
    const transport = createHttpTransport({
      config: {
        source: 'the test',
        server,
        namespace: 'default',
        insecureSkipTlsVerify: false,
        loadIdentity: () => Promise.resolve({ ca, ...controlPlane.admin.identity }),
      },
      clock: systemClock,
      userAgent: 'hollow-node',
    });
    const dataDir = mkdtempSync(join(tmpdir(), 'hollow-nodes-'));
    const nodes = createHollowNodes({
      transport,
      clock: systemClock,
      rng: systemRng,
      programs: (image) => (image.startsWith('test/') ? obedient : undefined),
      nodes: ['a', 'b', 'c'].map((letter) => ({ name: `node-${letter}`, zone: `zone-${letter}` })),
      dataDir,
      ...options,
    });
    const scene = new Scene(controlPlane, nodes, dataDir, transport);
    try {
      await nodes.start();
      await scene.#firstAccount();
    } catch (error) {
      await scene.close();
      throw error;
    }
    return scene;
  }

  private constructor(
    controlPlane: ControlPlane,
    nodes: HollowNodes,
    dataDir: string,
    transport: KubeTransport,
  ) {
    this.controlPlane = controlPlane;
    this.nodes = nodes;
    this.dataDir = dataDir;
    this.#transport = transport;
  }

  /** Admission refuses pods until kube-controller-manager has made the service account. */
  async #firstAccount(): Promise<void> {
    await this.namespace('default');
  }

  /** Makes a namespace, if it is not there, and waits until pods can be made in it. */
  async namespace(name: string): Promise<void> {
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    await this.controlPlane.call({ method: 'POST', path: '/api/v1/namespaces', body });
    await eventually(() => this.get(`/api/v1/namespaces/${name}/serviceaccounts/default`));
  }

  /** Applies objects, given as JSON, with kubectl. */
  async apply(namespace: string, ...objects: readonly object[]): Promise<void> {
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
    await this.controlPlane.kubectl(['apply', '--validate=false', '--namespace', namespace, '-f', '-'], {
      input,
    });
  }

  async get(path: string): Promise<Live> {
    return (await this.controlPlane.callOk({ method: 'GET', path })) as Live;
  }

  pod(namespace: string, name: string): Promise<Live> {
    return this.get(`/api/v1/namespaces/${namespace}/pods/${name}`);
  }

  /** Waits until a pod is Ready. */
  ready(namespace: string, name: string): Promise<Live> {
    return eventually(async () => {
      const pod = await this.pod(namespace, name);
      if (conditionOf(pod, 'Ready')?.status !== 'True' || pod.metadata.deletionTimestamp !== undefined) {
        throw new Error(`${name} is not Ready: ${JSON.stringify(pod.status)}`);
      }
      return pod;
    });
  }

  kubectl(...args: readonly string[]): Promise<string> {
    return this.controlPlane.kubectl(args);
  }

  async close(): Promise<void> {
    await this.nodes.stop();
    await this.#transport.close();
    await this.controlPlane.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

export function conditionOf(
  object: Live,
  type: string,
): { readonly status: string; readonly message?: string } | undefined {
  return object.status.conditions?.find((condition) => condition.type === type);
}

/** What a pod's spec says; `container` and `labels` are of its one container and of the pod. */
export type PodFields = Readonly<Record<string, unknown>> & {
  readonly container?: object;
  readonly labels?: object;
};

/** A pod with one container. */
export function podObject(name: string, { container = {}, labels = {}, ...spec }: PodFields = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels },
    spec: {
      terminationGracePeriodSeconds: 2,
      ...spec,
      containers: [{ name: 'main', image: 'test/main', ...container }],
    },
  };
}

/** A Deployment or StatefulSet of such pods. */
export function workload(
  kind: 'Deployment' | 'StatefulSet' | 'DaemonSet',
  name: string,
  replicas: number,
  pod: PodFields = {},
  more: object = {},
): object {
  const labels = { app: name };
  const { spec } = podObject(name, { ...pod, labels }) as { spec: object };
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name },
    spec: {
      ...(kind === 'DaemonSet' ? {} : { replicas }),
      ...(kind === 'StatefulSet' ? { serviceName: name, podManagementPolicy: 'Parallel' } : {}),
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec },
      ...more,
    },
  };
}

/** `it.concurrent` on the real control plane; nothing on the simulated one, for what that does not have. */
export function itOnTheRealOne(start: Start): (name: string, test: () => Promise<void>) => void {
  return (name, test) => {
    if (start === startControlPlane) it.concurrent(name, test);
  };
}
