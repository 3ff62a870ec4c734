// A whole operator: for each Widget a ConfigMap with its message and a Secret with a generated token.
import { randomBytes } from 'node:crypto';
import * as kit from '@neo4j-operator/reconcile-kit';

interface Widget extends kit.KubeObject {
  readonly spec: { readonly message: string };
}
interface Holder extends kit.KubeObject {
  readonly data: Readonly<Record<string, string>>;
}
const core = { group: '', version: 'v1', namespaced: true };
const configMaps = kit.defineResource<Holder>({ ...core, plural: 'configmaps', kind: 'ConfigMap' });
const secrets = kit.defineResource<Holder>({ ...core, plural: 'secrets', kind: 'Secret' });
const widgets = kit.defineResource<Widget>({
  group: 'tiny.example.com',
  version: 'v1',
  plural: 'widgets',
  kind: 'Widget',
  namespaced: true,
});

interface State {
  readonly configMap: kit.Stored<Holder> | undefined;
  readonly secret: kit.Stored<Holder> | undefined;
}
type TinyAction = kit.Action & { readonly kind: 'CreateSecret' | 'ApplyConfigMap' | 'DeleteSecret' };

const memo = new kit.ApplyMemo();

const widget = kit.defineController<Widget, State, TinyAction>({
  name: 'widget',
  resource: widgets,
  owns: [configMaps, secrets],
  finalizer: 'tiny.example.com/secret',
  concurrency: 10,

  analyze: (object, { lister }) => ({
    configMap: lister(configMaps).get(kit.keyOf(object)),
    secret: lister(secrets).get(kit.keyOf(object)),
  }),

  plan(object, { configMap, secret }) {
    const key = kit.keyOf(object);
    const create: TinyAction = {
      kind: 'CreateSecret',
      target: { resource: secrets, key },
      reason: 'TokenMissing',
      message: 'Generate a token',
      risk: 'none',
    };
    const apply: TinyAction = {
      kind: 'ApplyConfigMap',
      target: { resource: configMaps, key },
      reason: 'MessageDiffers',
      message: 'Write the message into the ConfigMap',
      risk: 'none',
    };
    const isCurrent = !kit.needsApply(configMap, renderConfigMap(object), memo);
    return { actions: [...(secret === undefined ? [create] : []), ...(isCurrent ? [] : [apply])] };
  },

  planDeletion(object, { secret }) {
    if (secret === undefined) return { actions: [] };
    const remove: TinyAction = {
      kind: 'DeleteSecret',
      target: { resource: secrets, key: kit.keyOf(object) },
      reason: 'WidgetDeleted',
      message: 'Delete the token before the Widget goes',
      risk: 'data',
      precondition: { uid: secret.metadata.uid },
    };
    return { actions: [remove] };
  },

  execute: {
    CreateSecret: ({ target: { key } }, object, { live, writer, signal }) =>
      kit.createOnce({
        live,
        writer,
        resource: secrets,
        key,
        build: () => render(object, 'Secret', { token: randomBytes(16).toString('base64') }),
        owned: ownedBy(object),
        signal,
      }),
    ApplyConfigMap: ({ target: { key } }, object, { lister, live, writer, fieldManager, signal }) =>
      kit.applyIfChanged({
        live,
        writer,
        resource: configMaps,
        known: lister(configMaps).get(key),
        desired: renderConfigMap(object),
        owned: ownedBy(object),
        fieldManager,
        force: true,
        memo,
        signal,
      }),
    async DeleteSecret({ target: { key } }, _object, { writer, signal }, secret) {
      if (secret !== undefined) await writer.delete(secrets, key, { uid: secret.metadata.uid, signal });
    },
  },

  status: (_object, _state, { error }) => ({
    conditions: [
      error === undefined
        ? { type: 'Ready', status: 'True', reason: 'Rendered', message: 'ConfigMap and Secret are there' }
        : { type: 'Ready', status: 'False', reason: reasonOf(error), message: error.message },
    ],
  }),
});

function ownedBy({ metadata }: kit.Stored<Widget>): (found: kit.Stored) => boolean {
  return (found) => kit.isOwnedBy(found, metadata.uid);
}

function reasonOf(error: Error): string {
  return error instanceof kit.TerminalError ? error.reason : 'Failed';
}

function renderConfigMap(object: kit.Stored<Widget>): Holder {
  return render(object, 'ConfigMap', { message: object.spec.message });
}

function render(object: kit.Stored<Widget>, kind: string, data: Holder['data']): Holder {
  const { name, namespace = '' } = object.metadata;
  const ownerReferences = [kit.controllerReference(object, namespace)];
  return { apiVersion: 'v1', kind, metadata: { name, namespace, ownerReferences }, data };
}

process.exitCode = await kit.runOperator(
  {
    name: 'tiny-operator',
    metricsPrefix: 'tiny_operator',
    controllers: (deps) => [kit.createController(widget, deps)],
  },
  process,
);
