import { isDeletedWithData } from './policies.ts';
import type { Watched } from './invariants.ts';

/** Watches that servers do not form a second cluster beside the first, or instead of it. */
export function watchIdentity({ report, stage }: Watched): () => void {
  const idOf = new Map<string, string>();
  return stage.onStep(() => {
    for (const { cluster, network } of stage.world.networks) {
      const key = `${cluster.namespace}/${cluster.name}`;
      if (isDeletedWithData(stage, cluster)) {
        idOf.delete(key);
        continue;
      }
      for (const { state } of network.servers) {
        const id = state.cluster?.id;
        if (id === undefined) continue;
        const first = idOf.get(key) ?? id;
        if (first !== id) report('OneCluster', `servers of ${key} have formed another cluster`);
        idOf.set(key, id);
      }
    }
  });
}
