import type { LiveReader, WriteObserver } from '../client/client.ts';
import type { InformerHandle } from '../informer/informer.ts';

/**
 * Reads live every object of which a write may or may not have happened, so that no pass acts on a view that is older than its own
 * write. Costs nothing when there is none.
 *
 * @throws KubeError when an object cannot be read; it stays suspect
 */
export async function refreshSuspects(
  handles: Iterable<InformerHandle>,
  live: LiveReader,
  observer: WriteObserver,
  signal: AbortSignal,
): Promise<void> {
  for (const handle of handles) {
    for (const key of handle.suspects) {
      const cached = handle.lister.get(key);
      const found = await live.get(handle.resource, key, { signal });
      if (found !== undefined) observer.written(handle.resource, found);
      else if (cached !== undefined) observer.deleted(handle.resource, key, cached.metadata.uid);
      handle.settleSuspect(key);
    }
  }
}
