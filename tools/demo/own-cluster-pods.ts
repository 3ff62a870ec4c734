// What goes on in the pods of a cluster that is not ours.
import { sleep, systemClock } from '@neo4j-operator/clock';
import { labels } from '@neo4j-operator/cluster-access';
import type { KubeObject, KubeTransport } from '@neo4j-operator/reconcile-kit';
import { Refused } from '../../test/stage/src/index.ts';
import { operatorNamespace } from './own-cluster-objects.ts';
import type { PodSeen } from './progress.ts';
import type { Screen } from './screen.ts';

const lookEveryMs = 250;
const operatorPath = `/apis/apps/v1/namespaces/${operatorNamespace}/deployments/neo4j-operator`;
const operatorPods = `/api/v1/namespaces/${operatorNamespace}/pods`;
const operatorSelector = 'app.kubernetes.io/name=neo4j-operator';

interface Pod {
  readonly metadata: { readonly name: string; readonly creationTimestamp: string };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
      readonly message?: string;
    }[];
    readonly containerStatuses?: readonly {
      readonly state?: {
        readonly waiting?: { readonly reason?: string; readonly message?: string };
        readonly terminated?: { readonly reason?: string; readonly message?: string };
      };
    }[];
  };
}

interface Deployment {
  readonly metadata: { readonly generation: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly updatedReplicas?: number;
    readonly replicas?: number;
    readonly availableReplicas?: number;
    readonly conditions?: NonNullable<Pod['status']>['conditions'];
  };
}

/** How long is waited, and for whom it is told. */
export interface Waiting {
  readonly transport: KubeTransport;
  readonly screen: Screen;
  readonly signal: AbortSignal;
  /** Of the machine's monotonic clock. */
  readonly deadlineMs: number;
}

/** Waits until the operator is available. Why it is not is on the screen. */
export async function untilAvailable({
  deadlineMs,
  screen,
  signal,
  transport,
}: Waiting): Promise<'available' | 'late' | 'interrupted'> {
  for (;;) {
    const deployment = (await get(transport, operatorPath)) as Deployment;
    const {
      observedGeneration = 0,
      updatedReplicas = 0,
      replicas = 0,
      availableReplicas = 0,
    } = deployment.status ?? {};
    const isNew = observedGeneration >= deployment.metadata.generation && updatedReplicas === replicas;
    if (isNew && replicas > 0 && availableReplicas === replicas) return 'available';
    const why = `Deployment neo4j-operator: ${await heldUpBy(transport, deployment)}`;
    screen.now(why);
    if (systemClock.monotonic() > deadlineMs) {
      screen.now('');
      screen.say('The operator did not become available in time.');
      screen.say(`  ${why}`);
      const log = await operatorLog(transport);
      for (const line of log.trimEnd().split('\n').slice(-5)) if (line !== '') screen.say(`  ${line}`);
      return 'late';
    }
    if (!(await sleep(systemClock, lookEveryMs, signal))) return 'interrupted';
  }
}

/** The log of the newest pod of the operator; empty if there is none yet. */
export async function operatorLog(transport: KubeTransport): Promise<string> {
  const [pod] = await podsOfOperator(transport);
  if (pod === undefined) return '';
  const { body, status } = await transport.request({
    method: 'GET',
    path: `${operatorPods}/${pod.metadata.name}/log`,
    query: { tailLines: '200' },
  });
  return status === 200 ? new TextDecoder().decode(body) : '';
}

/** The pods of clusters. */
export async function podsOf(
  transport: KubeTransport,
  objects: readonly KubeObject[],
  byDefault: string,
): Promise<readonly PodSeen[]> {
  const clusters = objects.filter(({ kind }) => kind === 'Neo4jEnterpriseCluster');
  const lists = await Promise.all(
    clusters.map(({ metadata: { name, namespace = byDefault } }) =>
      list(transport, `/api/v1/namespaces/${namespace}/pods`, `${labels.cluster}=${name}`),
    ),
  );
  return lists.flat();
}

async function heldUpBy(transport: KubeTransport, { status }: Deployment): Promise<string> {
  const failure = status?.conditions?.find(
    ({ type, status }) => type === 'ReplicaFailure' && status === 'True',
  );
  if (failure !== undefined) return `${failure.reason ?? ''}: ${failure.message ?? ''}`;
  const [pod] = await podsOfOperator(transport);
  if (pod === undefined) return 'has no pod yet';
  const [container] = pod.status?.containerStatuses ?? [];
  const told =
    container?.state?.waiting ??
    container?.state?.terminated ??
    pod.status?.conditions?.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  const why = [told?.reason, told?.message].filter((each) => each !== undefined).join(': ');
  return `pod ${pod.metadata.name} is ${pod.status?.phase ?? 'new'}${why === '' ? '' : ` (${why})`}`;
}

async function podsOfOperator(transport: KubeTransport): Promise<readonly Pod[]> {
  const pods = await list(transport, operatorPods, operatorSelector);
  return pods.toSorted((one, other) =>
    other.metadata.creationTimestamp.localeCompare(one.metadata.creationTimestamp),
  );
}

async function list(transport: KubeTransport, path: string, labelSelector: string): Promise<readonly Pod[]> {
  const { items } = (await get(transport, path, { labelSelector })) as { readonly items: readonly Pod[] };
  return items;
}

async function get(
  transport: KubeTransport,
  path: string,
  query: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const { body, status } = await transport.request({ method: 'GET', path, query });
  const answer: unknown = JSON.parse(new TextDecoder().decode(body));
  if (status >= 300) throw new Refused(status, (answer as { readonly message: string }).message);
  return answer;
}
