import type { KubeObject, Stored } from '../core/object.ts';
import type { Delta } from './informer.ts';

/** An object before and after a change, as far as there is one: whatever follows from the object may have to be looked at for both. */
export function versionsOf<T extends KubeObject>(delta: Delta<T>): readonly Stored<T>[] {
  switch (delta.type) {
    case 'added':
      return [delta.next];
    case 'updated':
      return [delta.prev, delta.next];
    case 'deleted':
      return [delta.prev];
  }
}
