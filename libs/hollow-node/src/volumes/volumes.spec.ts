import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createKubeClient, silentLogger } from '@neo4j-operator/reconcile-kit';
import { container, TestNode } from '../kubelet/node.spec-helper.ts';
import { createVolumeCollector, type VolumeCollector } from './claims.ts';
import type { Container, Volume, VolumeMount } from '../kubelet/resources.ts';

let node: TestNode;
beforeEach(async () => {
  node = await new TestNode({ volumeRefreshMs: 30_000 }).start();
});
afterEach(() => node.stop());

const at = (kind: string, name: string): string => `/api/v1/namespaces/shop/${kind}/${name}`;

function put(kind: 'configmaps' | 'secrets', name: string, data: Record<string, string>): void {
  node.server.put(at(kind, name), {
    apiVersion: 'v1',
    kind: kind === 'secrets' ? 'Secret' : 'ConfigMap',
    data,
  });
}

async function mount(
  volume: Omit<Volume, 'name'>,
  more: Partial<VolumeMount> = {},
  spec: Partial<Container> = {},
): Promise<void> {
  const volumeMounts = [{ name: 'v', mountPath: '/data', ...more }];
  await node.run({
    volumes: [{ name: 'v', ...volume }],
    containers: [container('main', { volumeMounts, ...spec })],
  });
}

function mounted(): {
  readonly hostPath: string;
  readonly readOnly: boolean;
  readonly source: { readonly type: string };
} {
  const found = node.puppet().context.mounts.find(({ mountPath }) => mountPath === '/data');
  if (found === undefined) throw new Error('nothing is mounted');
  return found;
}

function file(name: string): string {
  return readFileSync(join(mounted().hostPath, name), 'utf8');
}

function bind(): void {
  node.server.put(at('persistentvolumeclaims', 'disk'), {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    spec: { volumeName: 'pv-1' },
    status: { phase: 'Bound' },
  });
}

describe('ConfigMaps and Secrets as files', () => {
  it('show all keys, or those that are wanted, with their modes', async () => {
    put('configmaps', 'cfg', { a: '1', b: '2' });
    await mount({
      configMap: {
        name: 'cfg',
        defaultMode: 0o640,
        items: [
          { key: 'a', path: 'deep/er/a.txt', mode: 0o400 },
          { key: 'b', path: 'b' },
        ],
      },
    });
    expect(file('deep/er/a.txt')).toBe('1');
    expect(file('b')).toBe('2');
    expect(statSync(join(mounted().hostPath, 'deep/er/a.txt')).mode & 0o777).toBe(0o400);
    expect(statSync(join(mounted().hostPath, 'b')).mode & 0o777).toBe(0o640);
    expect(mounted().readOnly).toBe(true);
  });

  it('keep a pod waiting until they are there', async () => {
    await mount({ secret: { secretName: 'pw' } });
    expect(node.started).toEqual([]);
    expect(node.container().state.waiting?.reason).toBe('ContainerCreating');
    expect(node.condition('PodReadyToStartContainers')).toBe(
      'False PodSandboxNotReady no pod sandbox exists',
    );
    expect(node.events[0]).toBe(
      'FailedMount: MountVolume.SetUp failed for volume "v" : secret "pw" not found',
    );
    put('secrets', 'pw', { key: 'czNjcmV0' });
    await node.settle();
    expect(file('key')).toBe('s3cret');
  });

  it('say which key is missing', async () => {
    put('configmaps', 'cfg', {});
    await mount({ configMap: { name: 'cfg', items: [{ key: 'x', path: 'x' }] } });
    expect(node.events[0]).toMatch(/references non-existent config key: x$/);
  });

  it('are empty if they are optional and not there', async () => {
    await mount({ configMap: { name: 'cfg', optional: true } });
    expect(readdirSync(mounted().hostPath)).toEqual(expect.arrayContaining(['..data']));
    put('configmaps', 'cfg', { late: 'yes' });
    await node.pass(30);
    expect(file('late')).toBe('yes');
  });

  it('change all at once, some time after the object has', async () => {
    put('configmaps', 'cfg', { a: '1', old: 'x' });
    await mount({ configMap: { name: 'cfg' } });
    const folder = mounted().hostPath;
    const before = readlinkSync(join(folder, '..data'));
    expect(lstatSync(join(folder, 'a')).isSymbolicLink()).toBe(true);
    put('configmaps', 'cfg', { a: '2', fresh: 'y' });
    await node.pass(29);
    expect(file('a')).toBe('1');
    await node.pass(1);
    expect(file('a')).toBe('2');
    expect(file('fresh')).toBe('y');
    expect(existsSync(join(folder, 'old'))).toBe(false);
    expect(readlinkSync(join(folder, '..data'))).not.toBe(before);
    expect(existsSync(join(folder, before))).toBe(false);
  });

  it('stay as they were where a single file is mounted', async () => {
    put('configmaps', 'cfg', { a: '1' });
    await mount({ configMap: { name: 'cfg' } }, { subPath: 'a' });
    put('configmaps', 'cfg', { a: '2' });
    await node.pass(30);
    expect(readFileSync(mounted().hostPath, 'utf8')).toBe('1');
  });
});

describe('a container whose environment cannot be resolved', () => {
  it('says what is missing, and starts when it has come', async () => {
    const env = [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'cfg', key: 'a' } } }];
    await node.run({ containers: [container('main', { env })] });
    expect(node.container().state.waiting).toEqual({
      reason: 'CreateContainerConfigError',
      message: 'configmap "cfg" not found',
    });
    put('configmaps', 'cfg', { a: '1' });
    await node.settle();
    expect(node.puppet().context.env).toMatchObject({ A: '1', HOSTNAME: 'web' });
  });
});

describe('projected volumes', () => {
  it('put tokens, objects and fields together, and renew the token in time', async () => {
    put('configmaps', 'kube-root-ca.crt', { 'ca.crt': 'CA' });
    await mount({
      projected: {
        sources: [
          { serviceAccountToken: { path: 'token', expirationSeconds: 3600 } },
          { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
          { downwardAPI: { items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } }] } },
        ],
      },
    });
    const first = file('token');
    expect([first, file('ca.crt'), file('namespace')]).toEqual([
      expect.stringMatching(/^token-/),
      'CA',
      'shop',
    ]);
    await node.pass(2879);
    expect(file('token')).toBe(first);
    await node.pass(1);
    expect(file('token')).not.toBe(first);
  });

  it('have a dummy where the server issues no tokens', async () => {
    node.server.failure = ({ path }) => (path.endsWith('/token') ? 404 : undefined);
    await mount({ projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } });
    expect(file('token')).toBe('hollow.default');
  });
});

describe('the downward API', () => {
  it('follows the labels of the pod', async () => {
    const volumes = [
      { name: 'v', downwardAPI: { items: [{ path: 'l', fieldRef: { fieldPath: 'metadata.labels' } }] } },
    ];
    const containers = [container('main', { volumeMounts: [{ name: 'v', mountPath: '/data' }] })];
    await node.run({ volumes, containers }, 'web', { labels: { a: '1' } });
    expect(file('l')).toBe('a="1"');
    await node.run({ volumes, containers }, 'web', { labels: { a: '2' } });
    await node.pass(30);
    expect(file('l')).toBe('a="2"');
  });
});

describe('emptyDir', () => {
  it('outlives the container but not the pod', async () => {
    await mount({ emptyDir: {} });
    const { hostPath } = mounted();
    writeFileSync(join(hostPath, 'x'), '1');
    await node.exit('main', 1);
    expect(file('x')).toBe('1');
    await node.deletePod();
    expect(existsSync(hostPath)).toBe(false);
  });

  it('has a folder for each subPath, which may name variables', async () => {
    await mount({ emptyDir: {} }, { subPathExpr: 'of/$(NAME)' }, { env: [{ name: 'NAME', value: 'web' }] });
    expect(mounted().hostPath).toMatch(/\/v\/of\/web$/);
    expect(statSync(mounted().hostPath).isDirectory()).toBe(true);
  });

  it('cannot be mounted where a variable is missing', async () => {
    await mount({ emptyDir: {} }, { subPathExpr: '$(NONE)' });
    expect(node.container().state.waiting).toEqual({
      reason: 'CreateContainerConfigError',
      message: 'missing value for "NONE"',
    });
  });
});

describe('claims', () => {
  it('keep a pod waiting until they are bound, and their data for the next one', async () => {
    await mount({ persistentVolumeClaim: { claimName: 'disk' } });
    expect(node.started).toEqual([]);
    bind();
    await node.settle();
    expect(mounted().source).toMatchObject({ type: 'claim', claimName: 'disk' });
    writeFileSync(join(mounted().hostPath, 'x'), '1');
    await node.deletePod();
    await mount({ persistentVolumeClaim: { claimName: 'disk', readOnly: true } });
    expect(file('x')).toBe('1');
    expect(mounted().readOnly).toBe(true);
  });
});

describe('the collector of volumes', () => {
  const pathOfVolume = (name: string): string => `/api/v1/persistentvolumes/${name}`;
  const isThere = (name: string): boolean => existsSync(join(node.dir, name));
  let collector: VolumeCollector;
  beforeEach(async () => {
    const { registry, clock, dir } = node;
    const client = createKubeClient({ transport: node.server, clock });
    collector = createVolumeCollector({ registry, client, clock, logger: silentLogger, claimsDir: dir });
    collector.start();
    for (const [name, persistentVolumeReclaimPolicy] of [
      ['drop', 'Delete'],
      ['keep', 'Retain'],
    ] as const) {
      mkdirSync(join(node.dir, name));
      node.server.put(pathOfVolume(name), {
        kind: 'PersistentVolume',
        spec: { persistentVolumeReclaimPolicy },
      });
    }
    await node.settle();
  });
  afterEach(() => collector.stop());

  it('removes what a volume held when it is deleted, unless it is to be retained', async () => {
    expect(['drop', 'keep'].map(isThere)).toEqual([true, true]);
    for (const name of ['drop', 'keep']) node.server.deletePod(pathOfVolume(name), 0);
    await node.pass(1);
    expect(['drop', 'keep'].map(isThere)).toEqual([false, true]);
  });

  it('removes nothing of a volume that only seems to be deleted', async () => {
    node.server.pretendDeleted(pathOfVolume('drop'));
    await node.pass(60);
    expect(isThere('drop')).toBe(true);
  });

  it('removes it later if the server cannot be asked', async () => {
    node.server.failure = () => 500;
    node.server.deletePod(pathOfVolume('drop'), 0);
    await node.pass(10);
    expect(isThere('drop')).toBe(true);
    node.server.failure = () => undefined;
    await node.pass(10);
    expect(isThere('drop')).toBe(false);
  });
});

describe('what is left on the node', () => {
  it('is removed at its start if the pod is gone', async () => {
    const left = join(node.dir, 'node-a', 'pods', 'gone');
    node.kubelet.fail();
    mkdirSync(left);
    node.kubelet.start();
    await node.settle();
    expect(existsSync(left)).toBe(false);
  });
});

describe('a path within a volume', () => {
  it.each([
    ['../../../escaped', "unable to provision SubPath `../../../escaped`: must not contain '..'"],
    ['/etc', 'error SubPath `/etc` must not be an absolute path'],
  ])('keeps the container from being made if a variable makes it %s', async (value, message) => {
    await mount({ emptyDir: {} }, { subPathExpr: '$(WHERE)' }, { env: [{ name: 'WHERE', value }] });
    expect(node.container().state.waiting).toEqual({ reason: 'CreateContainerConfigError', message });
    expect(readdirSync(node.dir)).not.toContain('escaped');
  });

  it.each([
    ['out/escaped', 'create subPath directory'],
    ['out', 'prepare subPath'],
    ['nowhere/x', 'create subPath directory'],
  ])('keeps the container from being made if links make %s lead out of it', async (subPath, what) => {
    bind();
    const claim = join(node.dir, 'claims', 'pv-1');
    mkdirSync(claim, { recursive: true });
    symlinkSync(node.dir, join(claim, 'out'));
    symlinkSync('/no/where', join(claim, 'nowhere'));
    symlinkSync('.', join(claim, 'in'));
    await mount({ persistentVolumeClaim: { claimName: 'disk' } }, { subPath });
    expect(node.container().state.waiting).toEqual({
      reason: 'CreateContainerConfigError',
      message: `failed to ${what} for volumeMount "v" of container "main"`,
    });
    expect(readdirSync(node.dir)).not.toContain('escaped');
  });

  it.each(['../../escaped', '/escaped'])('is none of a file that an object wants at %s', async (path) => {
    put('configmaps', 'cfg', { a: '1' });
    await mount({ configMap: { name: 'cfg', items: [{ key: 'a', path }] } });
    expect(node.started).toEqual([]);
    expect(node.events.join()).toContain(
      'FailedMount: MountVolume.SetUp failed for volume "v" : invalid path',
    );
  });
});

describe('tokens that cannot be renewed', () => {
  it('are asked for again after ever longer pauses', async () => {
    await mount({ projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } });
    let tries = 0;
    // A loop without a pause would never let this test end.
    node.server.failure = ({ path }) => (path.endsWith('/token') && ++tries < 500 ? 500 : undefined);
    await node.pass(3600 * 0.8 + 20);
    expect(tries).toBeGreaterThan(3);
    expect(tries).toBeLessThan(10);
  });
});

describe('files that change all at once', () => {
  it('change again after a process has died while it changed them', async () => {
    put('configmaps', 'cfg', { a: '1' });
    await mount({ configMap: { name: 'cfg' } });
    symlinkSync('..gone', join(mounted().hostPath, '..data_tmp'));
    put('configmaps', 'cfg', { a: '2' });
    await node.pass(31);
    expect(file('a')).toBe('2');
  });

  it('leave nothing behind when they cannot be written', async () => {
    put('configmaps', 'cfg', { a: '1', b: '2' });
    const items = [
      { key: 'a', path: 'same' },
      { key: 'b', path: 'same/deeper' },
    ];
    await mount({ configMap: { name: 'cfg', items } });
    await node.pass(60);
    const uid = node.pod()?.metadata.uid ?? '';
    const folder = join(node.dir, 'node-a', 'pods', uid, 'volumes', 'v');
    expect(readdirSync(folder)).toEqual([]);
  });
});
