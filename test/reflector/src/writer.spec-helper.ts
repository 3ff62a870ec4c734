import { sleep, systemClock } from '@neo4j-operator/clock';
import {
  defineResource,
  isKubeError,
  type KubeClient,
  type KubeObject,
  objectKey,
  type Stored,
} from '@neo4j-operator/reconcile-kit';

export interface ConfigMap extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
}

export const configMaps = defineResource<ConfigMap>({
  group: '',
  version: 'v1',
  plural: 'configmaps',
  kind: 'ConfigMap',
  namespaced: true,
});

/** Long enough between two changes for the events to come one by one, as they do in a cluster. */
const pauseMs = 10;

/** Creates, changes, deletes and makes anew the ConfigMaps of a namespace, without end and always in the same order. */
export class Writer {
  /** Each version that was written, as `uid@resourceVersion`. */
  readonly written: string[] = [];
  /** The uid of each object that was deleted. */
  readonly deleted: string[] = [];
  readonly #client: KubeClient;
  readonly #namespace: string;
  readonly #names: number;
  readonly #uids = new Map<string, string>();
  #count = 0;

  /** @param names - how many objects there are at most */
  constructor(client: KubeClient, namespace: string, names: number) {
    this.#client = client;
    this.#namespace = namespace;
    this.#names = names;
  }

  /** Makes `changes` changes, one after the other. */
  async write(changes: number): Promise<void> {
    for (let change = 0; change < changes; change++) {
      const number = this.#count++;
      const name = `c${number % this.#names}`;
      if (number % 3 === 0 && this.#uids.has(name)) await this.delete(name);
      else await this.apply(name, number);
      await sleep(systemClock, pauseMs);
    }
  }

  /** Writes until `isEnough`, and through whatever the API server goes through meanwhile. */
  async writeUntil(isEnough: () => boolean, withinMs = 20_000): Promise<void> {
    const until = systemClock.monotonic() + withinMs;
    while (!isEnough() && systemClock.monotonic() < until) {
      try {
        await this.write(1);
      } catch (error) {
        if (!isKubeError(error)) throw error;
        await sleep(systemClock, pauseMs);
      }
    }
  }

  async apply(name: string, counter = 0): Promise<Stored<ConfigMap>> {
    const stored = await this.#client.apply(
      configMaps,
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name, namespace: this.#namespace },
        // Characters of one to four bytes: pieces of a body may end within each.
        data: { counter: String(counter), text: 'aé→😀' },
      },
      { fieldManager: 'writer', force: true },
    );
    const { uid, resourceVersion } = stored.metadata;
    this.#uids.set(name, uid);
    this.written.push(`${uid}@${resourceVersion}`);
    return stored;
  }

  async delete(name: string): Promise<void> {
    const uid = this.#uids.get(name);
    if (uid === undefined) return;
    this.#uids.delete(name);
    await this.#client.delete(configMaps, objectKey(this.#namespace, name), { uid });
    this.deleted.push(uid);
  }
}
