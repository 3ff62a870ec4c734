// The resources that are served, built-in and custom.
import { apiVersionOf, type ResourceDefinition, type ResourceType } from '../api/resource.ts';

/** Looks definitions up. Those of a custom resource come and go with its definition. */
export class Definitions {
  readonly #bySource = new Map<string, readonly ResourceDefinition[]>();
  readonly #byPath = new Map<string, ResourceDefinition>();
  readonly #byKind = new Map<string, ResourceDefinition>();

  /** In the order in which they were added. */
  all(): readonly ResourceDefinition[] {
    return [...this.#byPath.values()];
  }

  /** Replaces what came from a source before. */
  set(source: string, definitions: readonly ResourceDefinition[]): void {
    if (definitions.length === 0) this.#bySource.delete(source);
    else this.#bySource.set(source, definitions);
    for (const index of [this.#byPath, this.#byKind]) index.clear();
    for (const definition of [...this.#bySource.values()].flat()) {
      const apiVersion = apiVersionOf(definition);
      this.#byPath.set(`${apiVersion}/${definition.plural}`, definition);
      this.#byKind.set(`${apiVersion}/${definition.kind}`, definition);
    }
  }

  /** `apps/v1`, `statefulsets` */
  at(apiVersion: string, plural: string): ResourceDefinition | undefined {
    return this.#byPath.get(`${apiVersion}/${plural}`);
  }

  /** `apps/v1`, `StatefulSet` */
  ofKind(apiVersion: string, kind: string): ResourceDefinition | undefined {
    return this.#byKind.get(`${apiVersion}/${kind}`);
  }

  /** In any version. */
  ofType({ group, plural }: ResourceType): ResourceDefinition | undefined {
    for (const definition of this.#byPath.values()) {
      if (definition.group === group && definition.plural === plural) return definition;
    }
    return undefined;
  }
}

/** What the store keeps objects of a resource under. */
export function storageKey({ storedAs, group, plural }: ResourceDefinition): string {
  return storedAs === undefined ? typeKey({ group, plural }) : typeKey(storedAs.type);
}

/** The type that a key of the store means. */
export function typeOf(key: string): ResourceType {
  const slash = key.indexOf('/');
  return { group: key.slice(0, slash), plural: key.slice(slash + 1) };
}

/** `group/plural` */
export function typeKey({ group, plural }: ResourceType): string {
  return `${group}/${plural}`;
}
