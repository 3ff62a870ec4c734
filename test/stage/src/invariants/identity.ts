import type { Watched } from './invariants.ts';
import { watchRetired } from './retired.ts';

/** Watches that servers do not form a second cluster beside the first, or instead of it. */
export function watchIdentity({ report, stage }: Watched): () => void {
  const idOf = new Map<string, string>();
  const retired = watchRetired(stage, (cluster) => idOf.delete(cluster));
  const stop = stage.onStep(() => {
    for (const { cluster, network } of stage.world.networks) {
      const key = `${cluster.namespace}/${cluster.name}`;
      for (const server of network.servers) {
        const id = server.state.cluster?.id;
        if (id === undefined || retired.has(server)) continue;
        const first = idOf.get(key) ?? id;
        if (first !== id) report('OneCluster', `servers of ${key} have formed another cluster`);
        idOf.set(key, id);
      }
    }
  });
  return () => {
    retired.stop();
    stop();
  };
}
