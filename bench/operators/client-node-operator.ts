// The same with @kubernetes/client-node alone: three informers, a Map as queue, ten Widgets at once.
import {
  CoreV1Api,
  CustomObjectsApi,
  type Informer,
  KubeConfig,
  type KubernetesListObject,
  type KubernetesObject,
  makeInformer,
  type ObjectCache,
  PatchStrategy,
  setHeaderOptions,
  type V1Condition,
} from '@kubernetes/client-node';

interface Widget extends KubernetesObject {
  readonly spec: { readonly message: string };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly conditions?: readonly Partial<V1Condition>[];
  };
}

const type = { group: 'tiny.example.com', version: 'v1', plural: 'widgets' };
const expected = Number(process.env['BENCH_WIDGETS']);
const concurrency = 10;

const config = new KubeConfig();
config.loadFromDefault();
const core = config.makeApiClient(CoreV1Api);
const custom = config.makeApiClient(CustomObjectsApi);

const widgets = makeInformer<Widget>(
  config,
  '/apis/tiny.example.com/v1/widgets',
  async () => (await custom.listClusterCustomObject(type)) as KubernetesListObject<Widget>,
);
const configMaps = makeInformer(config, '/api/v1/configmaps', () => core.listConfigMapForAllNamespaces());
const secrets = makeInformer(config, '/api/v1/secrets', () => core.listSecretForAllNamespaces());

const queued = new Map<string, Widget>();
const inWork = new Set<string>();
const seen = new Set<string>();
let synced = false;

follow(widgets, (widget) => widget);
follow(configMaps, ownerOf);
follow(secrets, ownerOf);
await Promise.all([widgets.start(), configMaps.start(), secrets.start()]);
synced = true;
pump();
console.log('bench synced');
if (expected === 0) console.log('bench settled');

function follow<T extends KubernetesObject>(
  informer: Informer<T> & ObjectCache<T>,
  map: (object: T) => Widget | undefined,
): void {
  informer.on('change', (object) => {
    const widget = map(object);
    if (widget !== undefined) enqueue(widget);
  });
  informer.on('delete', (object) => {
    const widget = map(object);
    if (widget !== undefined) enqueue(widget);
  });
  informer.on('error', (error: unknown) => {
    console.error(error);
  });
}

function ownerOf({ metadata }: KubernetesObject): Widget | undefined {
  const owner = metadata?.ownerReferences?.find(
    ({ controller, kind }) => controller === true && kind === 'Widget',
  );
  return owner === undefined ? undefined : widgets.get(owner.name, metadata?.namespace);
}

function enqueue(widget: Widget): void {
  queued.set(nameOf(widget), widget);
  pump();
}

function pump(): void {
  if (!synced) return;
  for (const [name, widget] of queued) {
    if (inWork.size >= concurrency) return;
    if (inWork.has(name)) continue;
    queued.delete(name);
    inWork.add(name);
    void work(name, widget);
  }
}

async function work(name: string, widget: Widget): Promise<void> {
  try {
    await reconcile(widgets.get(widget.metadata?.name ?? '', widget.metadata?.namespace));
    const before = seen.size;
    seen.add(name);
    if (before < seen.size && seen.size === expected) console.log('bench settled');
  } catch {
    queued.set(name, widget);
  }
  inWork.delete(name);
  pump();
}

async function reconcile(widget: Widget | undefined): Promise<void> {
  if (widget?.metadata === undefined) return;
  const { name = '', namespace = '', generation } = widget.metadata;
  const configMap = configMaps.get(name, namespace);
  if (configMap?.data?.['message'] !== widget.spec.message) {
    await core.patchNamespacedConfigMap(
      { name, namespace, body: render(widget), fieldManager: 'widget', force: true },
      setHeaderOptions('Content-Type', PatchStrategy.ServerSideApply),
    );
  }
  const ready = widget.status?.conditions?.find((condition) => condition.type === 'Ready');
  if (ready?.status === 'True' && widget.status?.observedGeneration === generation) return;
  const condition = { type: 'Ready', status: 'True', reason: 'Rendered', message: 'ConfigMap is there' };
  const status = { observedGeneration: generation, conditions: [condition] };
  await custom.replaceNamespacedCustomObjectStatus({
    ...type,
    name,
    namespace,
    body: { ...widget, apiVersion: 'tiny.example.com/v1', kind: 'Widget', status },
  });
}

function render({ metadata, spec }: Widget): object {
  const name = metadata?.name;
  const namespace = metadata?.namespace;
  const owner = { apiVersion: 'tiny.example.com/v1', kind: 'Widget', name, uid: metadata?.uid };
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name,
      namespace,
      ownerReferences: [{ ...owner, controller: true, blockOwnerDeletion: true }],
    },
    data: { message: spec.message },
  };
}

function nameOf({ metadata }: KubernetesObject): string {
  return `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`;
}
