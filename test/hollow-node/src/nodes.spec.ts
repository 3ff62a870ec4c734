import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeOnControlPlanes } from '../../controlplane/src/describe.ts';
import { eventually } from '../../tiny-operator/src/eventually.spec-helper.ts';
import {
  conditionOf,
  itOnTheRealOne,
  type PodFields,
  podObject,
  Scene,
  workload,
} from './scene.spec-helper.ts';

const soonGone = ['unreachable', 'not-ready'].map((state) => ({
  key: `node.kubernetes.io/${state}`,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 1,
}));

const only = (...names: readonly string[]): PodFields => ({
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [
          { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: names }] },
        ],
      },
    },
  },
});

describeOnControlPlanes('Nodes', (start) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.open(start, {
      nodes: ['drained', 'spare', 'lost', 'refuge', 'cordoned'].map((name) => ({
        name,
        zone: `zone-${name}`,
      })),
    });
  });
  afterAll(() => scene.close());

  itOnTheRealOne(start)('are Ready, with labels, capacity, an address and a lease', async () => {
    await eventually(async () => {
      const table = await scene.kubectl('get', 'nodes', '-L', 'topology.kubernetes.io/zone');
      expect(table).toMatch(/spare +Ready +<none> +\S+ +v1\.\S+ +zone-spare/);
    });
    const node = await scene.get('/api/v1/nodes/spare');
    expect(node.status).toMatchObject({
      capacity: { cpu: '8', memory: '32Gi', pods: '110' },
      addresses: [{ type: 'InternalIP', address: expect.stringMatching(/^127\./) }],
    });
    const lease = await scene.get('/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/spare');
    expect(lease.spec).toMatchObject({ holderIdentity: 'spare' });
  });

  it.concurrent('may come and go', async () => {
    await scene.nodes.addNode({
      name: 'guest',
      labels: { guest: 'yes' },
      taints: [{ key: 'guest', effect: 'NoSchedule' }],
    });
    await scene.namespace('guests');
    await scene.apply(
      'guests',
      podObject('visitor', {
        nodeSelector: { guest: 'yes' },
        tolerations: [{ key: 'guest', operator: 'Exists' }],
      }),
    );
    expect((await scene.ready('guests', 'visitor')).spec.nodeName).toBe('guest');
    await scene.nodes.removeNode('guest');
    expect((await scene.controlPlane.call({ method: 'GET', path: '/api/v1/nodes/guest' })).status).toBe(404);
  });

  it.concurrent('take no new pods while they are cordoned', async () => {
    await scene.namespace('cordon');
    await scene.nodes.cordon('cordoned');
    await scene.apply('cordon', podObject('waiting', only('cordoned')));
    await eventually(async () => {
      expect(conditionOf(await scene.pod('cordon', 'waiting'), 'PodScheduled')?.message).toContain(
        'node(s) were unschedulable',
      );
    });
    await scene.nodes.cordon('cordoned', false);
    await scene.ready('cordon', 'waiting');
  });

  itOnTheRealOne(start)('are drained as budgets allow', async () => {
    const ns = 'drain';
    await scene.namespace(ns);
    // Ready so late that one eviction after the other has to wait for the pod before.
    const slowly = {
      ...only('drained', 'spare'),
      container: { readinessProbe: { tcpSocket: { port: 1 }, initialDelaySeconds: 2 } },
    };
    await scene.nodes.cordon('spare');
    await scene.apply(ns, workload('Deployment', 'web', 2, slowly), {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'web' },
      spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'web' } } },
    });
    await eventually(async () => {
      expect((await scene.get(`/apis/apps/v1/namespaces/${ns}/deployments/web`)).status).toMatchObject({
        readyReplicas: 2,
      });
    });
    await scene.nodes.cordon('spare', false);
    const refusals: string[] = [];
    expect(await scene.nodes.drain('drained', { onRefused: (_, message) => refusals.push(message) })).toBe(
      true,
    );
    expect(refusals).toContain("Cannot evict pod as it would violate the pod's disruption budget.");
    const pods = (await scene.get(`/api/v1/namespaces/${ns}/pods`)) as unknown as {
      items: { spec: { nodeName: string } }[];
    };
    expect(pods.items.map(({ spec }) => spec.nodeName)).toEqual(['spare', 'spare']);
  });

  it.concurrent('that are lost lose their pods, and find out when they come back', async () => {
    const ns = 'loss';
    await scene.namespace(ns);
    const spec = {
      ...only('lost', 'refuge'),
      tolerations: soonGone,
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'kubernetes.io/hostname',
          whenUnsatisfiable: 'ScheduleAnyway',
          labelSelector: { matchLabels: { app: 'web' } },
        },
      ],
    };
    await scene.apply(
      ns,
      workload('StatefulSet', 'web', 2, spec),
      podObject('stays', { ...only('lost'), tolerations: [{ operator: 'Exists' }] }),
    );
    const pods = await Promise.all(['web-0', 'web-1'].map((name) => eventually(() => scene.ready(ns, name))));
    await scene.ready(ns, 'stays');
    const lost = pods.find((pod) => pod.spec.nodeName === 'lost');
    const name = lost?.metadata.name ?? '';
    await scene.nodes.fail('lost');
    expect(scene.nodes.killContainer({ namespace: ns, name }, 'main')).toBe(false);

    // kube-controller-manager waits 50 seconds for a word of the node.
    const unreachable = await eventually(async () => {
      const node = await scene.get('/api/v1/nodes/lost');
      expect(conditionOf(node, 'Ready')?.status).toBe('Unknown');
      const pod = await scene.pod(ns, name);
      expect(pod.metadata.deletionTimestamp).toBeDefined();
      return pod;
    }, 80_000);
    // Nobody can tell whether it still runs, so the StatefulSet makes no other one.
    expect(unreachable.metadata.uid).toBe(lost?.metadata.uid);

    await scene.nodes.recover('lost');
    await eventually(async () => {
      expect((await scene.ready(ns, name)).metadata.uid).not.toBe(lost?.metadata.uid);
      expect(conditionOf(await scene.get('/api/v1/nodes/lost'), 'Ready')?.status).toBe('True');
    });
    await eventually(async () => {
      expect((await scene.ready(ns, 'stays')).status).toMatchObject({
        containerStatuses: [{ restartCount: 1 }],
      });
    });
  });
});
