import { describe, expect, it } from '@jest/globals';
import { annotations } from '@neo4j-operator/cluster-access';
import { Neo4jError } from '@neo4j-operator/neo4j-admin';
import type { ContainerStatus, Pod } from '../model/resources.ts';
import type { ClusterState } from '../model/state.ts';
import { cannotStart, isStranded } from './stranded.ts';
import { World } from './state.spec-helper.ts';

const container: ContainerStatus = { name: 'neo4j', ready: false, restartCount: 0 };
const failure = { terminated: { exitCode: 1 } };
const backOff = { waiting: { reason: 'CrashLoopBackOff' } };
const crashing: Partial<ContainerStatus> = { restartCount: 3, state: backOff, lastState: failure };

function podWith(status: Pod['status']): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'graph-1-0', namespace: 'prod' },
    spec: { containers: [{ name: 'neo4j', image: 'neo4j' }] },
    ...(status === undefined ? {} : { status }),
  };
}

const withContainer = (change: Partial<ContainerStatus>): Pod =>
  podWith({ containerStatuses: [{ ...container, ...change }] });

describe('a pod', () => {
  it.each<[string, Pod]>([
    ['that no node takes', podWith({ conditions: [{ type: 'PodScheduled', status: 'False' }] })],
    ['whose image is not there', withContainer({ state: { waiting: { reason: 'ImagePullBackOff' } } })],
    ['whose container ends again and again', withContainer(crashing)],
  ])('%s cannot start', (_what, pod) => {
    expect(cannotStart(pod)).toBe(true);
  });

  it.each<[string, Pod | undefined]>([
    ['that is not there', undefined],
    ['that is on its way', podWith(undefined)],
    ['whose container is being made', withContainer({ state: { waiting: { reason: 'ContainerCreating' } } })],
    ['that runs', withContainer({ ...crashing, state: { running: {} } })],
    ['that ended once', withContainer({ ...crashing, restartCount: 1 })],
    ['that was told to end', withContainer({ ...crashing, lastState: { terminated: { exitCode: 0 } } })],
    [
      'that is ready',
      podWith({ conditions: [{ type: 'Ready', status: 'True' }], containerStatuses: [container] }),
    ],
    [
      'that is stopping',
      {
        ...withContainer(crashing),
        metadata: { name: 'graph-1-0', deletionTimestamp: '2026-01-01T00:00:00Z' },
      },
    ],
  ])('%s may start by itself', (_what, pod) => {
    expect(cannotStart(pod)).toBe(false);
  });
});

describe('a server that was a member', () => {
  const error = new Neo4jError('down', { reason: 'Unreachable', remedy: 'retry', outcomeUnknown: false });

  /** All servers of a cluster crash. */
  async function down(): Promise<ClusterState> {
    const state = (await World.settled()).state();
    const servers = state.servers.map((server) => ({
      ...server,
      pod: server.pod && { ...server.pod, status: withContainer(crashing).status ?? {} },
    }));
    return { ...state, servers, sight: { kind: 'failed', error, sinceMs: 0, last: undefined } };
  }

  const stranded = (state: ClusterState): readonly string[] =>
    state.servers.filter((server) => isStranded(state, server)).map(({ name }) => name);

  /** The same in a cluster that was made anew on its volumes, and has never been well since. */
  function anew(state: ClusterState): ClusterState {
    const { budget } = state.shared;
    const metadata = budget && { ...budget.metadata, annotations: {} };
    return { ...state, shared: { ...state.shared, budget: budget && metadata && { ...budget, metadata } } };
  }

  it('is stranded if no server comes up on the volumes that were kept', async () => {
    expect(stranded(anew(await down()))).toEqual(['graph-1', 'graph-2', 'graph-3']);
  });

  it('is not in a cluster that was well: what is down as a whole comes back as it was', async () => {
    const state = await down();
    expect(state.shared.budget?.metadata.annotations?.[annotations.wasWell]).toBe('true');
    expect(stranded(state)).toEqual([]);
  });

  it('is not while another is ready, or the cluster can be seen', async () => {
    const state = anew(await down());
    const [first, ...others] = state.servers;
    if (first?.pod === undefined) throw new Error('there is no pod');
    const ready = {
      ...first,
      pod: { ...first.pod, status: { conditions: [{ type: 'Ready', status: 'True' }] } },
    };
    expect(stranded({ ...state, servers: [ready, ...others] })).toEqual([]);
    const { sight } = (await World.settled()).state();
    expect(stranded({ ...state, sight })).toEqual([]);
  });
});
