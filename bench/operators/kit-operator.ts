// The tiny operator without its finalizer and its Secret: what the other operators here do, done with the kit. It also watches Secrets.
import * as kit from '@neo4j-operator/reconcile-kit';

interface Widget extends kit.KubeObject {
  readonly spec: { readonly message: string };
}
interface ConfigMap extends kit.KubeObject {
  readonly data: Readonly<Record<string, string>>;
}
type ApplyConfigMap = kit.Action & { readonly kind: 'ApplyConfigMap' };

const core = { group: '', version: 'v1', namespaced: true };
const configMaps = kit.defineResource<ConfigMap>({ ...core, plural: 'configmaps', kind: 'ConfigMap' });
const secrets = kit.defineResource({ ...core, plural: 'secrets', kind: 'Secret' });
const widgets = kit.defineResource<Widget>({
  group: 'tiny.example.com',
  version: 'v1',
  plural: 'widgets',
  kind: 'Widget',
  namespaced: true,
});

const memo = new kit.ApplyMemo();
const expected = Number(process.env['BENCH_WIDGETS']);
const seen = new Set<kit.ObjectKey>();

const widget = kit.defineController<Widget, kit.Stored<ConfigMap> | undefined, ApplyConfigMap>({
  name: 'widget',
  resource: widgets,
  owns: [configMaps, secrets],
  concurrency: 10,

  analyze: (object, { lister }) => lister(configMaps).get(kit.keyOf(object)),

  plan(object, configMap) {
    if (!kit.needsApply(configMap, render(object), memo)) return { actions: [] };
    const target = { resource: configMaps, key: kit.keyOf(object) };
    const message = 'Write the message into the ConfigMap';
    return {
      actions: [{ kind: 'ApplyConfigMap', target, reason: 'MessageDiffers', message, risk: 'none' }],
    };
  },

  execute: {
    ApplyConfigMap: ({ target: { key } }, object, { lister, live, writer, fieldManager, signal }) =>
      kit.applyIfChanged({
        live,
        writer,
        resource: configMaps,
        known: lister(configMaps).get(key),
        desired: render(object),
        owned: (found) => kit.isOwnedBy(found, object.metadata.uid),
        fieldManager,
        force: true,
        memo,
        signal,
      }),
  },

  status(object, _configMap, { error }) {
    if (error === undefined) count(kit.keyOf(object));
    return {
      conditions: [
        error === undefined
          ? { type: 'Ready', status: 'True', reason: 'Rendered', message: 'ConfigMap is there' }
          : { type: 'Ready', status: 'False', reason: 'Failed', message: error.message },
      ],
    };
  },
});

function render(object: kit.Stored<Widget>): ConfigMap {
  const { name, namespace = '' } = object.metadata;
  const ownerReferences = [kit.controllerReference(object, namespace)];
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace, ownerReferences },
    data: { message: object.spec.message },
  };
}

function count(key: kit.ObjectKey): void {
  const before = seen.size;
  seen.add(key);
  if (before < seen.size && seen.size === expected) console.log('bench settled');
}

async function tellSynced(registry: kit.InformerRegistry): Promise<void> {
  await Promise.all(registry.informers().map((informer) => informer.whenSynced()));
  console.log('bench synced');
  if (expected === 0) console.log('bench settled');
}

process.exitCode = await kit.runOperator(
  {
    name: 'bench-operator',
    metricsPrefix: 'bench_operator',
    controllers(deps) {
      const controllers = [kit.createController(widget, deps)];
      void tellSynced(deps.registry);
      return controllers;
    },
  },
  process,
);
