// A node's agent: an ordinary client of the API that runs the pods which are bound to its node.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createKubeClient, type Delta, type InformerHandle } from '@neo4j-operator/reconcile-kit';
import { createLookup, type Lookup } from '../volumes/lookup.ts';
import type { Kubelet, KubeletOptions } from './contract.ts';
import { createPodApi } from './pod-api.ts';
import type { NodeParts } from './node-parts.ts';
import { PodWorker } from './pod-worker.ts';
import { type Pod, pods } from './resources.ts';
import { StatusWriter } from './status-writer.ts';

/** One life of a node, from power on to power off. */
interface Life {
  readonly workers: ReadonlyMap<string, PodWorker>;
  /** Ends it. Resolves when everything has ended. */
  end(): Promise<unknown>;
}

/** Makes the kubelet of a node. It does nothing before `start`. */
export function createKubelet(options: KubeletOptions): Kubelet {
  const { clock, transport, registry } = options;
  const api = createPodApi(transport, clock);
  const client = createKubeClient({ transport, clock });
  const lookup = createLookup(registry, client);
  const handle = registry.acquire(pods);
  /** Pods that have been here: what is left of those that go while the node is down nobody else gives back. */
  const known = new Set<string>();
  const ends = new Set<Promise<unknown>>();
  let life: Life | undefined;
  let isStopped = false;

  function end(): void {
    if (life === undefined) return;
    const ending = life.end().finally(() => ends.delete(ending));
    ends.add(ending);
    life = undefined;
  }

  function find(namespace: string, pod: string): PodWorker | undefined {
    return [...(life?.workers.values() ?? [])].find(
      (worker) =>
        worker.pod.metadata.name === pod && worker.pod.metadata.namespace === namespace && worker.isActive,
    );
  }

  return {
    start() {
      if (isStopped) throw new TypeError('the kubelet is stopped');
      life ??= begin(options, { api, lookup, handle, known, ended: Promise.allSettled(ends) });
    },
    fail: end,
    async stop() {
      isStopped = true;
      end();
      await Promise.all(ends);
      handle.release();
      lookup.release();
    },
    killContainer: (namespace, pod, container, { oom = false } = {}) =>
      find(namespace, pod)?.kill(container, oom) ?? false,
    evict(namespace, pod, message) {
      const worker = find(namespace, pod);
      worker?.evict(message);
      return worker !== undefined;
    },
    get activePods() {
      return [...(life?.workers.values() ?? [])].filter(({ isActive }) => isActive).length;
    },
  };
}

interface Links extends Pick<NodeParts, 'api'> {
  readonly lookup: Lookup;
  readonly handle: InformerHandle<Pod>;
  readonly known: Set<string>;
  /** Nothing of the lives before runs any more. */
  readonly ended: Promise<unknown>;
}

function begin(options: KubeletOptions, links: Links): Life {
  const { nodeName, clock, logger, dataDir, events, admit } = options;
  const podsDir = join(dataDir, 'pods');
  mkdirSync(podsDir, { recursive: true });
  const off = new AbortController();
  const workers = new Map<string, PodWorker>();
  const writer = new StatusWriter({ api: links.api, clock, logger, delayMs: options.statusDelayMs ?? 0 });
  const parts: NodeParts = {
    ...options,
    ...links,
    writer,
    podsDir,
    volumeRefreshMs: options.volumeRefreshMs ?? 60_000,
    tell: (pod, type, reason, note) => events?.record(pod, { type, reason, action: reason, note }),
  };
  const onEnd: (() => void)[] = [];

  function show(pod: Pod): void {
    const { uid = '' } = pod.metadata;
    if (pod.spec.nodeName !== nodeName) return;
    const present = workers.get(uid);
    if (present !== undefined) {
      present.update(pod);
      return;
    }
    const others = [...workers.values()].filter(({ isActive }) => isActive).map((worker) => worker.pod);
    const worker = new PodWorker(parts, pod, () => {
      workers.delete(uid);
      links.known.delete(uid);
    });
    workers.set(uid, worker);
    links.known.add(uid);
    worker.start(admit?.(pod, others));
  }

  function take(deltas: readonly Delta<Pod>[]): void {
    for (const delta of deltas) {
      if (delta.type === 'deleted') workers.get(delta.prev.metadata.uid)?.vanish();
      else {
        if (delta.type === 'updated' && delta.prev.metadata.uid !== delta.next.metadata.uid) {
          workers.get(delta.prev.metadata.uid)?.vanish();
        }
        show(delta.next);
      }
    }
  }

  async function run(): Promise<void> {
    await Promise.all([
      links.lookup.whenSynced(off.signal),
      links.handle.whenSynced(off.signal),
      links.ended,
    ]);
    if (off.signal.aborted) return;
    forgetOthers(options, links, podsDir);
    const subscription = links.handle.deltas$.subscribe(take);
    onEnd.push(() => {
      subscription.unsubscribe();
    });
    onEnd.push(
      links.lookup.onChange((kind, { metadata }) => {
        for (const worker of workers.values()) {
          if (worker.pod.metadata.namespace === metadata.namespace) worker.sourceChanged(kind, metadata.name);
        }
      }),
    );
  }

  const running = run();
  return {
    workers,
    end() {
      off.abort();
      for (const each of onEnd) each();
      return Promise.all([
        running,
        writer.stop(),
        ...[...workers.values()].map((worker) => worker.abandon()),
      ]);
    },
  };
}

/** What pods have left here that went while the node was down. */
function forgetOthers(
  { nodeName, network, logs }: KubeletOptions,
  { handle, known }: Links,
  podsDir: string,
): void {
  const present = new Set<string>();
  for (const { spec, metadata } of handle.lister.list())
    if (spec.nodeName === nodeName) present.add(metadata.uid);
  for (const uid of readdirSync(podsDir)) {
    if (!present.has(uid)) rmSync(join(podsDir, uid), { recursive: true, force: true });
  }
  for (const uid of known) {
    if (present.has(uid)) continue;
    network.release(uid);
    logs.remove(uid);
    known.delete(uid);
  }
}
