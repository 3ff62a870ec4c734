import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { container, TestNode } from './node.spec-helper.ts';

let node: TestNode;
beforeEach(async () => {
  node = await new TestNode().start();
});
afterEach(() => node.stop());

describe('restarts', () => {
  it('come at once the first time, then ever later, up to five minutes', async () => {
    await node.run({});
    await node.exit('main', 1);
    expect(node.container()).toMatchObject({
      restartCount: 1,
      state: { running: {} },
      lastState: { terminated: { exitCode: 1, reason: 'Error' } },
    });
    for (const seconds of [10, 20, 40, 80, 160, 300, 300]) {
      await node.exit('main', 1);
      expect(node.container().state.waiting).toMatchObject({ reason: 'CrashLoopBackOff' });
      expect(node.status().phase).toBe('Running');
      expect(node.condition('Ready')).toBe('False ContainersNotReady containers with unready status: [main]');
      await node.pass(seconds - 1);
      expect(node.container().state.waiting).toBeDefined();
      await node.pass(1);
      expect(node.container().state.running).toBeDefined();
    }
    expect(node.container().restartCount).toBe(8);
  });

  it('come soon again after ten good minutes', async () => {
    await node.run({});
    await node.exit('main', 1);
    await node.exit('main', 1);
    expect(node.container().state.waiting?.message).toMatch(
      /^back-off 10s restarting failed container=main pod=web_shop\(uid-\d+\)$/,
    );
    await node.pass(10);
    await node.pass(601);
    await node.exit('main', 1);
    expect(node.container().state.running).toBeDefined();
    await node.exit('main', 1);
    expect(node.container().state.waiting?.message).toMatch(/^back-off 10s /);
  });

  it.each([
    ['Always', 0, 'Running'],
    ['OnFailure', 0, 'Succeeded'],
    ['OnFailure', 3, 'Running'],
    ['Never', 0, 'Succeeded'],
    ['Never', 3, 'Failed'],
  ] as const)('with policy %s after exit code %i: the phase is %s', async (restartPolicy, code, phase) => {
    await node.run({ restartPolicy });
    await node.exit('main', code);
    expect(node.status().phase).toBe(phase);
  });

  it('follow the rules and the policy of a container before those of its pod', async () => {
    const restartPolicyRules = [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }];
    const containers = [container('main', { restartPolicy: 'Never', restartPolicyRules })];
    await node.run({ restartPolicy: 'Always', containers });
    await node.exit('main', 42);
    expect(node.container()).toMatchObject({ restartCount: 1, state: { running: {} } });
    await node.exit('main', 1);
    expect(node.status().phase).toBe('Failed');
  });

  it('happen after a kill for lack of memory, which is told as such', async () => {
    await node.run({ containers: [container('main', { image: 'stays' })] });
    expect(node.kubelet.killContainer('shop', 'web', 'main', { oom: true })).toBe(true);
    await node.settle();
    expect(node.container().lastState.terminated).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
    expect(node.kubelet.killContainer('shop', 'web', 'main')).toBe(true);
    await node.settle();
    expect(node.container().lastState.terminated).toMatchObject({ exitCode: 137, reason: 'Error' });
    expect(node.kubelet.killContainer('shop', 'web', 'other')).toBe(false);
  });
});

describe('a pod that is through', () => {
  it('is completed', async () => {
    await node.run({ restartPolicy: 'Never' });
    await node.exit('main', 0);
    expect(node.condition('Ready')).toBe('False PodCompleted');
    expect(node.condition('Initialized')).toBe('True PodCompleted');
    expect(node.container().state.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' });
    expect(node.kubelet.activePods).toBe(0);
  });

  it('has failed if one of its containers has', async () => {
    await node.run({ restartPolicy: 'Never', containers: [container('a'), container('b')] });
    await node.exit('a', 1);
    expect(node.status().phase).toBe('Running');
    await node.exit('b', 0);
    expect(node.status().phase).toBe('Failed');
  });
});

describe('init containers', () => {
  const initContainers = [container('one'), container('two')];

  it('run one after the other before the others', async () => {
    await node.run({ initContainers });
    expect(node.status().phase).toBe('Pending');
    expect(node.condition('Initialized')).toBe(
      'False ContainersNotInitialized containers with incomplete status: [one two]',
    );
    expect(node.container().state.waiting?.reason).toBe('PodInitializing');
    await node.exit('one', 0);
    expect(node.started).toEqual(['one', 'two']);
    await node.exit('two', 0);
    expect(node.started).toEqual(['one', 'two', 'main']);
    expect(node.condition('Initialized')).toBe('True');
    expect(node.container('one')).toMatchObject({ ready: true, started: false });
  });

  it('are tried again, with back-off', async () => {
    await node.run({ initContainers });
    await node.exit('one', 1);
    await node.exit('one', 1);
    expect(node.container('one').state.waiting?.reason).toBe('CrashLoopBackOff');
    await node.pass(10);
    await node.exit('one', 0);
    expect(node.started).toEqual(['one', 'one', 'one', 'two']);
  });

  it('that never ran are told as lost when the pod is deleted', async () => {
    const [one, two] = [container('one', { image: 'absent' }), container('two')];
    await node.run({ initContainers: [one, two] });
    const statuses: unknown[] = [];
    node.server.failure = ({ method, body = '{}' }) => {
      if (method === 'PATCH') statuses.push((JSON.parse(body) as { status: unknown }).status);
      return undefined;
    };
    await node.deletePod();
    const last = statuses.at(-1) as ReturnType<typeof node.status>;
    expect(last).toMatchObject({
      phase: 'Failed',
      initContainerStatuses: [
        { state: { terminated: { exitCode: 137, reason: 'ContainerStatusUnknown' } } },
        { state: { waiting: { reason: 'PodInitializing' } } },
      ],
      containerStatuses: [{ state: { waiting: { reason: 'PodInitializing' } } }],
    });
  });

  it('fail the pod if it is not to be restarted', async () => {
    await node.run({ initContainers, restartPolicy: 'Never' });
    await node.exit('one', 7);
    expect(node.status().phase).toBe('Failed');
    expect(node.started).toEqual(['one']);
    expect(node.container().state.waiting?.reason).toBe('PodInitializing');
  });
});

describe('sidecars', () => {
  const sidecar = (name: string, more = {}): ReturnType<typeof container> =>
    container(name, { restartPolicy: 'Always', ...more });

  it('start in order, each when the one before has started, and stay', async () => {
    const open = new Set<string>();
    node.behaviour = ({ name }) => ({ answer: () => Promise.resolve(open.has(name) ? 200 : undefined) });
    const startupProbe = { tcpSocket: { port: 80 }, periodSeconds: 1 };
    await node.run({ initContainers: [sidecar('proxy', { startupProbe }), container('init')] });
    expect(node.started).toEqual(['proxy']);
    open.add('proxy');
    await node.pass(1);
    expect(node.started).toEqual(['proxy', 'init']);
    await node.exit('init', 0);
    expect(node.status().phase).toBe('Running');
    await node.exit('proxy', 0);
    expect(node.container('proxy')).toMatchObject({ restartCount: 1 });
    expect(node.started).toEqual(['proxy', 'init', 'main', 'proxy']);
  });

  it('end after the others, the last first, and do not decide the phase', async () => {
    const stays = { image: 'stays' };
    await node.run({
      initContainers: [sidecar('first', stays), sidecar('second', stays)],
      containers: [container('main', stays)],
    });
    await node.deletePod();
    for (const [name, code, next] of [
      ['main', 0, 'second'],
      ['second', 143, 'first'],
    ] as const) {
      expect([node.puppet(name).signals, node.puppet(next).signals]).toEqual([['SIGTERM'], []]);
      await node.exit(name, code);
    }
    expect(node.puppet('first').signals).toEqual(['SIGTERM']);
    await node.exit('first', 143);
    expect(node.pod()).toBeUndefined();
  });

  it('are stopped when the work is done', async () => {
    await node.run({ initContainers: [sidecar('proxy', { image: 'stays' })], restartPolicy: 'Never' });
    await node.exit('main', 0);
    expect(node.puppet('proxy').signals).toEqual(['SIGTERM']);
    expect(node.status().phase).toBe('Running');
    expect(node.condition('Ready')).toBe('False ContainersNotReady containers with unready status: [main]');
    await node.exit('proxy', 143);
    expect(node.status().phase).toBe('Succeeded');
  });
});

describe('lifecycle hooks', () => {
  it('hold a container back until postStart is through', async () => {
    await node.run({
      containers: [container('main', { lifecycle: { postStart: { sleep: { seconds: 5 } } } })],
    });
    expect(node.started).toEqual(['main']);
    expect(node.container().state.waiting?.reason).toBe('ContainerCreating');
    await node.pass(5);
    expect(node.container().state.running?.startedAt).toBe('2026-01-01T00:00:00Z');
  });

  it('kill a container whose postStart fails', async () => {
    node.behaviour = () => ({ exec: () => Promise.resolve({ code: 1, output: 'no' }) });
    await node.run({
      containers: [container('main', { lifecycle: { postStart: { exec: { command: ['x'] } } } })],
    });
    expect(node.events).toContain('FailedPostStartHook: PostStartHook failed');
    expect(node.container().state.waiting?.reason).toBe('CrashLoopBackOff');
  });

  it('run preStop before the signal, within the grace period', async () => {
    const lifecycle = { preStop: { sleep: { seconds: 5 } } };
    await node.run({ containers: [container('main', { lifecycle, image: 'stays' })] });
    await node.deletePod(8);
    await node.pass(4);
    expect(node.puppet().signals).toEqual([]);
    await node.pass(1);
    expect(node.puppet().signals).toEqual(['SIGTERM']);
    await node.pass(3);
    expect(node.puppet().signals).toEqual(['SIGTERM', 'SIGKILL']);
  });

  it('leave two seconds for the end if preStop has used up all', async () => {
    const lifecycle = { preStop: { sleep: { seconds: 100 } } };
    await node.run({ containers: [container('main', { lifecycle, image: 'stays' })] });
    await node.deletePod(3);
    await node.pass(3);
    expect(node.puppet().signals).toEqual(['SIGTERM']);
    await node.pass(2);
    expect(node.puppet().signals).toEqual(['SIGTERM', 'SIGKILL']);
  });
});

describe('termination messages', () => {
  it('are what the program says', async () => {
    await node.run({ restartPolicy: 'Never' });
    await node.exit('main', 1, { message: 'disk full', reason: 'Error' });
    expect(node.container().state.terminated).toMatchObject({ message: 'disk full' });
  });

  it('are the end of the log if the pod wants that and nothing was said', async () => {
    const containers = [container('main', { terminationMessagePolicy: 'FallbackToLogsOnError' })];
    await node.run({ restartPolicy: 'Never', containers });
    node.puppet().context.log('out of luck');
    await node.exit('main', 1);
    expect(node.container().state.terminated).toMatchObject({ message: 'out of luck' });
  });
});

describe('a program with a mistake', () => {
  it('has failed if its end is an error', async () => {
    node.behaviour = () => ({ exited: Promise.reject(new Error('a mistake')) });
    await node.run({ restartPolicy: 'Never' });
    expect(node.status().phase).toBe('Failed');
    expect(node.container().state.terminated).toMatchObject({
      exitCode: 1,
      reason: 'Error',
      message: 'a mistake',
    });
  });
});
