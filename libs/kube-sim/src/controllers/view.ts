// What the controllers see: the present objects, and which of them belong to which.
import type { SimObject } from '../api/object.ts';
import type { TypeRef } from '../api/request.ts';
import type { Store, StoreEvent } from '../storage/store.ts';
import { keyOf, objectOf, type Stored } from '../storage/stored.ts';
import { controllerOf } from './controller.ts';

const podResource = '/pods';
/** A turn may be about thousands of objects, each of which takes several times the room of its text. */
const mostParsed = 500;
const keptObjects = 2000;

/** Objects are to be read only: they are shared. */
export interface View {
  get(type: TypeRef, namespace: string | undefined, name: string): SimObject | undefined;
  /** Of a namespace, or of all. */
  list(type: TypeRef, namespace?: string): readonly SimObject[];
  /** The objects that name the one with this uid as an owner, of whatever type. */
  dependents(uid: string): readonly Dependent[];
  /** The pods of a namespace that nobody controls. */
  loosePods(namespace: string | undefined): readonly SimObject[];
}

/** An object with its type. */
export interface Dependent {
  readonly type: TypeRef;
  readonly object: SimObject;
}

/** Where an object is stored. */
interface Place {
  readonly type: TypeRef;
  readonly resource: string;
  readonly key: string;
}

/** A view that follows a store. */
export class StoreView implements View {
  readonly #store: Store;
  /** By the uid of the owner, and by `resource key`. */
  readonly #dependents = new Map<string, Map<string, Place>>();
  /** Keys of the pods that nobody controls. */
  readonly #loosePods = new Set<string>();
  readonly #parsed = new Map<Stored, SimObject>();

  constructor(store: Store) {
    this.#store = store;
  }

  get(type: TypeRef, namespace: string | undefined, name: string): SimObject | undefined {
    const stored = this.#store.get(resourceOf(type), keyOf(namespace, name));
    return stored === undefined ? undefined : this.parse(stored);
  }

  list(type: TypeRef, namespace?: string): readonly SimObject[] {
    return this.#store.list(resourceOf(type), namespace).map((stored) => this.parse(stored));
  }

  dependents(uid: string): readonly Dependent[] {
    return Array.from(this.#dependents.get(uid)?.values() ?? []).flatMap(({ type, resource, key }) => {
      const stored = this.#store.get(resource, key);
      return stored === undefined ? [] : [{ type, object: this.parse(stored) }];
    });
  }

  loosePods(namespace: string | undefined): readonly SimObject[] {
    return Array.from(this.#loosePods).flatMap((key) => {
      const stored = this.#store.get(podResource, key);
      return stored === undefined || stored.namespace !== namespace ? [] : [this.parse(stored)];
    });
  }

  /** Keeps up with a change of the store. */
  follow({ resource, stored, previous, type }: StoreEvent): void {
    const place = `${resource} ${stored.key}`;
    const before = previous === undefined ? [] : this.#owners(previous);
    const after = type === 'DELETED' ? [] : this.#owners(stored);
    if (previous !== undefined) this.#parsed.delete(previous);
    for (const uid of before) if (!after.includes(uid)) this.#forget(uid, place);
    for (const uid of after) {
      const places = this.#dependents.get(uid);
      if (places?.has(place) === true) continue;
      const [group = '', plural = ''] = resource.split('/');
      const at = { type: { group, plural }, resource, key: stored.key };
      if (places === undefined) this.#dependents.set(uid, new Map([[place, at]]));
      else places.set(place, at);
    }
    if (resource !== podResource) return;
    if (type === 'DELETED' || this.#hasController(stored)) this.#loosePods.delete(stored.key);
    else this.#loosePods.add(stored.key);
  }

  /** The object of a state, read once as long as it is looked at often. */
  parse(stored: Stored): SimObject {
    let object = this.#parsed.get(stored);
    if (object === undefined) {
      object = objectOf(stored);
      if (this.#parsed.size >= mostParsed) this.#parsed.clear();
      this.#parsed.set(stored, object);
    }
    return object;
  }

  /** Ends a turn: only so many objects are kept twice, as text and as what was read. */
  endTurn(): void {
    if (this.#parsed.size > keptObjects) this.#parsed.clear();
  }

  #owners(stored: Stored): readonly string[] {
    if (!stored.metadata.includes('"ownerReferences"')) return [];
    const { ownerReferences = [] } = JSON.parse(`{${stored.metadata}}`) as Pick<
      SimObject['metadata'],
      'ownerReferences'
    >;
    return ownerReferences.map(({ uid }) => uid);
  }

  #hasController(stored: Stored): boolean {
    return stored.metadata.includes('"controller":true') && controllerOf(this.parse(stored)) !== undefined;
  }

  #forget(uid: string, place: string): void {
    const places = this.#dependents.get(uid);
    places?.delete(place);
    if (places?.size === 0) this.#dependents.delete(uid);
  }
}

/** What the store calls a type. */
export function resourceOf({ group, plural }: TypeRef): string {
  return `${group}/${plural}`;
}
