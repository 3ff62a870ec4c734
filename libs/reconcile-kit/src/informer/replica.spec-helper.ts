import type { ObjectKey } from '../core/key.ts';
import type { KubeObject, Stored } from '../core/object.ts';
import { compareResourceVersions } from '../core/resource-version.ts';
import type { Delta } from './informer.ts';

/** What somebody knows who has nothing but deltas, and which of them did not follow from those before. */
export class Replica<T extends KubeObject> {
  readonly objects = new Map<ObjectKey, Stored<T>>();
  readonly violations: string[] = [];
  /** Versions may go back in this once, when the server did. */
  mayGoBack = false;
  readonly #versions = new Map<string, string>();

  take(deltas: readonly Delta<T>[]): void {
    for (const delta of deltas) this.#take(delta);
  }

  #take(delta: Delta<T>): void {
    const known = this.objects.get(delta.key);
    if (delta.type === 'deleted') {
      if (known?.metadata.uid !== delta.prev.metadata.uid)
        this.violations.push(`${delta.key}: deleted, was not there`);
      this.objects.delete(delta.key);
      return;
    }
    const { uid, resourceVersion } = delta.next.metadata;
    if (delta.type === 'added' && known !== undefined) this.violations.push(`${delta.key}: added, was there`);
    if (delta.type === 'updated') {
      if (known !== delta.prev) this.violations.push(`${delta.key}: updated from another state`);
      if (known?.metadata.uid !== uid) this.violations.push(`${delta.key}: updated to another object`);
    }
    if (!this.mayGoBack && compareResourceVersions(resourceVersion, this.#versions.get(uid) ?? '') < 0) {
      this.violations.push(`${delta.key}: went back to ${resourceVersion}`);
    }
    this.#versions.set(uid, resourceVersion);
    this.objects.set(delta.key, delta.next);
  }
}
