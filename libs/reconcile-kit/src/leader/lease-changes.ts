import { map, mergeMap, type Observable } from 'rxjs';
import type { ObjectKey } from '../core/key.ts';
import type { Stored } from '../core/object.ts';
import type { InformerHandle } from '../informer/informer.ts';
import type { Lease } from './lease.ts';

/** What an informer sees of one Lease: each state of it, and undefined when it is deleted. */
export function leaseChanges(
  handle: Pick<InformerHandle<Lease>, 'deltas$'>,
  key: ObjectKey,
): Observable<Stored<Lease> | undefined> {
  return handle.deltas$.pipe(
    mergeMap((deltas) => deltas.filter((delta) => delta.key === key)),
    map((delta) => (delta.type === 'deleted' ? undefined : delta.next)),
  );
}
