import { existsSync } from 'node:fs';
import { join } from 'node:path';
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

interface Claim {
  readonly metadata: { readonly uid: string };
  readonly spec: { readonly volumeName?: string };
  readonly status: { readonly phase: string; readonly capacity?: { readonly storage: string } };
}

function storageClass(name: string, more: object = {}): object {
  return {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name },
    provisioner: 'example.com/disk',
    volumeBindingMode: 'WaitForFirstConsumer',
    ...more,
  };
}

function claimObject(name: string, storageClassName: string, storage = '1Gi'): object {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name },
    spec: { storageClassName, accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
  };
}

const using = (claimName: string): PodFields => ({
  container: { volumeMounts: [{ name: 'data', mountPath: '/data' }] },
  volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }],
});

describeOnControlPlanes('Pods and volumes find their nodes', (start) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.open(start);
  });
  afterAll(() => scene.close());

  async function claim(namespace: string, name: string): Promise<Claim> {
    return (await scene.get(
      `/api/v1/namespaces/${namespace}/persistentvolumeclaims/${name}`,
    )) as unknown as Claim;
  }

  it.concurrent(
    'pods of a StatefulSet go to different zones and become Ready with a volume each',
    async () => {
      const ns = 'spread';
      await scene.namespace(ns);
      const template = {
        metadata: { name: 'data' },
        spec: (claimObject('', 'spread') as { spec: object }).spec,
      };
      await scene.apply(
        ns,
        storageClass('spread'),
        workload(
          'StatefulSet',
          'web',
          3,
          { container: { volumeMounts: [{ name: 'data', mountPath: '/data' }] } },
          {
            volumeClaimTemplates: [template],
          },
        ),
      );
      const pods = await Promise.all(
        [0, 1, 2].map((ordinal) => eventually(() => scene.ready(ns, `web-${ordinal}`))),
      );
      expect(new Set(pods.map(({ spec }) => spec.nodeName)).size).toBe(3);

      // Its volume is in its zone, so that is where the next one goes.
      const [{ spec: { nodeName }, metadata: { uid } } = pods[0] as never] = pods;
      await scene.kubectl('delete', 'pod', 'web-0', '-n', ns);
      await eventually(async () => {
        const next = await scene.ready(ns, 'web-0');
        expect(next.metadata.uid).not.toBe(uid);
        expect(next.spec.nodeName).toBe(nodeName);
      });
    },
  );

  it.concurrent('a pod that fits nowhere says why, and is placed when it can be', async () => {
    const ns = 'nowhere';
    await scene.namespace(ns);
    await scene.apply(ns, podObject('picky', { nodeSelector: { disk: 'fast' } }));
    await eventually(async () => {
      expect(conditionOf(await scene.pod(ns, 'picky'), 'PodScheduled')).toMatchObject({
        status: 'False',
        reason: 'Unschedulable',
        message:
          "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector. " +
          'preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
      });
    });
    // Events are written beside what they tell of.
    const told = (what: RegExp): Promise<void> =>
      eventually(async () => {
        expect(await scene.kubectl('get', 'events', '-n', ns)).toMatch(what);
      });
    await told(/Warning +FailedScheduling +pod\/picky/);
    await scene.kubectl('label', 'node', 'node-b', 'disk=fast');
    expect((await scene.ready(ns, 'picky')).spec.nodeName).toBe('node-b');
    await told(/Successfully assigned nowhere\/picky to node-b/);
  });

  itOnTheRealOne(start)('a pod with gates waits until they are lifted', async () => {
    const ns = 'gates';
    await scene.namespace(ns);
    await scene.apply(ns, podObject('gated', { schedulingGates: [{ name: 'example.com/wait' }] }));
    await scene.apply(ns, podObject('free'));
    await scene.ready(ns, 'free');
    expect(conditionOf(await scene.pod(ns, 'gated'), 'PodScheduled')).toMatchObject({
      reason: 'SchedulingGated',
    });
    const patch = JSON.stringify({ spec: { schedulingGates: [] } });
    await scene.kubectl('patch', 'pod', 'gated', '-n', ns, '--type', 'merge', '-p', patch);
    await scene.ready(ns, 'gated');
  });

  itOnTheRealOne(start)('each node gets its pod of a DaemonSet', async () => {
    const ns = 'daemon';
    await scene.namespace(ns);
    await scene.apply(ns, workload('DaemonSet', 'agent', 0));
    await eventually(async () => {
      expect((await scene.get(`/apis/apps/v1/namespaces/${ns}/daemonsets/agent`)).status).toMatchObject({
        desiredNumberScheduled: 3,
        numberReady: 3,
      });
    });
  });

  it.concurrent('a claim grows if its class allows it', async () => {
    const ns = 'growth';
    await scene.namespace(ns);
    await scene.apply(
      ns,
      storageClass('growing', { allowVolumeExpansion: true }),
      claimObject('data', 'growing'),
      podObject('user', using('data')),
    );
    await scene.ready(ns, 'user');
    const patch = JSON.stringify({ spec: { resources: { requests: { storage: '3Gi' } } } });
    await scene.kubectl('patch', 'pvc', 'data', '-n', ns, '-p', patch);
    await eventually(async () => {
      const { spec, status } = await claim(ns, 'data');
      expect(status.capacity?.storage).toBe('3Gi');
      expect((await scene.get(`/api/v1/persistentvolumes/${spec.volumeName ?? ''}`)).spec).toMatchObject({
        capacity: { storage: '3Gi' },
      });
    });
  });

  it.concurrent('a volume and what is on it go with the claim, if it is not to be kept', async () => {
    const ns = 'reclaim';
    await scene.namespace(ns);
    await scene.apply(
      ns,
      storageClass('deleted'),
      storageClass('retained', { reclaimPolicy: 'Retain' }),
      claimObject('deleted', 'deleted'),
      claimObject('retained', 'retained'),
      podObject('one', using('deleted')),
      podObject('two', using('retained')),
    );
    await Promise.all([scene.ready(ns, 'one'), scene.ready(ns, 'two')]);
    const folderOf = async (name: string): Promise<string> =>
      join(scene.dataDir, 'volumes', (await claim(ns, name)).spec.volumeName ?? '');
    const [deleted, retained] = [await folderOf('deleted'), await folderOf('retained')];
    expect([existsSync(deleted), existsSync(retained)]).toEqual([true, true]);
    await scene.kubectl('delete', 'pod', 'one', 'two', '-n', ns);
    await scene.kubectl('delete', 'pvc', 'deleted', 'retained', '-n', ns);
    await eventually(() => {
      expect([existsSync(deleted), existsSync(retained)]).toEqual([false, true]);
    });
  });

  it.concurrent('a volume that is there is used, and its node is where the pod goes', async () => {
    const ns = 'static';
    await scene.namespace(ns);
    const required = {
      nodeSelectorTerms: [
        { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['node-c'] }] },
      ],
    };
    await scene.apply(
      ns,
      storageClass('by-hand', { provisioner: 'kubernetes.io/no-provisioner' }),
      {
        apiVersion: 'v1',
        kind: 'PersistentVolume',
        metadata: { name: 'disk-of-c' },
        spec: {
          storageClassName: 'by-hand',
          accessModes: ['ReadWriteOnce'],
          capacity: { storage: '5Gi' },
          local: { path: '/mnt/disk' },
          nodeAffinity: { required },
        },
      },
      claimObject('data', 'by-hand'),
      podObject('user', using('data')),
    );
    expect((await scene.ready(ns, 'user')).spec.nodeName).toBe('node-c');
    expect((await claim(ns, 'data')).spec.volumeName).toBe('disk-of-c');
  });

  it.concurrent('a claim that does not wait gets its volume at once, and the pod follows it', async () => {
    const ns = 'immediate';
    await scene.namespace(ns);
    await scene.apply(
      ns,
      storageClass('immediate', { volumeBindingMode: 'Immediate' }),
      claimObject('data', 'immediate'),
    );
    await eventually(async () => {
      expect((await claim(ns, 'data')).status.phase).toBe('Bound');
    });
    await scene.apply(ns, podObject('user', using('data')));
    await scene.ready(ns, 'user');
  });
});
