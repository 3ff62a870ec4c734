import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { answer, conditionOf, type Live, TestCluster } from '../cluster.spec-helper.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.start();
});
afterEach(() => cluster.stop());

const leasePath = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/node-a';
const renewTime = async (): Promise<unknown> => (await cluster.call('GET', leasePath)).spec['renewTime'];

async function restarts(pod: string): Promise<unknown> {
  const statuses = (await cluster.pod(pod)).status['containerStatuses'] as readonly Record<string, unknown>[];
  return statuses[0]?.['restartCount'];
}

describe('a node', () => {
  it('is Ready, with its place and what it has', async () => {
    const node = await cluster.node('node-a');
    expect(node.metadata.labels).toMatchObject({
      'kubernetes.io/hostname': 'node-a',
      'topology.kubernetes.io/zone': 'zone-a',
    });
    expect(node.spec['taints']).toBeUndefined();
    expect(node.status).toMatchObject({
      capacity: { cpu: '8', memory: '32Gi', pods: '110' },
      addresses: [{ type: 'InternalIP', address: '127.64.1.1' }],
    });
    expect(conditionOf(node, 'Ready')).toMatchObject({ status: 'True', reason: 'KubeletReady' });
  });

  it('renews its lease every ten seconds and tells its status every five minutes, and writes nothing else', async () => {
    const before = await renewTime();
    cluster.writes.splice(0);
    await cluster.clock.advance(60_000);
    expect(await renewTime()).not.toBe(before);
    expect(new Set(cluster.writes)).toEqual(
      new Set(['a', 'b', 'c'].map((letter) => `PATCH ${leasePath.replace(/a$/, letter)}`)),
    );
    expect(cluster.writes).toHaveLength(18);
    await cluster.clock.advance(250_000);
    expect(cluster.writes.filter((write) => write === 'PATCH /api/v1/nodes/node-a/status')).toHaveLength(1);
    const { lastHeartbeatTime, lastTransitionTime } =
      conditionOf(await cluster.node('node-a'), 'Ready') ?? {};
    expect(lastHeartbeatTime).not.toBe(lastTransitionTime);
  });

  it('makes its lease anew if somebody has deleted it', async () => {
    await cluster.call('DELETE', leasePath);
    await cluster.clock.advance(10_000);
    expect(await renewTime()).toBeDefined();
  });

  it('goes on when the server did not answer', async () => {
    cluster.intercept = () => answer(503, { kind: 'Status', message: 'later' });
    await cluster.clock.advance(30_000);
    const before = await renewTime();
    cluster.intercept = () => undefined;
    await cluster.clock.advance(10_000);
    expect(await renewTime()).not.toBe(before);
  });

  it('registers when the server can answer, and fails if it never will', async () => {
    cluster.intercept = () => answer(503, { kind: 'Status', message: 'later' });
    const added = cluster.nodes.addNode({ name: 'patient' });
    await cluster.clock.advance(5000);
    cluster.intercept = () => undefined;
    await cluster.until(added);
    expect(conditionOf(await cluster.node('patient'), 'Ready')).toMatchObject({ status: 'True' });
    cluster.intercept = () => answer(403, { kind: 'Status', message: 'not you' });
    await expect(cluster.until(cluster.nodes.addNode({ name: 'refused' }))).rejects.toThrow('not you');
  });

  it('that fails says nothing more, and runs its pods anew when it is back', async () => {
    await cluster.createPod('web', { nodeName: 'node-a' });
    await cluster.clock.advance(1000);
    const before = await renewTime();
    await cluster.until(cluster.nodes.fail('node-a'));
    cluster.writes.splice(0);
    await cluster.clock.advance(600_000);
    expect(await renewTime()).toBe(before);
    expect(cluster.writes.filter((write) => write.includes('node-a') || write.includes('pods'))).toEqual([]);
    expect(conditionOf(await cluster.pod('web'), 'Ready')).toMatchObject({ status: 'True' });
    // What the control plane makes of it.
    const conditions = [{ type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown' }];
    await cluster.call('PATCH', '/api/v1/nodes/node-a/status', { status: { conditions } });

    await cluster.until(cluster.nodes.recover('node-a'));
    await cluster.clock.advance(1000);
    expect(conditionOf(await cluster.node('node-a'), 'Ready')).toMatchObject({ status: 'True' });
    expect(await renewTime()).not.toBe(before);
    expect(await restarts('web')).toBe(1);
  });

  it('may come later, and go', async () => {
    const taints = [{ key: 'only', value: 'some', effect: 'NoSchedule' }];
    const added = cluster.nodes.addNode({
      name: 'more',
      cpu: '2',
      taints,
      resources: { 'example.com/gpu': '1' },
    });
    await cluster.until(added);
    const node = await cluster.node('more');
    expect(node.spec['taints']).toEqual(taints);
    expect(node.status['allocatable']).toMatchObject({ cpu: '2', 'example.com/gpu': '1' });
    expect(() => cluster.nodes.addNode({ name: 'more' })).toThrow('there is a node more already');
    await cluster.until(cluster.nodes.removeNode('more'));
    await expect(cluster.node('more')).rejects.toThrow('not found');
    await expect(cluster.call('GET', leasePath.replace('node-a', 'more'))).rejects.toThrow('not found');
    expect(() => cluster.nodes.fail('more')).toThrow('there is no node more here');
  });
});

describe('a pod that somebody has bound to a node', () => {
  async function refusalOf(spec: object, container: object = {}): Promise<unknown> {
    await cluster.createPod('bound', { nodeName: 'node-a', ...spec }, container);
    await cluster.clock.advance(1000);
    const { phase, reason, message } = (await cluster.pod('bound')).status;
    return [phase, reason, message];
  }

  it('runs if it may be there, whatever the scheduler thinks of the node', async () => {
    await cluster.until(cluster.nodes.cordon('node-a'));
    expect(await refusalOf({})).toEqual(['Running', undefined, undefined]);
  });

  it('fails if there is no room', async () => {
    await cluster.createPod('first', { nodeName: 'node-a' }, { resources: { requests: { cpu: '7500m' } } });
    await cluster.clock.advance(1000);
    expect(await refusalOf({}, { resources: { requests: { cpu: '600m' } } })).toEqual([
      'Failed',
      'OutOfcpu',
      expect.stringContaining(
        "Node didn't have enough resource: cpu, requested: 600, used: 7500, capacity: 8000",
      ),
    ]);
  });

  it('fails if it wants another node', async () => {
    expect(await refusalOf({ nodeSelector: { disk: 'fast' } })).toEqual([
      'Failed',
      'NodeAffinity',
      expect.stringContaining(
        "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
      ),
    ]);
  });
});

describe('a node that was there before', () => {
  it('keeps its taints and gets the labels and the status of now', async () => {
    const late = new TestCluster();
    try {
      await late.call('POST', '/api/v1/nodes', {
        apiVersion: 'v1',
        kind: 'Node',
        metadata: { name: 'node-a', labels: { 'topology.kubernetes.io/zone': 'elsewhere', own: 'label' } },
        spec: { taints: [{ key: 'own', effect: 'NoSchedule' }] },
      });
      await late.until(late.nodes.start());
      const node = await late.node('node-a');
      expect(node.metadata.labels).toMatchObject({ 'topology.kubernetes.io/zone': 'zone-a', own: 'label' });
      expect(node.spec['taints']).toContainEqual({ key: 'own', effect: 'NoSchedule' });
      expect(conditionOf(node, 'Ready')).toMatchObject({ status: 'True' });
    } finally {
      await late.stop();
    }
  });
});

describe('cordon and drain', () => {
  const evictions: string[] = [];
  beforeEach(async () => {
    evictions.splice(0);
    await cluster.createPod('web', { nodeName: 'node-a' });
    await cluster.createPod('other', { nodeName: 'node-b' });
    await cluster.clock.advance(1000);
  });

  /** A server whose budget allows the eviction from the given try on. */
  function budget(allowedFrom: number): void {
    cluster.intercept = ({ path, body = '' }) => {
      if (!path.endsWith('/eviction')) return undefined;
      evictions.push(path);
      const { deleteOptions } = JSON.parse(body) as { deleteOptions: { preconditions: { uid: string } } };
      expect(deleteOptions.preconditions.uid).toBeDefined();
      if (evictions.length < allowedFrom) return answer(429, { kind: 'Status', message: 'not now' });
      void cluster.call('DELETE', path.replace('/eviction', ''));
      return answer(201, { kind: 'Status', status: 'Success' });
    };
  }

  async function isThere(name: string): Promise<boolean> {
    return cluster.pod(name).then(
      () => true,
      () => false,
    );
  }

  it('keep new pods away', async () => {
    await cluster.until(cluster.nodes.cordon('node-a'));
    expect((await cluster.node('node-a')).spec['unschedulable']).toBe(true);
    await cluster.createPod('late', { nodeSelector: { 'kubernetes.io/hostname': 'node-a' } });
    await cluster.clock.advance(1000);
    expect((await cluster.pod('late')).spec['nodeName']).toBeUndefined();
    await cluster.until(cluster.nodes.cordon('node-a', false));
    await cluster.clock.advance(1000);
    expect((await cluster.pod('late')).spec['nodeName']).toBe('node-a');
  });

  it('evict until the budget allows it, and wait until the pods are gone', async () => {
    budget(3);
    const refusals: string[] = [];
    const drained = cluster.nodes.drain('node-a', {
      onRefused: ({ name }, message) => refusals.push(`${name}: ${message}`),
    });
    expect(await cluster.until(drained)).toBe(true);
    expect(refusals).toEqual(['web: not now', 'web: not now']);
    expect(await Promise.all(['web', 'other'].map(isThere))).toEqual([false, true]);
  });

  it('leave pods of DaemonSets, and end when told to', async () => {
    const owner = { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'd', uid: 'd', controller: true };
    await cluster.call('PATCH', '/api/v1/namespaces/default/pods/web', {
      metadata: { ownerReferences: [owner] },
    });
    await cluster.clock.advance(1000);
    budget(1);
    expect(await cluster.until(cluster.nodes.drain('node-a'))).toBe(true);
    expect(evictions).toEqual([]);
    budget(Infinity);
    const controller = new AbortController();
    const drained = cluster.nodes.drain('node-b', { signal: controller.signal });
    await cluster.clock.advance(20_000);
    controller.abort();
    expect(await cluster.until(drained)).toBe(false);
    expect(evictions.length).toBeGreaterThan(2);
  });
});

describe('what can be done to containers', () => {
  const web = { namespace: 'default', name: 'web' };
  beforeEach(async () => {
    await cluster.createPod('web');
    await cluster.clock.advance(1000);
  });

  it('kills them, with or without the memory to blame', async () => {
    expect(cluster.nodes.killContainer({ ...web, name: 'other' }, 'main')).toBe(false);
    expect(cluster.nodes.killContainer(web, 'main', { oom: true })).toBe(true);
    await cluster.clock.advance(20_000);
    const { status } = await cluster.pod('web');
    expect(status['containerStatuses']).toMatchObject([
      { restartCount: 1, lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } } },
    ]);
  });

  it('shows what they have written', async () => {
    expect(cluster.nodes.logs(web, 'main')).toBe('run 0\n');
    expect(() => cluster.nodes.logs(web, 'main', { previous: true })).toThrow(
      'previous terminated container',
    );
    expect(() => cluster.nodes.logs({ ...web, name: 'none' }, 'main')).toThrow('pod "none" does not exist');
    cluster.nodes.killContainer(web, 'main');
    await cluster.clock.advance(20_000);
    expect(cluster.nodes.logs(web, 'main')).toBe('run 1\n');
    expect(cluster.nodes.logs(web, 'main', { previous: true })).toBe('run 0\n');
  });

  it('evicts a pod', async () => {
    expect(cluster.nodes.evict(web)).toBe(true);
    await cluster.clock.advance(60_000);
    expect((await cluster.pod('web')).status).toMatchObject({ phase: 'Failed', reason: 'Evicted' });
    expect(cluster.nodes.evict(web)).toBe(false);
  });

  it('finds their addresses by name', async () => {
    await cluster.call('POST', '/api/v1/namespaces/default/services', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { clusterIP: 'None', selector: { app: 'web' } },
    });
    await cluster.clock.advance(1000);
    const { podIP } = (await cluster.pod('web')).status as Live['status'] & { podIP: string };
    expect(cluster.nodes.resolve('web.default.svc.cluster.local')).toEqual([podIP]);
    expect(cluster.nodes.resolve('example.com')).toBeUndefined();
  });
});
