// What a user does with the API server.
import type { KubeObject, KubeTransport, Resource } from '@neo4j-operator/reconcile-kit';
import { objectsIn } from './manifests.ts';

/** Who the user of a simulated stage is, for its request log. */
export const userName = 'the-user';

/** The name under which the user's fields are managed. */
export const userManager = 'kubectl';

/** What the API server did not accept. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** A user that may do everything. */
export interface User {
  /**
   * Applies the objects of a YAML text, one after the other, by server-side apply. Those that name no namespace go to `namespace`.
   *
   * @throws Refused
   */
  apply(text: string, namespace?: string): Promise<readonly KubeObject[]>;
  /**
   * What there is under the kind and the name of an object; undefined if there is nothing, or no such kind.
   *
   * @throws Refused
   */
  read(object: KubeObject, namespace?: string): Promise<KubeObject | undefined>;
  /**
   * Merges a patch into an object.
   *
   * @throws Refused
   */
  patch(resource: Resource, namespace: string | undefined, name: string, patch: object): Promise<KubeObject>;
  /**
   * Deletes an object; what it owns goes in the background.
   *
   * @throws Refused
   */
  delete(resource: Resource, namespace: string | undefined, name: string): Promise<void>;
}

/** How a user applies. */
export interface UserOptions {
  /** The name under which the fields are managed. Default: that of kubectl. */
  readonly manager?: string;
  /** Whether the API server only says what it would do. */
  readonly isDryRun?: boolean;
}

/** Makes a user of what it reaches the API server by. */
export function createUser(
  transport: KubeTransport,
  { isDryRun = false, manager = userManager }: UserOptions = {},
): User {
  const resourcesOf = new Map<string, ReadonlyMap<string, Discovered>>();

  async function call(
    method: 'GET' | 'PATCH' | 'DELETE',
    path: string,
    more: {
      readonly body?: object;
      readonly type?: string;
      readonly query?: Readonly<Record<string, string>>;
    } = {},
  ): Promise<unknown> {
    const answer = await transport.request({
      method,
      path,
      ...(more.query === undefined ? {} : { query: more.query }),
      headers: { 'content-type': more.type ?? 'application/json' },
      ...(more.body === undefined ? {} : { body: JSON.stringify(more.body) }),
    });
    const text = new TextDecoder().decode(answer.body);
    if (answer.status >= 300) throw new Refused(answer.status, reasonIn(text));
    return JSON.parse(text) as unknown;
  }

  async function discover(apiVersion: string, kind: string): Promise<Discovered> {
    const found = resourcesOf.get(apiVersion)?.get(kind);
    if (found !== undefined) return found;
    const list = (await call('GET', rootOf(apiVersion))) as {
      readonly resources: readonly (Discovered & { readonly kind: string })[];
    };
    const own = list.resources.filter(({ name }) => !name.includes('/'));
    resourcesOf.set(apiVersion, new Map(own.map((each) => [each.kind, each])));
    const resource = resourcesOf.get(apiVersion)?.get(kind);
    if (resource === undefined)
      throw new Refused(404, `no matches for kind ${kind} in version ${apiVersion}`);
    return resource;
  }

  async function placeOf({ apiVersion, kind, metadata }: KubeObject, byDefault: string): Promise<string> {
    const { name, namespaced } = await discover(apiVersion, kind);
    const namespace = namespaced ? (metadata.namespace ?? byDefault) : undefined;
    return pathOf(rootOf(apiVersion), namespace, name, metadata.name);
  }

  async function applyOne(object: KubeObject, byDefault: string): Promise<KubeObject> {
    return (await call('PATCH', await placeOf(object, byDefault), {
      type: 'application/apply-patch+yaml',
      query: { fieldManager: manager, fieldValidation: 'Strict', ...(isDryRun ? { dryRun: 'All' } : {}) },
      body: object,
    })) as KubeObject;
  }

  const objectPath = (
    { group, plural, version }: Resource,
    namespace: string | undefined,
    name: string,
  ): string => pathOf(rootOf(group === '' ? version : `${group}/${version}`), namespace, plural, name);

  return {
    apply: async (text, namespace = 'default') => {
      const applied: KubeObject[] = [];
      for (const object of objectsIn(text)) applied.push(await applyOne(object, namespace));
      return applied;
    },
    read: async (object, namespace = 'default') => {
      try {
        return (await call('GET', await placeOf(object, namespace))) as KubeObject;
      } catch (error) {
        if (error instanceof Refused && error.status === 404) return undefined;
        throw error;
      }
    },
    patch: async (resource, namespace, name, patch) =>
      (await call('PATCH', objectPath(resource, namespace, name), {
        type: 'application/merge-patch+json',
        query: { fieldManager: userManager },
        body: patch,
      })) as KubeObject,
    delete: async (resource, namespace, name) => {
      await call('DELETE', objectPath(resource, namespace, name), {
        body: { propagationPolicy: 'Background' },
      });
    },
  };
}

interface Discovered {
  /** The plural. */
  readonly name: string;
  readonly namespaced: boolean;
}

/** What an answer says. Of a group that it does not know the API server says so in plain text. */
function reasonIn(text: string): string {
  return text.startsWith('{') ? (JSON.parse(text) as { readonly message: string }).message : text.trim();
}

function rootOf(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

function pathOf(root: string, namespace: string | undefined, plural: string, name: string): string {
  return `${root}${namespace === undefined ? '' : `/namespaces/${namespace}`}/${plural}/${name}`;
}
