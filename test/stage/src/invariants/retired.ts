import { clusters } from '@neo4j-operator/cluster-access';
import type { SimServer } from '@neo4j-operator/neo4j-sim';
import type { Stage } from '../stage/stage.ts';
import { isDeletedWithData } from './policies.ts';

/** Servers of clusters that were deleted together with their data. What they knew need not be known any more. */
export interface Retired {
  has(server: SimServer): boolean;
  stop(): void;
}

/**
 * Follows deletions.
 *
 * @param onRetire - told of each such cluster, as `<namespace>/<name>`; several times, as servers may start while it goes
 */
export function watchRetired(stage: Stage, onRetire: (cluster: string) => void): Retired {
  const ids = new Set<string>();
  const stop = stage.sim.onChange(({ name, namespace = '', resource }) => {
    if (resource.plural !== clusters.plural || !isDeletedWithData(stage, { namespace, name })) return;
    for (const { cluster, serverId } of stage.world.boots) {
      if (cluster.namespace === namespace && cluster.name === name && serverId !== undefined)
        ids.add(serverId);
    }
    onRetire(`${namespace}/${name}`);
  });
  return { has: ({ id }) => ids.has(id), stop };
}
