import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { seededRng, VirtualClock } from '@neo4j-operator/clock';
import { createHollowNodes, type HollowNodes } from '@neo4j-operator/hollow-node';
import { createKubeSim, type KubeSim } from '@neo4j-operator/kube-sim';
import { KubeError, type KubeTransport } from '@neo4j-operator/reconcile-kit';
import { conditionOf, type Live, obedient, workload } from './scene.spec-helper.ts';

/** The same nodes on the simulated control plane, everything in one process and under virtual time. */
describe('Hollow nodes on the simulated control plane', () => {
  let clock: VirtualClock;
  let sim: KubeSim;
  let transport: KubeTransport;
  let nodes: HollowNodes;
  let dataDir: string;

  beforeEach(async () => {
    clock = new VirtualClock();
    const rng = seededRng(1);
    sim = createKubeSim({ clock, rng });
    transport = sim.transport({
      error: (message, reason, request) => new KubeError(message, { reason, request }),
    });
    dataDir = mkdtempSync(join(tmpdir(), 'hollow-nodes-'));
    nodes = createHollowNodes({
      transport,
      clock,
      rng,
      programs: (image) => (image.startsWith('test/') ? obedient : undefined),
      nodes: ['a', 'b', 'c'].map((letter) => ({ name: `node-${letter}`, zone: `zone-${letter}` })),
      dataDir,
      listen: false,
    });
    await until(nodes.start());
    await clock.advance(2000);
  });
  afterEach(async () => {
    await until(nodes.stop());
    await sim.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function until<T>(what: Promise<T>): Promise<T> {
    const pending = new Set([what]);
    const done = what.finally(() => {
      pending.clear();
    });
    done.catch(() => undefined);
    for (let turn = 0; turn < 1000 && pending.size > 0; turn++) await clock.advance(100);
    return done;
  }

  async function call(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body?: object,
  ): Promise<Live> {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const answer = await transport.request({
      method,
      path,
      headers: { 'content-type': type },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = new TextDecoder().decode(answer.body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${text}`);
    return JSON.parse(text) as Live;
  }

  const core = '/api/v1/namespaces/default';
  const pod = (name: string): Promise<Live> => call('GET', `${core}/pods/${name}`);
  const isReady = async (name: string): Promise<boolean> =>
    conditionOf(await pod(name), 'Ready')?.status === 'True';

  async function createStatefulSet(more: object = {}): Promise<void> {
    await call('POST', '/apis/storage.k8s.io/v1/storageclasses', {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'fast' },
      provisioner: 'example.com/disk',
      volumeBindingMode: 'WaitForFirstConsumer',
    });
    const spec = {
      storageClassName: 'fast',
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '1Gi' } },
    };
    const container = { volumeMounts: [{ name: 'data', mountPath: '/data' }] };
    await call(
      'POST',
      '/apis/apps/v1/namespaces/default/statefulsets',
      workload(
        'StatefulSet',
        'web',
        3,
        { container, ...more },
        {
          volumeClaimTemplates: [{ metadata: { name: 'data' }, spec }],
        },
      ),
    );
  }

  it('run a StatefulSet with a volume for each pod, in a zone each', async () => {
    await createStatefulSet();
    await clock.advance(10_000);
    const pods = await Promise.all(['web-0', 'web-1', 'web-2'].map(pod));
    expect(pods.map((each) => conditionOf(each, 'Ready')?.status)).toEqual(['True', 'True', 'True']);
    expect(new Set(pods.map(({ spec }) => spec.nodeName)).size).toBe(3);

    await call('DELETE', `${core}/pods/web-1`);
    await clock.advance(10_000);
    const next = await pod('web-1');
    expect(next.metadata.uid).not.toBe(pods[1]?.metadata.uid);
    expect(next.spec.nodeName).toBe(pods[1]?.spec.nodeName);
    expect(await isReady('web-1')).toBe(true);
  });

  it('lose a node, and its pods with it when it comes back', async () => {
    await createStatefulSet();
    await clock.advance(10_000);
    const lost = await pod('web-0');
    const node = lost.spec.nodeName ?? '';
    await until(nodes.fail(node));
    await clock.advance(60_000);
    expect(conditionOf(await call('GET', `/api/v1/nodes/${node}`), 'Ready')?.status).toBe('Unknown');
    expect(conditionOf(await pod('web-0'), 'Ready')?.status).toBe('False');
    await clock.advance(310_000);
    expect((await pod('web-0')).metadata.deletionTimestamp).toBeDefined();
    await until(nodes.recover(node));
    await clock.advance(60_000);
    expect((await pod('web-0')).metadata.uid).not.toBe(lost.metadata.uid);
    expect(await isReady('web-0')).toBe(true);
  });

  it('are drained as budgets allow', async () => {
    await createStatefulSet();
    await call('POST', '/apis/policy/v1/namespaces/default/poddisruptionbudgets', {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'web' },
      spec: { maxUnavailable: 0, selector: { matchLabels: { app: 'web' } } },
    });
    await clock.advance(10_000);
    const refusals: string[] = [];
    const node = (await pod('web-0')).spec.nodeName ?? '';
    const drained = nodes.drain(node, { onRefused: (_, message) => refusals.push(message) });
    await clock.advance(8000);
    expect(refusals).toEqual(
      Array(2).fill("Cannot evict pod as it would violate the pod's disruption budget."),
    );
    await call('PATCH', '/apis/policy/v1/namespaces/default/poddisruptionbudgets/web', {
      spec: { maxUnavailable: 1 },
    });
    expect(await until(drained)).toBe(true);
  });
});
