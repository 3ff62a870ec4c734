import { keyOf, type ObjectKey } from '../core/key.ts';
import type { KubeObject, Stored } from '../core/object.ts';
import type { Resource } from '../core/resource.ts';
import { withType } from './read-list.ts';
import type { ObjectEvent, WatchEvent } from './watch-event.ts';

/** What a watch gives, in its order. */
export interface WatchOutlet<T extends KubeObject> {
  /** The snapshot that the watch began with is complete. */
  snapshot(objects: readonly Stored<T>[], resourceVersion: string): void;
  changes(events: readonly ObjectEvent<T>[]): void;
  /** The watch has shown everything up to this version. */
  seen(resourceVersion: string): void;
}

/**
 * Sorts the events of one watch. A streamed snapshot is held back until it is complete, and its events, which come in no order, tell
 * nothing about how far the watch has come. Changes are gathered until `flush`.
 */
export class WatchIntake<T extends KubeObject> {
  readonly #resource: Resource<T>;
  readonly #outlet: WatchOutlet<T>;
  /** Undefined once the snapshot is complete, or when there is none. */
  #snapshot: Map<ObjectKey, Stored<T>> | undefined;
  #batch: ObjectEvent<T>[] = [];

  constructor(resource: Resource<T>, hasSnapshot: boolean, outlet: WatchOutlet<T>) {
    this.#resource = resource;
    this.#outlet = outlet;
    this.#snapshot = hasSnapshot ? new Map() : undefined;
  }

  take(event: WatchEvent<T>): void {
    if (event.type === 'BOOKMARK') {
      this.flush();
      if (this.#snapshot === undefined) {
        this.#outlet.seen(event.resourceVersion);
      } else if (event.endsSnapshot) {
        const objects = [...this.#snapshot.values()];
        this.#snapshot = undefined;
        this.#outlet.snapshot(objects, event.resourceVersion);
      }
      return;
    }
    const object = withType(event.object, this.#resource);
    if (this.#snapshot === undefined) {
      this.#batch.push({ type: event.type, object });
      this.#outlet.seen(object.metadata.resourceVersion);
    } else if (event.type === 'DELETED') {
      this.#snapshot.delete(keyOf(object));
    } else {
      this.#snapshot.set(keyOf(object), object);
    }
  }

  /** Hands on the changes taken so far. */
  flush(): void {
    const events = this.#batch;
    this.#batch = [];
    if (events.length > 0) this.#outlet.changes(events);
  }
}
