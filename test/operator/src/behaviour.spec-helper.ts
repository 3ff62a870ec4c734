// What is wanted of the operator, and what is looked at to see whether it has come to be.
import { clusters, databases, secretText, secrets } from '@neo4j-operator/cluster-access';
import { findCondition, type Condition, type KubeObject, type Stored } from '@neo4j-operator/reconcile-kit';
import type { SimServer } from '@neo4j-operator/neo4j-sim';
import {
  describeWrite,
  type Invariant,
  leaderOf,
  type Stage,
  type StageOptions,
  worldConnector,
} from '../../stage/src/index.ts';
import { cluster, isCondition, isSettled, openThread, pods } from './thread.spec-helper.ts';

/** The cluster of most specs. */
export const graph = { namespace: 'default', name: 'graph' };

/** A spec, of which some fields are replaced. */
export function clusterYaml(change: object = {}, name = graph.name): string {
  return JSON.stringify({
    apiVersion: 'neo4j.neo4j.com/v1alpha1',
    kind: 'Neo4jEnterpriseCluster',
    metadata: { name },
    spec: {
      acceptLicenseAgreement: 'evaluation',
      image: { tag: '2026.08.1' },
      topology: { primaries: 3 },
      storage: { size: '1Gi' },
      resources: { requests: { cpu: '100m', memory: '2Gi' }, limits: { memory: '2Gi' } },
      ...change,
    },
  });
}

/** A database that is called like its object. */
export function databaseYaml(name: string, spec: object = {}): string {
  return JSON.stringify({
    apiVersion: 'neo4j.neo4j.com/v1alpha1',
    kind: 'Neo4jDatabase',
    metadata: { name },
    spec: { clusterRef: graph.name, name, ...spec },
  });
}

/** Plays a piece with the operator running, and sees that nothing happened that never may. */
export async function play(
  work: (stage: Stage) => Promise<void>,
  options: StageOptions & {
    /** Whether the operator is started by the piece. */
    readonly waits?: boolean;
    /** What the piece itself does to the cluster. */
    readonly apartFrom?: readonly Invariant[];
  } = {},
): Promise<void> {
  const { stage, invariants } = await openThread(options);
  try {
    if (options.waits !== true) stage.startOperator();
    await work(stage);
    const { apartFrom = [] } = options;
    if (invariants.violations.some(({ invariant }) => !apartFrom.includes(invariant))) invariants.check();
    const forbidden = stage
      .requestsOf(stage.operatorUser)
      .filter(({ status }) => status === 403)
      .map(({ method, path }) => `${method} ${path}`);
    if (forbidden.length > 0) throw new Error(`not allowed: ${forbidden.join(', ')}`);
  } finally {
    await stage.close();
  }
}

/** Time until the newest generation of the cluster, and of all databases there are, is settled. */
export async function untilReady(stage: Stage, maxVirtualMs = 300_000): Promise<void> {
  await stage.until(() => [...stage.list(clusters), ...stage.list(databases)].every(isSettled), maxVirtualMs);
}

/** A condition of the cluster as `status reason`. */
export function told(stage: Stage, type: string): string {
  const found = conditionOf(stage, type);
  return `${found?.status ?? ''} ${found?.reason ?? ''}`;
}

export function conditionOf(stage: Stage, type: string, name = graph.name): Condition | undefined {
  return findCondition(cluster(stage, name)?.status?.conditions, type);
}

/** Time until a condition of the cluster says something about its newest generation. */
export async function untilTold(
  stage: Stage,
  type: string,
  expected: string,
  maxVirtualMs = 600_000,
): Promise<string> {
  const [status = ''] = expected.split(' ');
  await stage.until(
    () => told(stage, type) === expected && isCondition(cluster(stage), type, status),
    maxVirtualMs,
    1000,
  );
  return conditionOf(stage, type)?.message ?? '';
}

/** The spec of the cluster gets other fields. */
export async function edit(stage: Stage, spec: object): Promise<void> {
  await stage.patch(clusters, graph.namespace, graph.name, { spec });
}

/** Uids of pods and how often their containers were started. Who is left alone keeps both. */
export function lives(stage: Stage): Readonly<Record<string, string>> {
  return Object.fromEntries(
    (stage.list(pods, graph.namespace) as readonly Stored<PodObject>[]).map(({ metadata, status }) => [
      metadata.name,
      `${metadata.uid} ${status?.containerStatuses?.[0]?.restartCount ?? ''}`,
    ]),
  );
}

export interface PodObject extends KubeObject {
  readonly spec: { readonly nodeName?: string };
  readonly status?: {
    readonly containerStatuses?: readonly { readonly restartCount: number }[];
  };
}

/** The server that leads `system`, where everything is known. */
export function leader(stage: Stage, ref = graph): SimServer {
  const found = leaderOf(stage.world, ref, 'system');
  if (found === undefined) throw new Error('nobody leads');
  return found;
}

/** Servers as Neo4j has them: `<name> <state> <mode constraint>`, in the order of their numbers. */
export function members(stage: Stage, ref = graph): readonly string[] {
  return [...leader(stage, ref).state.servers.values()]
    .map(
      ({ boltAddress, options, state }) =>
        `${boltAddress.split('.')[0] ?? ''} ${state} ${options.modeConstraint}`,
    )
    .toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

/** What a person says to the cluster, as user `neo4j` unless told otherwise. */
export async function say(
  stage: Stage,
  text: string,
  {
    password = adminPassword(stage),
    parameters = {},
    at,
  }: {
    readonly password?: string | undefined;
    readonly parameters?: Readonly<Record<string, string | string[]>>;
    /** The one server that is asked; otherwise it is for the cluster to say who answers. */
    readonly at?: SimServer;
  } = {},
): Promise<readonly Readonly<Record<string, unknown>>[] | string> {
  const link = worldConnector(stage.world).open({
    scheme: at === undefined ? 'neo4j' : 'bolt',
    addresses: () =>
      at === undefined
        ? stage.world.serversOf(graph).map(({ server }) => server.configuration.boltAddress)
        : [at.configuration.boltAddress],
    credentials: { username: 'neo4j', password: password ?? '' },
    connectTimeoutMs: 5000,
  });
  const options = { database: 'system', access: 'write', bookmarks: [], timeoutMs: 10_000 } as const;
  const answer = await stage.settle(link.run({ text, parameters }, options));
  await stage.settle(link.close());
  if (answer.ok) return answer.result.rows;
  return answer.failure.origin === 'server' ? answer.failure.code : answer.failure.kind;
}

/** The password of a Secret; of the administrator unless named. */
export function adminPassword(stage: Stage, secret = 'graph-auth'): string | undefined {
  return secretText(stage.get(secrets, graph.namespace, secret), 'password');
}

/** What the operator changes while time is advanced, once it has told by Events how often what it told before has happened. */
export async function changesDuring(stage: Stage, virtualMs = 60_000): Promise<readonly string[]> {
  await stage.advance(eventsMs);
  return (await stage.writesDuring(virtualMs)).map(describeWrite);
}

/** The value that a setting has on each server that runs, in the order of the names. */
export async function settingOn(stage: Stage, name: string): Promise<readonly unknown[]> {
  const values: [pod: string, value: unknown][] = [];
  for (const { pod, server } of stage.world.serversOf(graph)) {
    const rows = await say(stage, 'SHOW SETTINGS $names YIELD *', {
      parameters: { names: [name] },
      at: server,
    });
    values.push([pod.name, typeof rows === 'string' ? rows : rows[0]?.['value']]);
  }
  return values.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}

/** Milliseconds until the recorder of Events has told of repetitions. */
const eventsMs = 60_000;
