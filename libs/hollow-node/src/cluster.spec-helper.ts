import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRng, VirtualClock } from '@neo4j-operator/clock';
import { createKubeSim } from '@neo4j-operator/kube-sim';
import {
  KubeError,
  type KubeRequest,
  type KubeResponse,
  type KubeTransport,
} from '@neo4j-operator/reconcile-kit';
import { createHollowNodes, type HollowNodes, type HollowNodesOptions } from './hollow-nodes.ts';
import type { Exit, Program } from './program.ts';

/** Any object, as deep as a test looks. */
export interface Live {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: Readonly<Record<string, unknown>>;
  readonly status: Readonly<Record<string, unknown>> & {
    readonly conditions?: readonly Readonly<Record<string, unknown>>[];
  };
}

/** Runs until it is asked to end; says what it does. */
const patient: Program = {
  start(container) {
    const { promise, resolve } = Promise.withResolvers<Exit>();
    container.log(`run ${String(container.restartCount)}`);
    return {
      exited: promise,
      signal: (signal) => {
        resolve({ code: signal === 'SIGKILL' ? 137 : 0 });
      },
    };
  },
};

/** Hollow nodes on a simulated control plane without controllers, under virtual time. */
export class TestCluster {
  readonly clock = new VirtualClock();
  readonly dataDir = mkdtempSync(join(tmpdir(), 'hollow-nodes-'));
  readonly nodes: HollowNodes;
  /** Method and path of each change that the nodes have asked for. */
  readonly writes: string[] = [];
  /** Answers a request of the nodes in the place of the server. */
  intercept: (request: KubeRequest) => KubeResponse | undefined = () => undefined;
  /** Keeps a request of the nodes waiting until it resolves. */
  before: (request: KubeRequest) => Promise<unknown> | undefined = () => undefined;
  readonly #sim = createKubeSim({ clock: this.clock, rng: seededRng(1), controllers: false });
  readonly #admin: KubeTransport = this.#sim.transport({ error: kubeError });

  static async start(options: Partial<HollowNodesOptions> = {}): Promise<TestCluster> {
    const cluster = new TestCluster(options);
    await cluster.until(cluster.nodes.start());
    return cluster;
  }

  /** Without starting the nodes. */
  constructor(options: Partial<HollowNodesOptions> = {}) {
    const transport: KubeTransport = this.#sim.transport({ error: kubeError });
    this.nodes = createHollowNodes({
      transport: {
        ...transport,
        request: async (request) => {
          if (request.method !== 'GET') this.writes.push(`${request.method} ${request.path}`);
          await this.before(request);
          return this.intercept(request) ?? transport.request(request);
        },
      },
      clock: this.clock,
      rng: seededRng(2),
      programs: (image) => (image === 'absent' ? undefined : patient),
      nodes: ['a', 'b', 'c'].map((letter) => ({ name: `node-${letter}`, zone: `zone-${letter}` })),
      dataDir: this.dataDir,
      listen: false,
      events: false,
      addressRange: '127.64',
      ...options,
    });
  }

  /** Lets time go on until something has happened. */
  async until<T>(what: Promise<T>): Promise<T> {
    const pending = new Set([what]);
    const done = what.finally(() => {
      pending.clear();
    });
    done.catch(() => undefined);
    for (let turn = 0; turn < 1000 && pending.size > 0; turn++) await this.clock.advance(100);
    return done;
  }

  /** A request of an administrator, which has to succeed. */
  async call(method: KubeRequest['method'], path: string, body?: object): Promise<Live> {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const { status, body: answer } = await this.#admin.request({
      method,
      path,
      headers: { 'content-type': type },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = new TextDecoder().decode(answer);
    if (status >= 300) throw new Error(`${method} ${path}: ${text}`);
    return JSON.parse(text) as Live;
  }

  pod(name: string): Promise<Live> {
    return this.call('GET', `/api/v1/namespaces/default/pods/${name}`);
  }

  node(name: string): Promise<Live> {
    return this.call('GET', `/api/v1/nodes/${name}`);
  }

  async createPod(name: string, spec: object = {}, container: object = {}): Promise<void> {
    await this.call('POST', '/api/v1/namespaces/default/pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, labels: { app: 'web' } },
      spec: {
        automountServiceAccountToken: false,
        containers: [{ name: 'main', image: 'program', ...container }],
        ...spec,
      },
    });
  }

  async stop(): Promise<void> {
    await this.until(this.nodes.stop());
    await this.#sim.close();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

/** The status of a condition. */
export function conditionOf({ status }: Live, type: string): Readonly<Record<string, unknown>> | undefined {
  return status.conditions?.find((condition) => condition['type'] === type);
}

export function answer(status: number, body: object): KubeResponse {
  return { status, headers: {}, body: new TextEncoder().encode(JSON.stringify(body)) };
}

function kubeError(message: string, reason: KubeError['reason'], request: string): KubeError {
  return new KubeError(message, { reason, request });
}
