// Everything that a cluster has besides its control plane, put together.
import { extname, join } from 'node:path';
import type { Clock, Rng } from '@neo4j-operator/clock';
import {
  createEventRecorder,
  createKubeClient,
  InformerRegistry,
  type KubeTransport,
  type Logger,
  noMetrics,
  objectKey,
  silentLogger,
} from '@neo4j-operator/reconcile-kit';
import { pods as podsResource } from './kubelet/resources.ts';
import { findRun } from './logs/find-run.ts';
import { type LogQuery, renderLine, selectLines } from './logs/log-query.ts';
import { type AddressPool, createAddressPool, randomPlace } from './network/addresses.ts';
import { dial } from './network/dial.ts';
import { createNames } from './network/names-service.ts';
import { cordon, drain } from './node-lifecycle/drain.ts';
import { createHollowNode, type HollowNode } from './node-lifecycle/hollow-node.ts';
import type { NodeSpec } from './node-lifecycle/node-object.ts';
import type { ProgramRegistry } from './program.ts';
import { createAdmission } from './scheduler/admission.ts';
import { resources } from './scheduler/objects.ts';
import { createProvisioner } from './scheduler/provisioner.ts';
import { createScheduler } from './scheduler/scheduler.ts';
import { createVolumeCollector } from './volumes/claims.ts';

export interface HollowNodesOptions {
  /** To the API server, of a user who may do everything. It is not closed. */
  readonly transport: KubeTransport;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly logger?: Logger;
  /** What runs in the place of images. */
  readonly programs: ProgramRegistry;
  readonly nodes: readonly NodeSpec[];
  /** An absolute path. Holds the volumes; what claims hold is found again by the next process that is given the same folder. */
  readonly dataDir: string;
  /** Default `cluster.local`. */
  readonly clusterDomain?: string;
  /** The first two bytes of all addresses, such as `127.64`, which then begin at `127.64.1.1`. Default: chosen by `rng`. */
  readonly addressRange?: string;
  /** Whether nodes listen on HTTPS, so that the API server can fetch logs, and names are written to `namesFile`. Default true. */
  readonly listen?: boolean;
  /** Default true. */
  readonly schedule?: boolean;
  /** Whether volumes are made for claims. Default true. */
  readonly provision?: boolean;
  /** Whether scheduler and kubelets tell what they do by Events. Default true. */
  readonly events?: boolean;
  /** How much of the log of each run of a container is kept, in bytes. Default 1 MiB. */
  readonly logBytes?: number;
  /** Milliseconds from a change of a ConfigMap or Secret until mounted files show it. Default 60 000. */
  readonly volumeRefreshMs?: number;
  /** Milliseconds that changes of a pod's status are gathered. Default 0. */
  readonly statusDelayMs?: number;
}

/** Which pod is meant. */
export interface PodRef {
  readonly namespace: string;
  readonly name: string;
}

export interface HollowNodes {
  /** Registers the nodes and begins to run pods. Resolves when all nodes are registered. */
  start(): Promise<void>;
  /** Ends all programs and says nothing more. The objects stay as they are, as after a power cut. */
  stop(): Promise<void>;
  addNode(spec: NodeSpec): Promise<void>;
  /** Ends it like `fail`, and deletes the Node. */
  removeNode(name: string): Promise<void>;
  /** The node loses its power: programs die, nothing is written. What follows is up to the control plane. */
  fail(name: string): Promise<void>;
  /** The power is back: the node reports, and starts anew what is still bound to it. */
  recover(name: string): Promise<void>;
  /** Keeps new pods away from the node, or no longer. */
  cordon(name: string, isCordoned?: boolean): Promise<void>;
  /**
   * Cordons the node and evicts its pods as their budgets allow, but for those of DaemonSets.
   *
   * @returns whether all are gone; false if `signal` was aborted or `stop` was called
   */
  drain(
    name: string,
    how?: {
      readonly signal?: AbortSignal;
      readonly onRefused?: (pod: PodRef, message: string) => void;
    },
  ): Promise<boolean>;
  /**
   * Kills a container with SIGKILL, with `oom` as the kernel does when its memory is used up.
   *
   * @returns false if it does not run
   */
  killContainer(pod: PodRef, container: string, how?: { readonly oom?: boolean }): boolean;
  /**
   * Evicts a pod as a node under pressure does.
   *
   * @returns false if it does not run
   */
  evict(pod: PodRef, message?: string): boolean;
  /**
   * What a container has written, as `kubectl logs` shows it.
   *
   * @throws Error with a kubelet's words if there is nothing to show
   */
  logs(pod: PodRef, container: string, query?: Omit<LogQuery, 'follow' | 'limitBytes'>): string;
  /** The addresses behind an in-cluster name; undefined if it is none. See `interceptLookups`. */
  resolve(name: string): readonly string[] | undefined;
  /** The environment with which a Node.js process resolves in-cluster names. Needs `listen`. */
  readonly namesEnv: Readonly<Record<string, string>>;
}

/**
 * Makes nodes that run pods as programs, a scheduler and a provisioner of volumes, all of them ordinary clients of the API. A
 * controller manager is not among them: it is the control plane's.
 */
export function createHollowNodes(options: HollowNodesOptions): HollowNodes {
  const { transport, clock, rng, dataDir } = options;
  const logger = options.logger ?? silentLogger;
  const listens = options.listen ?? true;
  const tellsEvents = options.events ?? true;
  const client = createKubeClient({ transport, clock });
  const registry = new InformerRegistry({ transport, clock, rng, logger, metrics: noMetrics });
  const pods = registry.acquire(podsResource);
  const nodeObjects = registry.acquire(resources.nodes);
  const addresses = poolFor(options, listens);
  const namesFile = join(dataDir, 'names.json');
  const claimsDir = join(dataDir, 'volumes');
  const names = createNames({
    registry,
    pods,
    clock,
    logger,
    clusterDomain: options.clusterDomain ?? 'cluster.local',
    file: listens ? namesFile : undefined,
  });
  const events = tellsEvents
    ? createEventRecorder({
        writer: client,
        clock,
        rng,
        logger,
        reportingController: 'default-scheduler',
        reportingInstance: 'hollow-scheduler',
      })
    : undefined;
  const services = [
    names,
    ...(options.provision === false
      ? []
      : [createProvisioner({ client, registry, clock, logger, claimsDir })]),
    ...(options.schedule === false
      ? []
      : [
          createScheduler({
            transport,
            client,
            registry,
            clock,
            logger,
            ...(events === undefined ? {} : { events }),
          }),
        ]),
  ];
  const nodes = new Map<string, HollowNode>();
  const stopped = new AbortController();
  const collector = createVolumeCollector({ registry, client, clock, logger, claimsDir });

  function make(spec: NodeSpec): HollowNode {
    if (nodes.has(spec.name)) throw new TypeError(`there is a node ${spec.name} already`);
    const node = createHollowNode(spec, addresses.allot(`node ${spec.name}`), {
      transport,
      registry,
      clock,
      rng,
      logger,
      client,
      pods,
      dial,
      programs: options.programs,
      network: addresses,
      claimsDir,
      nodesDir: join(dataDir, 'nodes'),
      listens,
      tellsEvents,
      logBytes: options.logBytes ?? 2 ** 20,
      kubelet: {
        admit: createAdmission(() => nodeObjects.lister.get(objectKey(undefined, spec.name))),
        ...(options.volumeRefreshMs === undefined ? {} : { volumeRefreshMs: options.volumeRefreshMs }),
        ...(options.statusDelayMs === undefined ? {} : { statusDelayMs: options.statusDelayMs }),
      },
    });
    nodes.set(spec.name, node);
    return node;
  }

  function find(name: string): HollowNode {
    const node = nodes.get(name);
    if (node === undefined) throw new TypeError(`there is no node ${name} here`);
    return node;
  }

  function logs({ namespace, name }: PodRef, container: string, query: LogQuery = {}): string {
    const pod = pods.lister.get(objectKey(namespace, name));
    const node = nodes.get(pod?.spec.nodeName ?? '');
    if (pod === undefined || node === undefined) throw new Error(`pod "${name}" does not exist`);
    const run = findRun(pod, container, query.previous === true);
    if ('message' in run) throw new Error(run.message);
    const lines = node.logs.find(pod.metadata.uid, container, run.restartCount)?.lines ?? [];
    return selectLines(lines, query, clock.now())
      .map((line) => renderLine(line, query) ?? '')
      .join('');
  }

  for (const spec of options.nodes) make(spec);

  return {
    async start() {
      registry.start();
      collector.start();
      await Promise.all([pods.whenSynced(), nodeObjects.whenSynced()]);
      await Promise.all([...nodes.values()].map((node) => node.start()));
      await Promise.all(services.map((service) => service.start()));
    },
    async stop() {
      stopped.abort();
      await Promise.all(services.map((service) => service.stop()));
      await events?.flush(1000);
      await Promise.all([...nodes.values()].map((node) => node.stop()));
      await collector.stop();
      pods.release();
      nodeObjects.release();
      await registry.stop();
    },
    addNode: (spec) => make(spec).start(),
    async removeNode(name) {
      await find(name).stop({ remove: true });
      nodes.delete(name);
      addresses.release(`node ${name}`);
    },
    fail: (name) => find(name).fail(),
    recover: (name) => find(name).start(),
    cordon: (name, isCordoned = true) => cordon(client, name, isCordoned),
    drain: (name, { signal, ...how } = {}) =>
      drain(name, pods.lister, {
        transport,
        client,
        clock,
        signals: signal === undefined ? [stopped.signal] : [signal, stopped.signal],
        ...how,
      }),
    killContainer: ({ namespace, name }, container, how) =>
      [...nodes.values()].some(({ kubelet }) => kubelet.killContainer(namespace, name, container, how)),
    evict: ({ namespace, name }, message = 'The node was low on resource: memory.') =>
      [...nodes.values()].some(({ kubelet }) => kubelet.evict(namespace, name, message)),
    logs,
    resolve: (name) => names.resolve(name),
    namesEnv: {
      HOLLOW_NODE_NAMES: namesFile,
      NODE_OPTIONS: `--import ${preload().href}`,
    },
  };
}

/** Nobody else is met where nothing listens, so the first addresses do there. */
function poolFor({ addressRange, rng }: HollowNodesOptions, listens: boolean): AddressPool {
  if (addressRange !== undefined) return createAddressPool(addressRange);
  const { range, start } = randomPlace(rng);
  return listens ? createAddressPool(range, start) : createAddressPool(range);
}

/** In the sources a TypeScript file, in the package what it was compiled to. */
function preload(): URL {
  return new URL(`network/register-names${extname(import.meta.url)}`, import.meta.url);
}
