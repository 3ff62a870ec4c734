import { beforeEach, describe, expect, it } from '@jest/globals';
import type { SimObject } from '../../api/object.ts';
import { controlled, type Controlled, core, podOf, podSays } from '../controlled.spec-helper.ts';
import { podStatus } from '../pods.ts';
import { nodeConditions, nodeSpec } from './nodes.ts';

const nodes = '/api/v1/nodes';
const leases = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
const forever = ['not-ready', 'unreachable'].map((key) => ({
  key: `node.kubernetes.io/${key}`,
  operator: 'Exists',
  effect: 'NoExecute',
}));

let plane: Controlled;
beforeEach(async () => {
  plane = controlled();
  await plane.wait(0);
});

function now(): string {
  return new Date(plane.clock.now()).toISOString();
}

function beat(name: string, ready = 'True', more: readonly object[] = []): void {
  const time = `${now().slice(0, 19)}Z`;
  const times = { lastHeartbeatTime: time, lastTransitionTime: time };
  const conditions = [{ type: 'Ready', status: ready, reason: 'Kubelet', message: 'm', ...times }, ...more];
  plane.ok(`PATCH ${nodes}/${name}/status`, { status: { conditions } });
}

function renew(name: string): void {
  const spec = { holderIdentity: name, leaseDurationSeconds: 40, renewTime: `${now().slice(0, -1)}000Z` };
  const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name }, spec };
  if (plane.ask(`GET ${leases}/${name}`).status === 404) plane.ok(`POST ${leases}`, lease);
  else plane.ok(`PATCH ${leases}/${name}`, { spec });
}

async function join(name: string, labels: object = {}): Promise<void> {
  plane.ok(`POST ${nodes}`, { apiVersion: 'v1', kind: 'Node', metadata: { name, labels } });
  beat(name);
  await plane.wait(0);
}

/** Time passes, and these nodes are well. */
async function pass(ms: number, ...well: readonly string[]): Promise<void> {
  for (let left = ms; left > 0; left -= 5000) {
    for (const name of well) renew(name);
    await plane.wait(Math.min(left, 5000));
  }
}

async function run(name: string, node: string, tolerations?: readonly object[]): Promise<void> {
  const spec = { nodeName: node, ...(tolerations === undefined ? {} : { tolerations }) };
  plane.ok(`POST ${core('default', 'pods')}`, podOf(name, spec));
  plane.ok(`PATCH ${core('default', 'pods', name)}/status`, podSays('Running', 'True'));
  await plane.wait(0);
}

function node(name: string): SimObject {
  return plane.ok(`GET ${nodes}/${name}`);
}

function taints(name: string): readonly string[] {
  return (nodeSpec(node(name)).taints ?? []).map(({ key, effect }) => `${key.split('/')[1] ?? ''} ${effect}`);
}

function pod(name: string): SimObject {
  return plane.ok(`GET ${core('default', 'pods', name)}`);
}

function isLeaving(name: string): boolean {
  return pod(name).metadata.deletionTimestamp !== undefined;
}

describe('a node', () => {
  it('is registered, and loses its first taint once it is ready', async () => {
    await join('a', { 'kubernetes.io/os': 'linux' });
    expect(taints('a')).toEqual([]);
    expect(node('a').metadata).toMatchObject({
      annotations: { 'node.alpha.kubernetes.io/ttl': '0' },
      labels: { 'beta.kubernetes.io/os': 'linux' },
    });
    expect(plane.events('default')).toEqual([
      'Normal RegisteredNode Node/a: Node a event: Registered Node a in Controller',
    ]);
    plane.ok(`DELETE ${nodes}/a`);
    await plane.wait(5000);
    expect(plane.events('default')).toContain(
      'Normal RemovingNode Node/a: Node a event: Removing Node a from Controller',
    );
  });

  it('is tainted by what it says of itself, and when it is cordoned', async () => {
    await join('a');
    beat('a', 'True', [
      { type: 'DiskPressure', status: 'True' },
      { type: 'PIDPressure', status: 'False' },
    ]);
    plane.ok(`PATCH ${nodes}/a`, { spec: { unschedulable: true } });
    await plane.wait(0);
    expect(taints('a')).toEqual(['disk-pressure NoSchedule', 'unschedulable NoSchedule']);
    beat('a');
    plane.ok(`PATCH ${nodes}/a`, { spec: { unschedulable: null } });
    await plane.wait(0);
    expect(taints('a')).toEqual([]);
  });

  it('is lost after fifty seconds without a sign of life, and its pods are not ready', async () => {
    await join('a');
    await join('b');
    await run('p', 'a');
    await pass(50_000, 'b');
    expect(taints('a')).toEqual([]);
    await pass(5000, 'b');
    expect(taints('a')).toEqual(['unreachable NoSchedule', 'unreachable NoExecute']);
    expect(nodeConditions(node('a'))[0]).toMatchObject({
      type: 'Ready',
      status: 'Unknown',
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
      lastHeartbeatTime: '2026-01-01T00:00:00Z',
      lastTransitionTime: '2026-01-01T00:00:55Z',
    });
    expect(podStatus(pod('p')).conditions).toMatchObject([{ type: 'Ready', status: 'False' }]);
    expect(plane.events('default')).toEqual(
      expect.arrayContaining([
        'Normal NodeNotReady Node/a: Node a status is now: NodeNotReady',
        'Warning NodeNotReady Pod/p: Node is not ready',
      ]),
    );
    beat('a');
    await pass(5000, 'a', 'b');
    expect(taints('a')).toEqual([]);
  });

  it('lives by its Lease alone, whatever its own clock says', async () => {
    await join('a');
    for (let round = 0; round < 20; round++) {
      renew('a');
      const renewTime = `2020-01-01T00:00:${String(round).padStart(2, '0')}.000000Z`;
      plane.ok(`PATCH ${leases}/a`, { spec: { renewTime } });
      await plane.wait(10_000);
    }
    expect(taints('a')).toEqual([]);
  });

  it('is given sixty seconds for its first word', async () => {
    plane.ok(`POST ${nodes}`, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'mute' } });
    await plane.wait(60_000);
    expect(nodeConditions(node('mute'))).toEqual([]);
    await plane.wait(5000);
    expect(nodeConditions(node('mute'))).toHaveLength(4);
    expect(nodeConditions(node('mute'))[0]).toMatchObject({
      status: 'Unknown',
      reason: 'NodeStatusNeverUpdated',
      message: 'Kubelet never posted node status.',
    });
  });

  it('keeps its pods if all nodes seem to be lost, since that is hardly so', async () => {
    await join('a');
    await join('b');
    await pass(60_000);
    expect([taints('a'), taints('b')]).toEqual([['unreachable NoSchedule'], ['unreachable NoSchedule']]);
    beat('b');
    await pass(10_000, 'b');
    expect(taints('a')).toEqual(['unreachable NoSchedule', 'unreachable NoExecute']);
  });

  it('waits ten seconds after another of its zone before its pods are driven off', async () => {
    for (const name of ['a', 'b', 'c']) await join(name, { 'topology.kubernetes.io/zone': 'one' });
    await join('d', { 'topology.kubernetes.io/zone': 'two' });
    await join('e', { 'topology.kubernetes.io/zone': 'two' });
    await pass(5000, 'a', 'b', 'c', 'd', 'e');
    for (const name of ['a', 'b', 'd']) beat(name, 'False');
    await plane.wait(5000);
    const expelled = (): readonly string[] =>
      ['a', 'b', 'd'].filter((name) => taints(name).includes('not-ready NoExecute'));
    expect(expelled()).toEqual(['a', 'd']);
    await pass(10_000, 'a', 'b', 'c', 'd', 'e');
    expect(expelled()).toEqual(['a', 'b', 'd']);
  });

  it('keeps its pods if most of a small zone is lost', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) await join(name);
    for (const name of ['a', 'b', 'c']) beat(name, 'False');
    await pass(30_000, 'a', 'b', 'c', 'd', 'e');
    expect(taints('a')).toEqual(['not-ready NoSchedule']);
  });
});

describe('a pod', () => {
  const expulsion = { key: 'k', value: 'v', effect: 'NoExecute' };

  it('leaves a node whose taint it does not tolerate', async () => {
    await join('a');
    await run('plain', 'a', []);
    await run('equal', 'a', [expulsion]);
    await run('five', 'a', [{ key: 'k', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 }]);
    await run('other', 'a', [{ ...expulsion, value: 'z' }]);
    plane.ok(`PATCH ${nodes}/a`, { spec: { taints: [expulsion] } });
    await plane.wait(0);
    expect(['plain', 'equal', 'five', 'other'].filter(isLeaving)).toEqual(['plain', 'other']);
    expect(podStatus(pod('plain')).conditions).toContainEqual(
      expect.objectContaining({
        type: 'DisruptionTarget',
        status: 'True',
        reason: 'DeletionByTaintManager',
        message: 'Taint manager: deleting due to NoExecute taint',
        observedGeneration: 1,
      }),
    );
    await plane.wait(5000);
    expect(isLeaving('five')).toBe(true);
    expect(plane.events('default')).toContain(
      'Normal TaintManagerEviction Pod/five: Marking for deletion Pod default/five',
    );
  });

  it('leaves a lost node when it has tolerated that for long enough, unless the node is back by then', async () => {
    await join('a');
    await join('b');
    await run('usual', 'a');
    await run('patient', 'a', forever);
    await pass(55_000, 'b');
    await pass(285_000, 'b');
    expect(isLeaving('usual')).toBe(false);
    beat('a');
    await pass(10_000, 'a', 'b');
    expect(plane.events('default')).toContain(
      'Normal TaintManagerEviction Pod/usual: Cancelling deletion of Pod default/usual',
    );
    await pass(55_000, 'b');
    await pass(300_000, 'b');
    expect([isLeaving('usual'), isLeaving('patient')]).toEqual([true, false]);
  });

  it('is gone a while after its node, at once failed', async () => {
    await join('a');
    await run('p', 'a');
    await run('held', 'a');
    plane.ok(`PATCH ${core('default', 'pods', 'held')}`, { metadata: { finalizers: ['x.io/stay'] } });
    plane.ok(`DELETE ${nodes}/a`);
    await plane.wait(39_000);
    expect(podStatus(pod('p')).phase).toBe('Running');
    await plane.wait(41_000);
    expect(plane.ask(`GET ${core('default', 'pods', 'p')}`).status).toBe(404);
    expect(podStatus(pod('held'))).toMatchObject({
      phase: 'Failed',
      conditions: [
        { type: 'Ready' },
        { type: 'DisruptionTarget', reason: 'DeletionByPodGC', message: 'PodGC: node no longer exists' },
      ],
    });
  });

  it('stays if its node comes back in time', async () => {
    await join('a');
    await run('p', 'a');
    plane.ok(`DELETE ${nodes}/a`);
    await plane.wait(30_000);
    await join('a');
    await pass(90_000, 'a');
    expect(podStatus(pod('p')).phase).toBe('Running');
  });

  it('is taken from a node that is out of service, or from none at all', async () => {
    await join('a');
    await run('p', 'a');
    plane.ok(`POST ${core('default', 'pods')}`, podOf('loose', {}, { finalizers: ['x.io/stay'] }));
    for (const name of ['p', 'loose']) plane.ok(`DELETE ${core('default', 'pods', name)}`);
    await plane.wait(20_000);
    expect(podStatus(pod('loose')).phase).toBe('Failed');
    expect(isLeaving('p')).toBe(true);
    beat('a', 'False');
    const taint = { key: 'node.kubernetes.io/out-of-service', effect: 'NoExecute' };
    plane.ok(`PATCH ${nodes}/a`, { spec: { taints: [taint] } });
    await plane.wait(20_000);
    expect(plane.ask(`GET ${core('default', 'pods', 'p')}`).status).toBe(404);
  });
});
