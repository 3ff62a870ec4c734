import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { answer, conditionOf, TestCluster } from '../cluster.spec-helper.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.start();
});
afterEach(() => cluster.stop());

const later = answer(503, { kind: 'Status', message: 'later' });

describe('a node that is asked for something at a bad time', () => {
  it('runs nothing if it fails before it has registered', async () => {
    cluster.intercept = () => later;
    const added = cluster.nodes.addNode({ name: 'late' });
    await cluster.clock.advance(500);
    const failed = cluster.nodes.fail('late');
    cluster.intercept = () => undefined;
    await cluster.until(Promise.all([added, failed]));
    await cluster.createPod('web', { nodeName: 'late' });
    await cluster.clock.advance(5000);
    expect((await cluster.pod('web')).status['containerStatuses']).toBeUndefined();
    await cluster.until(cluster.nodes.recover('late'));
    await cluster.clock.advance(1000);
    expect(conditionOf(await cluster.pod('web'), 'Ready')).toMatchObject({ status: 'True' });
  });

  it('beats once when it is recovered although it is well, and not at all when it is stopped', async () => {
    await cluster.until(cluster.nodes.recover('node-a'));
    await cluster.clock.advance(1000);
    cluster.writes.splice(0);
    await cluster.clock.advance(60_000);
    expect(cluster.writes.filter((write) => write.endsWith('leases/node-a'))).toHaveLength(6);
    await cluster.until(cluster.nodes.stop());
    cluster.writes.splice(0);
    await cluster.clock.advance(60_000);
    expect(cluster.writes).toEqual([]);
  });

  it('beats once when it fails and comes back while it says that it is alive', async () => {
    let isSlow = true;
    const gate = Promise.withResolvers<undefined>();
    cluster.before = ({ path }) => (isSlow && path.endsWith('leases/node-a') ? gate.promise : undefined);
    await cluster.clock.advance(10_000);
    isSlow = false;
    const failed = cluster.nodes.fail('node-a');
    const recovered = cluster.nodes.recover('node-a');
    gate.resolve(undefined);
    await cluster.until(Promise.all([failed, recovered]));
    cluster.writes.splice(0);
    await cluster.clock.advance(60_000);
    expect(cluster.writes.filter((write) => write.endsWith('leases/node-a'))).toHaveLength(6);
  });

  it('takes back its taint although the answer to its creation was lost', async () => {
    let isLost = false;
    cluster.intercept = ({ method, path, body = '' }) => {
      if (isLost || method !== 'POST' || path !== '/api/v1/nodes') return undefined;
      isLost = true;
      void cluster.call('POST', path, JSON.parse(body) as object);
      return answer(504, { kind: 'Status', message: 'too late' });
    };
    await cluster.until(cluster.nodes.addNode({ name: 'lucky' }));
    expect(isLost).toBe(true);
    expect((await cluster.node('lucky')).spec['taints'] ?? []).toEqual([]);
  });

  it('registers although somebody changes it at the same time', async () => {
    let isRefused = false;
    cluster.intercept = ({ method, path }) => {
      if (isRefused || method !== 'PATCH' || path !== '/api/v1/nodes/lucky') return undefined;
      isRefused = true;
      return answer(422, { kind: 'Status', reason: 'Invalid', message: 'the server rejected our request' });
    };
    await cluster.until(cluster.nodes.addNode({ name: 'lucky' }));
    expect(isRefused).toBe(true);
    expect((await cluster.node('lucky')).spec['taints'] ?? []).toEqual([]);
  });

  it('keeps the conditions that others have given it', async () => {
    const conditions = [{ type: 'KernelDeadlock', status: 'False', reason: 'Fine' }];
    const path = '/api/v1/nodes/node-a/status';
    const { status } = await cluster.node('node-a');
    await cluster.call('PATCH', path, {
      status: { conditions: [...(status.conditions ?? []), ...conditions] },
    });
    await cluster.clock.advance(310_000);
    expect(conditionOf(await cluster.node('node-a'), 'KernelDeadlock')).toMatchObject({ reason: 'Fine' });
    expect((await cluster.node('node-a')).status.conditions).toHaveLength(5);
  });

  it('can be removed again when that has failed', async () => {
    cluster.intercept = ({ method }) => (method === 'DELETE' ? later : undefined);
    await expect(cluster.until(cluster.nodes.removeNode('node-a'))).rejects.toThrow('later');
    cluster.intercept = () => undefined;
    await cluster.until(cluster.nodes.removeNode('node-a'));
    await expect(cluster.node('node-a')).rejects.toThrow('not found');
  });

  it('keeps its name to itself while it is being removed', async () => {
    const removed = cluster.nodes.removeNode('node-a');
    expect(() => cluster.nodes.addNode({ name: 'node-a' })).toThrow('there is a node node-a already');
    await cluster.until(removed);
    await cluster.until(cluster.nodes.addNode({ name: 'node-a' }));
    expect(conditionOf(await cluster.node('node-a'), 'Ready')).toMatchObject({ status: 'True' });
  });
});

describe('nodes that are stopped', () => {
  it('while they wait for the server leave nobody waiting', async () => {
    const late = new TestCluster();
    late.intercept = () => later;
    const started = late.nodes.start();
    await late.clock.advance(5000);
    await late.stop();
    await late.until(Promise.allSettled([started]));
    late.writes.splice(0);
    await late.clock.advance(60_000);
    expect(late.writes).toEqual([]);
  });

  it('drain no longer', async () => {
    await cluster.createPod('web', { nodeName: 'node-a' });
    await cluster.clock.advance(1000);
    cluster.intercept = ({ path }) =>
      path.endsWith('/eviction') ? answer(429, { kind: 'Status', message: 'not now' }) : undefined;
    const drained = cluster.nodes.drain('node-a');
    await cluster.clock.advance(7000);
    await cluster.until(cluster.nodes.stop());
    expect(await cluster.until(drained)).toBe(false);
    cluster.writes.splice(0);
    await cluster.clock.advance(30_000);
    expect(cluster.writes).toEqual([]);
  });
});

describe('a drain', () => {
  it('goes on when the server has too many requests, and says so in plain text', async () => {
    await cluster.createPod('web', { nodeName: 'node-a' });
    await cluster.clock.advance(1000);
    const text = 'Too many requests, please try again later.\n';
    cluster.intercept = ({ path }) =>
      path.endsWith('/eviction')
        ? { status: 429, headers: {}, body: new TextEncoder().encode(text) }
        : undefined;
    const refusals: string[] = [];
    const drained = cluster.nodes.drain('node-a', { onRefused: (_, message) => refusals.push(message) });
    await cluster.clock.advance(2000);
    cluster.intercept = () => undefined;
    expect(await cluster.until(drained)).toBe(true);
    expect(refusals).toEqual([text.trim()]);
  });

  it('that fails for one pod asks for the others no longer', async () => {
    await cluster.createPod('web', { nodeName: 'node-a' });
    await cluster.createPod('bad', { nodeName: 'node-a' });
    await cluster.clock.advance(1000);
    cluster.intercept = ({ path }) => {
      if (!path.endsWith('/eviction')) return undefined;
      return path.includes('bad')
        ? answer(500, { kind: 'Status', message: 'broken' })
        : answer(429, { kind: 'Status', message: 'not now' });
    };
    await expect(cluster.until(cluster.nodes.drain('node-a'))).rejects.toThrow('broken');
    await cluster.clock.advance(5000);
    cluster.writes.splice(0);
    await cluster.clock.advance(20_000);
    expect(cluster.writes.filter((write) => write.endsWith('/eviction'))).toEqual([]);
  });
});
