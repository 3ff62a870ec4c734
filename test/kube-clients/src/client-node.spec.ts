import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  CoreV1Api,
  type Informer,
  KubeConfig,
  KubernetesObjectApi,
  type KubernetesObject,
  makeInformer,
  PatchStrategy,
  V1ConfigMap,
  V1ObjectMeta,
  Watch,
} from '@kubernetes/client-node';
import { systemClock } from '@neo4j-operator/clock';
import { describeWithControlPlane } from '../../controlplane/src/describe.ts';
import type { ControlPlane } from '../../controlplane/src/index.ts';
import { eventually } from '../../tiny-operator/src/eventually.spec-helper.ts';
import { openPair, type Pair } from './pair.spec-helper.ts';

const namespace = 'default';
const path = `/api/v1/namespaces/${namespace}/configmaps`;
const restartAfterMs = 200;
const labelSelector = 'by=client-node';

interface ConfigMap extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>;
}

describeWithControlPlane('@kubernetes/client-node sees the same on both control planes', () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await openPair();
  });
  afterAll(() => pair.close());

  async function both(act: (config: KubeConfig, controlPlane: ControlPlane) => Promise<readonly string[]>) {
    return pair.onBoth((controlPlane) => {
      const config = new KubeConfig();
      config.loadFromFile(controlPlane.admin.kubeconfigFile);
      return act(config, controlPlane);
    });
  }

  it('with its informer, through a restart of the server', async () => {
    const { real, simulated } = await both(async (config, controlPlane) => {
      const api = config.makeApiClient(CoreV1Api);
      const seen: string[] = [];
      const informer = makeInformer(
        config,
        path,
        () => api.listNamespacedConfigMap({ namespace, labelSelector }),
        labelSelector,
      );
      const stop = listen(informer, seen);
      await create(api, 'first', 'red');
      await informer.start();
      await told(seen, 1);
      await create(api, 'second', 'red');
      await told(seen, 2);
      await setColor(api, 'second', 'blue');
      await told(seen, 3);
      await controlPlane.restartApiServer();
      await api.deleteNamespacedConfigMap({ namespace, name: 'first' });
      await told(seen, 4);
      await api.deleteNamespacedConfigMap({ namespace, name: 'second' });
      await told(seen, 5);
      await stop();
      return seen;
    });
    expect(real).toHaveLength(5);
    expect(simulated).toEqual(real);
  });

  it('with its watch, whose bookmark tells the end of the snapshot', async () => {
    const { real, simulated } = await both(async (config) => {
      const api = config.makeApiClient(CoreV1Api);
      const seen: string[] = [];
      await create(api, 'watched', 'red');
      const query = {
        labelSelector,
        sendInitialEvents: true,
        resourceVersionMatch: 'NotOlderThan',
        allowWatchBookmarks: true,
      };
      const ended = Promise.withResolvers<unknown>();
      const controller = await new Watch(config).watch(
        path,
        query,
        (phase, object: KubernetesObject) => {
          seen.push(`${phase} ${JSON.stringify(object.metadata?.annotations ?? object.metadata?.name)}`);
        },
        ended.resolve,
      );
      await told(seen, 2);
      await api.deleteNamespacedConfigMap({ namespace, name: 'watched' });
      await told(seen, 3);
      controller.abort();
      seen.push(String(await ended.promise));
      return seen;
    });
    expect(real[1]).toContain('k8s.io/initial-events-end');
    expect(simulated).toEqual(real);
  });

  it('with its client for any object: patches of all kinds, and what is refused', async () => {
    const { real, simulated } = await both(async (config) => {
      const api = KubernetesObjectApi.makeApiClient(config);
      const object: ConfigMap = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: Object.assign(new V1ObjectMeta(), { name: 'any', namespace }),
        data: { a: '1' },
      };
      const said: string[] = [];
      const attempt = async (what: string, act: () => Promise<KubernetesObject>): Promise<void> => {
        try {
          said.push(`${what}: ${JSON.stringify(((await act()) as ConfigMap).data)}`);
        } catch (error) {
          const { code, body } = error as { readonly code: number; readonly body: string };
          said.push(`${what}: ${String(code)} ${body}`);
        }
      };
      await attempt('create', () => api.create(object));
      await attempt('create again', () => api.create(object));
      for (const strategy of Object.values(PatchStrategy)) {
        const patch: object =
          strategy === PatchStrategy.JsonPatch
            ? [{ op: 'add', path: '/data/json', value: '1' }]
            : { ...object, data: { [strategy]: '1' } };
        await attempt(strategy, () => api.patch(patch, undefined, undefined, 'tester', undefined, strategy));
      }
      const header = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'any', namespace } };
      await attempt('read', () => api.read(header));
      await attempt('replace', () => api.replace({ ...object, data: {} }));
      await attempt('delete', () => api.delete(header));
      await attempt('read', () => api.read(header));
      return said;
    });
    expect(simulated).toEqual(real);
  });
});

/** @returns what ends the informer */
function listen(informer: Informer<V1ConfigMap>, seen: string[]): () => Promise<void> {
  for (const event of ['add', 'update', 'delete'] as const) {
    informer.on(event, ({ metadata, data }) => {
      seen.push(`${event} ${metadata?.name ?? ''} ${JSON.stringify(data)}`);
    });
  }
  // It ends with the connection, and is started anew after a while as its manual says.
  const running = new AbortController();
  informer.on('error', () => {
    systemClock.setTimer(restartAfterMs, () => {
      if (!running.signal.aborted) void informer.start();
    });
  });
  return () => {
    running.abort();
    return informer.stop();
  };
}

function create(api: CoreV1Api, name: string, color: string): Promise<V1ConfigMap> {
  const metadata = { name, labels: { by: 'client-node' } };
  const body = Object.assign(new V1ConfigMap(), { metadata, data: { color } });
  return api.createNamespacedConfigMap({ namespace, body });
}

async function setColor(api: CoreV1Api, name: string, color: string): Promise<void> {
  const body = await api.readNamespacedConfigMap({ namespace, name });
  body.data = { color };
  await api.replaceNamespacedConfigMap({ namespace, name, body });
}

function told(seen: readonly string[], count: number): Promise<void> {
  return eventually(() => {
    if (seen.length < count) throw new Error(`only ${seen.join(', ')}`);
  });
}
