// Taking a node out of service as `kubectl cordon` and `kubectl drain` do.
import { type Clock, sleep } from '@neo4j-operator/clock';
import {
  type InformerHandle,
  type KubeClient,
  type KubeTransport,
  objectKey,
  type Stored,
} from '@neo4j-operator/reconcile-kit';
import { type Pod, pods } from '../kubelet/resources.ts';
import { nodes } from './registration.ts';

export interface DrainOptions {
  readonly transport: KubeTransport;
  readonly client: KubeClient;
  readonly clock: Clock;
  /** Each of them ends it. */
  readonly signals: readonly AbortSignal[];
  /** Told when a budget refuses an eviction, each time. */
  readonly onRefused?: (pod: { readonly namespace: string; readonly name: string }, message: string) => void;
}

/** kubectl's pause between two tries. */
const pauseMs = 5000;

/** Whether new pods are kept away. */
export async function cordon(client: KubeClient, name: string, isCordoned: boolean): Promise<void> {
  await client.jsonPatch(nodes, objectKey(undefined, name), [
    { op: 'add', path: '/spec/unschedulable', value: isCordoned },
  ]);
}

/**
 * Cordons a node and evicts its pods through the eviction API, each as soon as its budgets allow it, and waits until they are gone.
 * Pods of DaemonSets stay.
 *
 * @returns false if it was ended before
 */
export async function drain(
  name: string,
  lister: InformerHandle<Pod>['lister'],
  options: DrainOptions,
): Promise<boolean> {
  const over = new AbortController();
  const end = (): void => {
    over.abort();
  };
  for (const signal of options.signals) {
    if (signal.aborted) end();
    signal.addEventListener('abort', end);
  }
  try {
    await cordon(options.client, name, true);
    const found = [...lister.list()].filter((pod) => pod.spec.nodeName === name && isEvictable(pod));
    const done = await Promise.all(found.map((pod) => sendAway(pod, options, over.signal)));
    return !done.includes(false);
  } finally {
    // When it has failed for one pod it goes on with no other.
    end();
    for (const signal of options.signals) signal.removeEventListener('abort', end);
  }
}

/** @returns whether it is gone */
async function sendAway(pod: Stored<Pod>, options: DrainOptions, signal: AbortSignal): Promise<boolean> {
  const { client, clock } = options;
  while (!(await evict(pod, options))) if (!(await sleep(clock, pauseMs, signal))) return false;
  const key = objectKey(pod.metadata.namespace, pod.metadata.name);
  while ((await client.get(pods, key))?.metadata.uid === pod.metadata.uid) {
    if (!(await sleep(clock, 1000, signal))) return false;
  }
  return true;
}

function isEvictable({ metadata }: Pod): boolean {
  const isMirror = metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined;
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  return !isMirror && owner?.kind !== 'DaemonSet';
}

/** @returns whether the pod goes, or has gone */
async function evict({ metadata }: Stored<Pod>, { transport, onRefused }: DrainOptions): Promise<boolean> {
  const { namespace = '', name, uid } = metadata;
  const { status, body } = await transport.request({
    method: 'POST',
    path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/eviction`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name, namespace },
      deleteOptions: { preconditions: { uid } },
    }),
  });
  // 409: the name has another pod by now.
  if (status < 300 || status === 404 || status === 409) return true;
  const text = new TextDecoder().decode(body);
  if (status !== 429) throw new Error(`evicting ${namespace}/${name}: ${text}`);
  onRefused?.({ namespace, name }, messageOf(text));
  return false;
}

/** A server that is overloaded says so in plain text. */
function messageOf(text: string): string {
  try {
    return (JSON.parse(text) as { readonly message: string }).message;
  } catch {
    return text.trim();
  }
}
