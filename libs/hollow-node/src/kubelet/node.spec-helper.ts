import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRng, VirtualClock } from '@neo4j-operator/clock';
import { InformerRegistry, noMetrics, silentLogger } from '@neo4j-operator/reconcile-kit';
import type { ContainerContext, Exit, Program, RunningProgram } from '../program.ts';
import type { Kubelet, KubeletOptions } from './contract.ts';
import { FakeServer } from './fake-server.spec-helper.ts';
import { createKubelet } from './kubelet.ts';
import type { Container, ContainerStatus, Pod, PodSpec, PodStatus } from './resources.ts';

/** A container that the test has in its hands. */
export interface Puppet {
  readonly context: ContainerContext;
  readonly signals: string[];
  exit(exit: Exit): void;
}

/** A node with a server of its own, under a virtual clock. */
export class TestNode {
  readonly clock = new VirtualClock();
  readonly server = new FakeServer(this.clock);
  readonly dir = mkdtempSync(join(tmpdir(), 'hollow-node-'));
  /** All that have been started, the last one of each name. */
  readonly puppets = new Map<string, Puppet>();
  readonly started: string[] = [];
  readonly events: string[] = [];
  readonly logLines: string[] = [];
  readonly released: string[] = [];
  readonly logsRemoved: string[] = [];
  /** How a program behaves, by image; `quits` ends at SIGTERM, `stays` does not. */
  behaviour: (context: ContainerContext, puppet: Puppet) => Partial<RunningProgram> = () => ({});
  readonly kubelet: Kubelet;
  readonly registry: InformerRegistry;

  constructor(options: Partial<KubeletOptions> = {}) {
    const rng = seededRng(1);
    this.registry = new InformerRegistry({
      transport: this.server,
      clock: this.clock,
      rng,
      logger: silentLogger,
      metrics: noMetrics,
    });
    let addresses = 0;
    this.kubelet = createKubelet({
      nodeName: 'node-a',
      nodeIp: '10.0.0.1',
      transport: this.server,
      registry: this.registry,
      clock: this.clock,
      rng,
      logger: silentLogger,
      programs: (image) => (image === 'absent' ? undefined : this.#program()),
      network: {
        allot: () => `127.0.1.${String(++addresses)}`,
        release: (uid) => this.released.push(uid),
      },
      logs: {
        open: () => ({
          write: (line) => this.logLines.push(line),
          tail: (lines) => this.logLines.slice(-lines).join('\n'),
        }),
        remove: (uid) => this.logsRemoved.push(uid),
      },
      dial: () => Promise.resolve(undefined),
      events: {
        record: (_, { reason, note }) => this.events.push(`${reason}: ${note}`),
      },
      allocatable: { cpu: 8, memory: 32 * 1024 ** 3 },
      dataDir: join(this.dir, 'node-a'),
      claimsDir: join(this.dir, 'claims'),
      ...options,
    });
  }

  async start(): Promise<this> {
    this.registry.start();
    this.kubelet.start();
    await this.settle();
    return this;
  }

  async stop(): Promise<void> {
    await this.kubelet.stop();
    await this.registry.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }

  /** Binds a pod to the node and lets it come up. */
  async run(spec: Partial<PodSpec>, name = 'web', metadata: object = {}): Promise<void> {
    this.server.put(pathOf(name), {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata,
      spec: { nodeName: 'node-a', containers: [container('main')], ...spec },
    });
    await this.settle();
  }

  pod(name = 'web'): Pod | undefined {
    return this.server.read(pathOf(name)) as Pod | undefined;
  }

  status(name = 'web'): PodStatus {
    return this.pod(name)?.status ?? {};
  }

  container(name = 'main', pod = 'web'): ContainerStatus {
    const { containerStatuses = [], initContainerStatuses = [] } = this.status(pod);
    const found = [...containerStatuses, ...initContainerStatuses].find((each) => each.name === name);
    if (found === undefined) throw new Error(`the status has no container ${name}`);
    return found;
  }

  condition(type: string, pod = 'web'): string {
    const { status, reason, message } = this.status(pod).conditions?.find((each) => each.type === type) ?? {};
    return [status, reason, message].filter((each) => each !== undefined).join(' ');
  }

  puppet(name = 'main'): Puppet {
    const puppet = this.puppets.get(name);
    if (puppet === undefined) throw new Error(`${name} has not been started`);
    return puppet;
  }

  async exit(name: string, code: number, more: Partial<Exit> = {}): Promise<void> {
    this.puppet(name).exit({ code, ...more });
    await this.settle();
  }

  async deletePod(graceSeconds = 30, name = 'web'): Promise<void> {
    this.server.deletePod(pathOf(name), graceSeconds);
    await this.settle();
  }

  settle(): Promise<void> {
    return this.pass(0);
  }

  async pass(seconds: number): Promise<void> {
    await this.clock.advance(seconds * 1000);
    for (let turn = 0; turn < 5; turn++) await this.clock.advance(0);
  }

  #program(): Program {
    return {
      start: (context) => {
        const { promise, resolve } = Promise.withResolvers<Exit>();
        const puppet: Puppet = { context, signals: [], exit: resolve };
        const own = this.behaviour(context, puppet);
        this.started.push(context.name);
        this.puppets.set(context.name, puppet);
        return {
          exited: promise,
          signal: (signal) => {
            puppet.signals.push(signal);
            if (signal === 'SIGKILL') resolve({ code: 137 });
            else if (context.image === 'quits') resolve({ code: 0 });
          },
          ...own,
        };
      },
    };
  }
}

export function pathOf(name: string): string {
  return `/api/v1/namespaces/shop/pods/${name}`;
}

export function container(name: string, more: Partial<Container> = {}): Container {
  return { name, image: 'quits', ...more };
}
