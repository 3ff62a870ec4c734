import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Logger } from '@neo4j-operator/reconcile-kit';
import { describeOnControlPlanes } from '../../controlplane/src/describe.ts';
import { eventually } from '../../tiny-operator/src/eventually.spec-helper.ts';
import { hostPath, Puppets } from './lifecycle.spec-helper.ts';
import {
  itOnTheRealOne,
  type Live,
  type PodFields,
  podObject,
  Scene,
  workload,
} from './scene.spec-helper.ts';

interface State {
  readonly waiting?: { readonly reason: string };
  readonly running?: object;
  readonly terminated?: object;
}
interface ContainerStatus {
  readonly name: string;
  readonly restartCount: number;
  readonly ready: boolean;
  readonly state: State;
  readonly lastState: State;
}

const polite = { image: 'puppet/polite' };

/** A pod as a Job makes it. */
function templateOf(fields: PodFields): object {
  const { spec } = podObject('', fields) as { spec: object };
  return { spec };
}

describeOnControlPlanes('The life of pods on hollow nodes', (start) => {
  const puppets = new Puppets();
  /** What a node could not do, such as write a status that the server refuses. */
  const complaints: string[] = [];
  const logger: Logger = {
    debug: () => undefined,
    info: () => undefined,
    warn: ({ err, error = err }, message) => complaints.push(`${message}: ${String(error)}`),
    error: ({ err }, message) => complaints.push(`${message}: ${String(err)}`),
    child: () => logger,
  };
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.open(start, {
      logger,
      programs: (image) => (image.startsWith('puppet/') ? puppets.program : undefined),
      volumeRefreshMs: 200,
    });
  });
  afterAll(async () => {
    await scene.close();
    // A status may come too late, when the name has another pod by then.
    expect(complaints.filter((complaint) => !complaint.includes('answered 409'))).toEqual([]);
  });

  async function container(namespace: string, name: string): Promise<ContainerStatus> {
    const { status } = await scene.pod(namespace, name);
    const [found] = (status as { containerStatuses?: readonly ContainerStatus[] }).containerStatuses ?? [];
    if (found === undefined) throw new Error('there is no container yet');
    return found;
  }

  async function eventsOf(namespace: string): Promise<readonly string[]> {
    const list = (await scene.controlPlane.callOk({
      method: 'GET',
      path: `/apis/events.k8s.io/v1/namespaces/${namespace}/events`,
    })) as { items: readonly { reason: string; note: string }[] };
    return list.items.map(({ reason, note }) => `${reason}: ${note}`);
  }

  it.concurrent('a pod of a StatefulSet that is deleted comes back with its data', async () => {
    const ns = 'stateful';
    await scene.namespace(ns);
    const storageClassName = 'stateful-disk';
    const pod = { container: { ...polite, volumeMounts: [{ name: 'data', mountPath: '/data' }] } };
    await scene.apply(
      ns,
      {
        apiVersion: 'storage.k8s.io/v1',
        kind: 'StorageClass',
        metadata: { name: storageClassName },
        provisioner: 'example.com/disk',
        volumeBindingMode: 'WaitForFirstConsumer',
      },
      workload('StatefulSet', 'db', 2, pod, {
        volumeClaimTemplates: [
          {
            metadata: { name: 'data' },
            spec: {
              storageClassName,
              accessModes: ['ReadWriteOnce'],
              resources: { requests: { storage: '1Gi' } },
            },
          },
        ],
      }),
    );
    const first = await scene.ready(ns, 'db-1');
    const before = puppets.last(ns, 'db-1');
    writeFileSync(join(hostPath(before, '/data'), 'kept'), 'yes');
    await scene.kubectl('-n', ns, 'delete', 'pod', 'db-1');
    const second = await scene.ready(ns, 'db-1');
    expect(second.metadata.uid).not.toBe(first.metadata.uid);
    const after = puppets.last(ns, 'db-1');
    expect(after).not.toBe(before);
    expect(readFileSync(join(hostPath(after, '/data'), 'kept'), 'utf8')).toBe('yes');
  });

  it.concurrent('a Job completes, and one whose pods fail gives up', async () => {
    const ns = 'jobs';
    await scene.namespace(ns);
    const job = (name: string, code: string): object => ({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name },
      spec: {
        backoffLimit: 1,
        template: templateOf({ restartPolicy: 'Never', container: { ...polite, args: ['exit', code] } }),
      },
    });
    await scene.apply(ns, job('good', '0'), job('bad', '3'));
    await scene.kubectl('-n', ns, 'wait', '--for=condition=Complete', 'job/good', '--timeout=30s');
    await scene.kubectl('-n', ns, 'wait', '--for=condition=Failed', 'job/bad', '--timeout=60s');
    const bad = await scene.get(`/apis/batch/v1/namespaces/${ns}/jobs/bad`);
    expect(bad.status).toMatchObject({ failed: 2 });
  });

  it.concurrent('a CronJob runs its jobs', async () => {
    const ns = 'cron';
    await scene.namespace(ns);
    await scene.apply(ns, {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'tick' },
      spec: {
        schedule: '* * * * *',
        jobTemplate: {
          spec: {
            template: templateOf({
              restartPolicy: 'Never',
              container: { ...polite, args: ['exit', '0'] },
            }),
          },
        },
      },
    });
    await eventually(async () => {
      const { status } = await scene.get(`/apis/batch/v1/namespaces/${ns}/cronjobs/tick`);
      expect(status).toMatchObject({ lastSuccessfulTime: expect.any(String) });
    }, 100_000);
  });

  it.concurrent('a container that crashes is restarted, with its last words kept', async () => {
    const ns = 'crash';
    await scene.namespace(ns);
    await scene.apply(ns, podObject('web', { container: { ...polite, args: ['exit', '7'] } }));
    await eventually(async () => {
      expect(await container(ns, 'web')).toMatchObject({
        restartCount: 1,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: { terminated: { exitCode: 7, reason: 'Error', message: 'asked for 7' } },
      });
    });
    expect(await scene.kubectl('-n', ns, 'get', 'pod', 'web')).toMatch(/0\/1 +CrashLoopBackOff +1 /);
  });

  it.concurrent('a container without memory is killed and restarted', async () => {
    const ns = 'oom';
    await scene.namespace(ns);
    await scene.apply(ns, podObject('web', { container: polite }));
    await scene.ready(ns, 'web');
    expect(scene.nodes.killContainer({ namespace: ns, name: 'web' }, 'main', { oom: true })).toBe(true);
    await eventually(async () => {
      expect(await container(ns, 'web')).toMatchObject({
        restartCount: 1,
        lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
      });
    });
  });

  it.concurrent('preStop runs before the signal, and the rest of the grace period is kept', async () => {
    const ns = 'grace';
    await scene.namespace(ns);
    const lifecycle = { preStop: { exec: { command: ['say', 'goodbye'] } } };
    await scene.apply(
      ns,
      podObject('web', {
        terminationGracePeriodSeconds: 3,
        container: { image: 'puppet/stubborn', lifecycle },
      }),
    );
    await scene.ready(ns, 'web');
    await scene.kubectl('-n', ns, 'delete', 'pod', 'web');
    const { commands, signals } = puppets.last(ns, 'web');
    expect(commands).toEqual([['say', 'goodbye']]);
    expect(signals.map(({ signal }) => signal)).toEqual(['SIGTERM', 'SIGKILL']);
    const [asked, killed] = signals.map(({ afterMs }) => afterMs);
    expect((killed ?? 0) - (asked ?? 0)).toBeGreaterThan(2500);
    await expect(scene.pod(ns, 'web')).rejects.toThrow('404');
  });

  it.concurrent('probes make a pod ready and unready, and restart what is not alive', async () => {
    const ns = 'probes';
    await scene.namespace(ns);
    const httpGet = { port: 80, path: '/' };
    const probe = { httpGet, periodSeconds: 1, failureThreshold: 1 };
    await scene.apply(
      ns,
      podObject('ready', { container: { ...polite, readinessProbe: probe } }),
      podObject('alive', { container: { ...polite, livenessProbe: probe } }),
    );
    await Promise.all([scene.ready(ns, 'ready'), scene.ready(ns, 'alive')]);
    puppets.answers.set('ready', 503).set('alive', 500);
    await scene.kubectl('-n', ns, 'wait', '--for=condition=Ready=false', 'pod/ready', '--timeout=10s');
    await eventually(async () => {
      expect((await container(ns, 'alive')).restartCount).toBeGreaterThan(0);
    });
    puppets.answers.set('ready', 200).set('alive', 200);
    await scene.ready(ns, 'ready');
    expect(await eventsOf(ns)).toEqual(
      expect.arrayContaining([
        'Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503',
        'Killing: Container main failed liveness probe, will be restarted',
      ]),
    );
  });

  it.concurrent(
    'a ConfigMap that is missing is waited for, and a change of it reaches the files',
    async () => {
      const ns = 'config';
      await scene.namespace(ns);
      await scene.apply(
        ns,
        podObject('web', {
          container: {
            ...polite,
            env: [{ name: 'COLOUR', valueFrom: { configMapKeyRef: { name: 'late', key: 'colour' } } }],
            volumeMounts: [{ name: 'cfg', mountPath: '/cfg' }],
          },
          volumes: [{ name: 'cfg', configMap: { name: 'cfg' } }],
        }),
      );
      await eventually(async () => {
        expect(await eventsOf(ns)).toContain(
          'FailedMount: MountVolume.SetUp failed for volume "cfg" : configmap "cfg" not found',
        );
      });
      const configMap = (name: string, colour: string): object => ({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name },
        data: { colour },
      });
      await scene.apply(ns, configMap('cfg', 'red'));
      await eventually(async () => {
        expect((await container(ns, 'web')).state.waiting?.reason).toBe('CreateContainerConfigError');
      });
      await scene.apply(ns, configMap('late', 'green'));
      await scene.ready(ns, 'web');
      const puppet = puppets.last(ns, 'web');
      expect(puppet.context.env['COLOUR']).toBe('green');
      const file = join(hostPath(puppet, '/cfg'), 'colour');
      expect(readFileSync(file, 'utf8')).toBe('red');
      await scene.apply(ns, configMap('cfg', 'blue'));
      await eventually(() => {
        expect(readFileSync(file, 'utf8')).toBe('blue');
      });
    },
  );

  itOnTheRealOne(start)('the token of a pod is that of its service account, and bound to it', async () => {
    const ns = 'token';
    await scene.namespace(ns);
    await scene.apply(ns, podObject('web', { container: polite }));
    const pod = await scene.ready(ns, 'web');
    const folder = hostPath(puppets.last(ns, 'web'), '/var/run/secrets/kubernetes.io/serviceaccount');
    expect(readFileSync(join(folder, 'namespace'), 'utf8')).toBe(ns);
    const { admin } = scene.controlPlane;
    const token = readFileSync(join(folder, 'token'), 'utf8');
    const { status } = (await scene.controlPlane.callOk(
      {
        method: 'POST',
        path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
        body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
      },
      { ...admin, ca: readFileSync(join(folder, 'ca.crt'), 'utf8'), identity: { token } },
    )) as Live & { status: { userInfo: object } };
    expect(status.userInfo).toMatchObject({
      username: `system:serviceaccount:${ns}:default`,
      extra: { 'authentication.kubernetes.io/pod-uid': [pod.metadata.uid] },
    });
  });

  it.concurrent('init containers and sidecars come before, and sidecars end with the pod', async () => {
    const ns = 'init';
    await scene.namespace(ns);
    const initContainers = [
      { name: 'proxy', image: 'puppet/polite', restartPolicy: 'Always' },
      { name: 'init', image: 'puppet/polite', args: ['exit', '0'] },
    ];
    await scene.apply(ns, podObject('web', { initContainers, restartPolicy: 'Never', container: polite }));
    await scene.ready(ns, 'web');
    expect(puppets.of(ns, 'web').map(({ context }) => context.name)).toEqual(['proxy', 'init', 'main']);
    expect(await scene.kubectl('-n', ns, 'get', 'pod', 'web')).toMatch(/2\/2 +Running/);
    puppets.last(ns, 'web').exit({ code: 0 });
    await eventually(async () => {
      expect((await scene.pod(ns, 'web')).status.phase).toBe('Succeeded');
    });
    expect(await scene.kubectl('-n', ns, 'get', 'pod', 'web')).toMatch(/0\/2 +Completed/);
  });

  it.concurrent(
    'a pod whose image is nowhere says so, and its conditions have no reasons once they are true',
    async () => {
      const ns = 'image';
      await scene.namespace(ns);
      await scene.apply(
        ns,
        podObject('lost', { container: { image: 'nowhere' } }),
        podObject('web', { container: polite }),
      );
      await eventually(async () => {
        expect((await container(ns, 'lost')).state.waiting?.reason).toBe('ImagePullBackOff');
      });
      const { status } = await scene.ready(ns, 'web');
      for (const condition of status.conditions ?? []) {
        expect(condition).toMatchObject({ status: 'True' });
        expect(condition).not.toHaveProperty('reason');
        expect(condition).not.toHaveProperty('message');
      }
    },
  );

  it.concurrent('a pod that is evicted for its node is failed, and replaced by its controller', async () => {
    const ns = 'evict';
    await scene.namespace(ns);
    await scene.apply(ns, workload('StatefulSet', 'db', 1, { container: polite }));
    const before = await scene.ready(ns, 'db-0');
    expect(scene.nodes.evict({ namespace: ns, name: 'db-0' })).toBe(true);
    await eventually(async () => {
      expect((await scene.ready(ns, 'db-0')).metadata.uid).not.toBe(before.metadata.uid);
    });
  });

  it.concurrent('a pod that takes longer than it may has failed', async () => {
    const ns = 'deadline';
    await scene.namespace(ns);
    await scene.apply(ns, podObject('web', { activeDeadlineSeconds: 1, container: polite }));
    await eventually(async () => {
      expect((await scene.pod(ns, 'web')).status).toMatchObject({
        phase: 'Failed',
        reason: 'DeadlineExceeded',
      });
    });
  });
});
