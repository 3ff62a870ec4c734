import { applyIfChanged, type KubeObject, type Resource, type Stored } from '@neo4j-operator/reconcile-kit';

/** Objects of one resource, by name. Every change gives a new version. */
export class Objects<T extends KubeObject> {
  readonly byName = new Map<string, Stored<T>>();
  readonly #ids: () => number;

  constructor(ids: () => number) {
    this.#ids = ids;
  }

  get(name: string): Stored<T> | undefined {
    return this.byName.get(name);
  }

  list(): readonly Stored<T>[] {
    return [...this.byName.values()];
  }

  /** Makes it, or puts it in the place of the one that is there. */
  put(object: T): Stored<T> {
    const found = this.byName.get(object.metadata.name);
    const id = this.#ids();
    const stored: Stored<T> = {
      ...object,
      metadata: {
        ...object.metadata,
        uid: found?.metadata.uid ?? `uid-${id}`,
        resourceVersion: String(id),
        generation: (found?.metadata.generation ?? 0) + 1,
      },
    };
    this.byName.set(object.metadata.name, stored);
    return stored;
  }

  annotate(name: string, annotation: string, value: string): void {
    const found = this.existing(name);
    this.put({
      ...found,
      metadata: { ...found.metadata, annotations: { ...found.metadata.annotations, [annotation]: value } },
    });
  }

  existing(name: string): Stored<T> {
    const found = this.byName.get(name);
    if (found === undefined) throw new Error(`there is no ${name}`);
    return found;
  }

  /** As the executor does it, the hash of what was applied included. */
  async apply(resource: Resource<T>, desired: T): Promise<void> {
    await applyIfChanged({
      live: { get: () => Promise.resolve(undefined) },
      // The store holds one kind of object, and is asked for no other.
      writer: { apply: (_, object) => Promise.resolve(this.put(object as unknown as T) as never) },
      resource,
      known: this.byName.get(desired.metadata.name),
      desired,
      owned: () => true,
      fieldManager: 'cluster',
      force: true,
    });
  }
}
