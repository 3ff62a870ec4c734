import type { ObjectKey } from '../core/key.ts';
import type { KubeObject, Stored } from '../core/object.ts';
import { TerminalError } from '../core/pass-errors.ts';
import { type Resource, resourceName } from '../core/resource.ts';

/**
 * Refuses an object of somebody else that has the name which ours should have.
 *
 * @throws TerminalError with the reason `NameTaken`
 */
export function ensureOwned<T extends KubeObject>(
  resource: Resource<T>,
  key: ObjectKey,
  object: Stored<T>,
  owned: (object: Stored<T>) => boolean,
): void {
  if (owned(object)) return;
  throw new TerminalError(
    'NameTaken',
    `${resourceName(resource)} ${key} exists and was not made for this object: rename or delete it, then it is made anew`,
    { lookAgainMs },
  );
}

/** Informers that select by label do not show what is somebody else's, so nothing tells when it has gone. */
const lookAgainMs = 30_000;
