import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Exit } from '../program.ts';
import { container, pathOf, TestNode } from './node.spec-helper.ts';

let node: TestNode;
beforeEach(async () => {
  node = await new TestNode().start();
});
afterEach(() => node.stop());

describe('a pod on a node', () => {
  it('runs, with its address and all conditions, and is written only when something happens', async () => {
    await node.run({});
    expect(node.status()).toMatchObject({
      phase: 'Running',
      podIP: '127.0.1.1',
      podIPs: [{ ip: '127.0.1.1' }],
      hostIP: '10.0.0.1',
      startTime: '2026-01-01T00:00:00Z',
      observedGeneration: 1,
    });
    expect(node.container()).toMatchObject({
      ready: true,
      started: true,
      restartCount: 0,
      state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
      lastState: {},
    });
    for (const type of [
      'PodReadyToStartContainers',
      'Initialized',
      'Ready',
      'ContainersReady',
      'PodScheduled',
    ]) {
      expect(node.condition(type)).toBe('True');
    }
    // Seen, then running.
    expect(node.server.writes).toHaveLength(2);
    await node.pass(600);
    expect(node.server.writes).toHaveLength(2);
  });

  it('leaves pods of other nodes alone', async () => {
    await node.run({ nodeName: 'node-b' });
    expect(node.started).toEqual([]);
  });

  it('ends within its grace period when it is deleted, is told last words and goes', async () => {
    await node.run({});
    const { writes } = node.server;
    writes.splice(0);
    await node.deletePod();
    expect(node.puppet().signals).toEqual(['SIGTERM']);
    expect(writes.map((each) => each.split(' ')[0])).toEqual(['PATCH', 'DELETE']);
    expect(node.pod()).toBeUndefined();
    expect(node.released).toHaveLength(1);
    expect(node.kubelet.activePods).toBe(0);
  });

  it('is killed when it does not end in its grace period', async () => {
    await node.run({ containers: [container('main', { image: 'stays' })] });
    await node.deletePod(10);
    await node.pass(9);
    expect(node.puppet().signals).toEqual(['SIGTERM']);
    await node.pass(1);
    expect(node.puppet().signals).toEqual(['SIGTERM', 'SIGKILL']);
    expect(node.pod()).toBeUndefined();
  });

  it('can be given less time while it ends', async () => {
    await node.run({ containers: [container('main', { image: 'stays' })] });
    await node.deletePod(100);
    await node.pass(1);
    await node.deletePod(5);
    await node.pass(5);
    expect(node.pod()).toBeUndefined();
  });

  it('still has its grace period after it was deleted by force, beside a namesake that is another pod', async () => {
    await node.run({
      containers: [container('main', { image: 'stays' })],
      terminationGracePeriodSeconds: 20,
    });
    const first = node.puppet();
    await node.deletePod(0);
    await node.run({});
    expect(first.signals).toEqual(['SIGTERM']);
    expect(node.container().state.running).toBeDefined();
    await node.pass(20);
    expect(first.signals).toEqual(['SIGTERM', 'SIGKILL']);
    expect(node.container()).toMatchObject({ restartCount: 0, state: { running: {} } });
  });

  it('waits for its image, ever longer', async () => {
    await node.run({ containers: [container('main', { image: 'absent' })] });
    expect(node.container().state.waiting?.reason).toBe('ErrImagePull');
    await node.pass(1);
    expect(node.container().state.waiting).toEqual({
      reason: 'ImagePullBackOff',
      message:
        'Back-off pulling image "absent": ErrImagePull: failed to pull and unpack image "absent": not found',
    });
    await node.pass(9);
    expect(node.container().state.waiting?.reason).toBe('ErrImagePull');
    await node.pass(19);
    expect(node.container().state.waiting?.reason).toBe('ImagePullBackOff');
    expect(node.status().phase).toBe('Pending');
    await node.deletePod();
    expect(node.pod()).toBeUndefined();
  });

  it('gets new containers when its images change', async () => {
    await node.run({});
    await node.run({ containers: [container('main', { image: 'stays' })] });
    expect(node.events).toContain('Killing: Container main definition changed, will be restarted');
    expect(node.puppet().context.image).toBe('stays');
    expect(node.container()).toMatchObject({ image: 'stays', restartCount: 1, state: { running: {} } });
  });

  it('has ended with code 128 when its program cannot be started', async () => {
    node.behaviour = () => {
      throw new Error('no such command');
    };
    await node.run({ restartPolicy: 'Never' });
    expect(node.status().phase).toBe('Failed');
    expect(node.container().state.terminated).toMatchObject({
      exitCode: 128,
      reason: 'StartError',
      message: 'no such command',
    });
  });

  it('is refused by admission and stays refused', async () => {
    await node.stop();
    node = await new TestNode({ admit: () => ({ reason: 'OutOfcpu', message: 'too much' }) }).start();
    await node.run({});
    expect(node.status()).toMatchObject({
      phase: 'Failed',
      reason: 'OutOfcpu',
      message: 'Pod was rejected: too much',
    });
    expect(node.started).toEqual([]);
    await node.deletePod();
    expect(node.pod()).toBeUndefined();
  });

  it('is evicted: it ends in order and has failed when it has ended', async () => {
    await node.run({ containers: [container('main', { image: 'stays' })] });
    expect(node.kubelet.evict('shop', 'web', 'The node was low on resource: memory.')).toBe(true);
    await node.settle();
    expect(node.puppet().signals).toEqual(['SIGTERM']);
    expect(node.status().phase).toBe('Running');
    expect(node.status().reason).toBeUndefined();
    await node.pass(30);
    expect(node.status()).toMatchObject({ phase: 'Failed', reason: 'Evicted' });
    expect(node.condition('PodReadyToStartContainers')).toBe(
      'False PodSandboxNotReady pod sandbox is not ready',
    );
    expect(node.condition('DisruptionTarget')).toMatch(/^True TerminationByKubelet The node was low/);
    expect(node.condition('Ready')).toBe('False PodFailed');
    expect(node.kubelet.evict('shop', 'web', 'again')).toBe(false);
  });

  it('is over when its deadline has passed', async () => {
    await node.run({ activeDeadlineSeconds: 60 });
    await node.pass(59);
    expect(node.status().phase).toBe('Running');
    await node.pass(1);
    expect(node.status()).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded' });
  });
});

describe('status writing', () => {
  it('is tried again when the server is in trouble', async () => {
    node.server.failure = ({ method }) => (method === 'PATCH' ? 500 : undefined);
    await node.run({});
    expect(node.status()).toEqual({});
    node.server.failure = () => undefined;
    await node.pass(1);
    expect(node.status().phase).toBe('Running');
  });

  it('says again what somebody else has changed, and keeps what only others say', async () => {
    await node.run({});
    const { conditions = [], ...status } = node.status();
    const unready = conditions.map((each) => (each.type === 'Ready' ? { ...each, status: 'False' } : each));
    const own = { type: 'example.com/gate', status: 'True' };
    node.server.put(pathOf('web'), { ...node.pod(), status: { ...status, conditions: [...unready, own] } });
    await node.settle();
    expect(node.condition('Ready')).toBe('True');
    expect(node.condition('example.com/gate')).toBe('True');
  });
});

describe('readiness gates', () => {
  it('keep a pod from being ready until somebody says so', async () => {
    await node.run({ readinessGates: [{ conditionType: 'example.com/gate' }] });
    expect(node.condition('ContainersReady')).toBe('True');
    expect(node.condition('Ready')).toBe(
      'False ReadinessGatesNotReady corresponding condition of pod readiness gate "example.com/gate" does not exist.',
    );
    const { conditions = [], ...status } = node.status();
    const gate = { type: 'example.com/gate', status: 'True' };
    node.server.put(pathOf('web'), {
      ...node.pod(),
      status: { ...status, conditions: [...conditions, gate] },
    });
    await node.settle();
    expect(node.condition('Ready')).toBe('True');
  });
});

describe('a pod that has ended and is deleted', () => {
  it('is removed although the server refused that at first', async () => {
    await node.run({});
    let refusals = 2;
    node.server.failure = ({ method }) => (method === 'DELETE' && refusals-- > 0 ? 409 : undefined);
    await node.deletePod();
    expect(node.pod()).toBeDefined();
    await node.pass(5);
    expect(node.pod()).toBeUndefined();
  });
});

describe('a node that loses its power', () => {
  it('says nothing, and when it is back its containers have been killed and start again', async () => {
    await node.run({ containers: [container('main', { image: 'stays' })] });
    const { writes } = node.server;
    writes.splice(0);
    node.kubelet.fail();
    await node.pass(60);
    expect(node.puppet().signals).toEqual(['SIGKILL']);
    expect(writes).toEqual([]);
    expect(node.container().state.running).toBeDefined();

    node.kubelet.start();
    await node.settle();
    expect(node.container()).toMatchObject({
      restartCount: 1,
      state: { running: { startedAt: '2026-01-01T00:01:00Z' } },
      lastState: { terminated: { exitCode: 255, reason: 'Unknown' } },
    });
  });

  it('runs init containers again when it is back', async () => {
    await node.run({ initContainers: [container('init')] });
    await node.exit('init', 0);
    node.kubelet.fail();
    node.kubelet.start();
    await node.settle();
    expect(node.started).toEqual(['init', 'main', 'init']);
    await node.exit('init', 0);
    expect(node.started).toEqual(['init', 'main', 'init', 'main']);
    expect(node.container('init').restartCount).toBe(1);
  });

  it('finishes pods that have been deleted meanwhile', async () => {
    await node.run({});
    node.kubelet.fail();
    await node.deletePod();
    expect(node.pod()).toBeDefined();
    node.kubelet.start();
    await node.settle();
    expect(node.pod()).toBeUndefined();
  });

  it('gives back the addresses of pods that went meanwhile', async () => {
    await node.run({});
    node.kubelet.fail();
    await node.deletePod(0);
    node.kubelet.start();
    await node.settle();
    expect(node.released).toHaveLength(1);
  });

  it('starts nothing anew before what ran has ended', async () => {
    const ends: (() => void)[] = [];
    node.behaviour = () => {
      const exited = new Promise<Exit>((resolve) => {
        ends.push(() => {
          resolve({ code: 137 });
        });
      });
      // Something in the kernel keeps it for a while.
      return { exited, signal: () => undefined };
    };
    await node.run({});
    node.kubelet.fail();
    node.kubelet.start();
    await node.pass(5);
    expect(node.started).toHaveLength(1);
    ends[0]?.();
    await node.settle();
    expect(node.started).toHaveLength(2);
    node.kubelet.fail();
    ends[1]?.();
  });

  it('keeps no logs of pods that went meanwhile', async () => {
    await node.run({ restartPolicy: 'Never' }, 'done');
    await node.exit('main', 0);
    await node.run({});
    node.kubelet.fail();
    await node.deletePod(0, 'done');
    await node.deletePod(0);
    node.kubelet.start();
    await node.settle();
    expect(node.logsRemoved).toHaveLength(2);
  });

  it('writes no files any more, whatever was under way', async () => {
    let answer: () => void = () => undefined;
    node.server.before = ({ path }) =>
      path.endsWith('/token')
        ? new Promise<void>((resolve) => {
            answer = resolve;
          })
        : undefined;
    const sources = [{ serviceAccountToken: { path: 'token' } }];
    await node.run({ volumes: [{ name: 'v', projected: { sources } }] });
    node.kubelet.fail();
    answer();
    await node.settle();
    expect(readdirSync(join(node.dir, 'node-a', 'pods'))).toEqual([]);
  });
});
