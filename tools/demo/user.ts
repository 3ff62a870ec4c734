// What a user does with kubectl, done without it: a demo should not ask for more than Node.js.
import { sleep, systemClock } from '@neo4j-operator/clock';
import {
  createHttpTransport,
  createKubeClient,
  defineResource,
  type KubeClient,
  type KubeObject,
  type KubeTransport,
  objectKey,
  type Resource,
} from '@neo4j-operator/reconcile-kit';
import { parseAllDocuments } from 'yaml';
import type { ControlPlane } from '../../test/controlplane/src/index.ts';

const pollEveryMs = 50;
const patienceMs = 30_000;

const table = 'application/json;as=Table;v=v1;g=meta.k8s.io';

/** The resources that the demo's files and commands name. */
const resources: Readonly<Record<string, Resource>> = {
  CustomResourceDefinition: resource(
    'apiextensions.k8s.io',
    'v1',
    'customresourcedefinitions',
    'CustomResourceDefinition',
    false,
  ),
  ClusterRole: resource('rbac.authorization.k8s.io', 'v1', 'clusterroles', 'ClusterRole', false),
  ClusterRoleBinding: resource(
    'rbac.authorization.k8s.io',
    'v1',
    'clusterrolebindings',
    'ClusterRoleBinding',
    false,
  ),
  ServiceAccount: resource('', 'v1', 'serviceaccounts', 'ServiceAccount', true),
  ConfigMap: resource('', 'v1', 'configmaps', 'ConfigMap', true),
  Secret: resource('', 'v1', 'secrets', 'Secret', true),
  Widget: resource('tiny.example.com', 'v1', 'widgets', 'Widget', true),
};

interface Table {
  readonly columnDefinitions: readonly { readonly name: string; readonly priority?: number }[];
  readonly rows: readonly { readonly cells: readonly unknown[] }[];
}

/** Somebody who may do everything in the namespace `default`. */
export class User {
  readonly #transport: KubeTransport;
  readonly #client: KubeClient;

  constructor({ address, admin }: ControlPlane) {
    this.#transport = createHttpTransport({
      config: {
        source: 'the demo',
        server: address.server,
        namespace: 'default',
        insecureSkipTlsVerify: false,
        loadIdentity: () => Promise.resolve({ ca: address.ca, ...admin.identity }),
      },
      clock: systemClock,
      userAgent: 'demo',
    });
    this.#client = createKubeClient({ transport: this.#transport, clock: systemClock });
  }

  /** Applies every object of a YAML text. */
  async apply(yaml: string): Promise<void> {
    for (const document of parseAllDocuments(yaml)) {
      const object = document.toJS() as KubeObject;
      const { namespaced } = resourceOf(object.kind);
      const metadata = namespaced ? { namespace: 'default', ...object.metadata } : object.metadata;
      await this.#client.apply(
        resourceOf(object.kind),
        { ...object, metadata },
        { fieldManager: 'demo', force: false },
      );
      process.stdout.write(`${object.kind} ${object.metadata.name} applied\n`);
    }
  }

  /** Waits until a condition of an object is true. */
  async waitFor(kind: string, name: string, condition: string): Promise<void> {
    await this.#until(`${kind} ${name} is ${condition}`, async () => {
      const object = await this.#get(kind, name);
      const { conditions = [] } = ((object as { readonly status?: unknown } | undefined)?.status ?? {}) as {
        readonly conditions?: readonly { readonly type: string; readonly status: string }[];
      };
      return conditions.some(({ type, status }) => type === condition && status === 'True');
    });
  }

  /** Waits until the data of a ConfigMap say something. */
  async waitForMessage(name: string, message: string): Promise<void> {
    await this.#until(`ConfigMap ${name} says '${message}'`, async () => {
      const object = await this.#get('ConfigMap', name);
      return (
        (object as { readonly data?: { readonly message?: string } } | undefined)?.data?.message === message
      );
    });
  }

  async delete(kind: string, name: string): Promise<void> {
    const found = await this.#get(kind, name);
    const uid = found?.metadata.uid;
    if (uid !== undefined) await this.#client.delete(resourceOf(kind), this.#key(kind, name), { uid });
    process.stdout.write(`${kind} ${name} deleted\n`);
  }

  async waitUntilGone(kind: string, name: string): Promise<void> {
    await this.#until(`${kind} ${name} is gone`, async () => (await this.#get(kind, name)) === undefined);
  }

  /** Prints what there is of a kind, in the columns that the API server chooses. */
  async show(kind: string): Promise<void> {
    const { group, version, plural } = resourceOf(kind);
    const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
    const path = `${root}/namespaces/default/${plural}`;
    const { body } = await this.#transport.request({ method: 'GET', path, headers: { accept: table } });
    const { columnDefinitions, rows } = JSON.parse(Buffer.from(body).toString()) as Table;
    const shown = columnDefinitions.flatMap(({ priority = 0 }, at) => (priority === 0 ? [at] : []));
    const lines = [
      columnDefinitions.map(({ name }) => name.toUpperCase()),
      ...rows.map(({ cells }) => cells.map(String)),
    ];
    const widths = shown.map((at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
    process.stdout.write(`-- ${plural}${rows.length === 0 ? ': none' : ''}\n`);
    if (rows.length === 0) return;
    for (const line of lines) {
      const cells = shown.map((at, index) => (line[at] ?? '').padEnd(widths[index] ?? 0));
      process.stdout.write(`${cells.join('   ').trimEnd()}\n`);
    }
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  #get(kind: string, name: string): Promise<KubeObject | undefined> {
    return this.#client.get(resourceOf(kind), this.#key(kind, name));
  }

  #key(kind: string, name: string) {
    return objectKey(resourceOf(kind).namespaced ? 'default' : undefined, name);
  }

  async #until(what: string, holds: () => Promise<boolean>): Promise<void> {
    const deadline = systemClock.monotonic() + patienceMs;
    while (!(await holds())) {
      if (systemClock.monotonic() > deadline)
        throw new Error(`After ${patienceMs / 1000} s still not: ${what}.`);
      await sleep(systemClock, pollEveryMs);
    }
    process.stdout.write(`${what}\n`);
  }
}

function resource(
  group: string,
  version: string,
  plural: string,
  kind: string,
  namespaced: boolean,
): Resource {
  return defineResource({ group, version, plural, kind, namespaced });
}

function resourceOf(kind: string): Resource {
  const found = resources[kind];
  if (found === undefined) throw new Error(`The demo does not know the kind ${kind}.`);
  return found;
}
