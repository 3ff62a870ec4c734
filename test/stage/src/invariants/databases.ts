import { leaderOf } from '../world/probes.ts';
import { clusterAt, isToBeDropped } from './policies.ts';
import { watchRetired } from './retired.ts';
import type { Watched } from './invariants.ts';

const drop = /^\s*(?:CYPHER \d+\s+)?DROP\s+(?:COMPOSITE\s+)?DATABASE\b/i;

/** Watches that databases are kept, by what the operator says and by what there is. */
export function watchDatabases({ report, stage }: Watched): () => void {
  /** Names of databases by cluster, and of those that may go. */
  const known = new Map<string, Set<string>>();
  const mayGo = new Set<string>();
  const retired = watchRetired(stage, (cluster) => known.delete(cluster));
  const stops = [
    stage.ledger.onSend((write) => {
      if (write.kind !== 'cypher' || !drop.test(write.text)) return;
      const cluster = clusterAt(write.addresses);
      const names = Object.values(write.parameters).filter((value) => typeof value === 'string');
      const name = names[0] ?? write.text;
      if (cluster !== undefined && isToBeDropped(stage, cluster, name)) {
        mayGo.add(`${cluster.namespace}/${cluster.name}/${name}`);
        return;
      }
      report('DatabasesKept', `the operator drops the database ${name}`);
    }),
    stage.onStep(() => {
      for (const { cluster } of stage.world.networks) {
        const key = `${cluster.namespace}/${cluster.name}`;
        const leader = leaderOf(stage.world, cluster, 'system');
        if (leader?.isMember !== true || retired.has(leader)) continue;
        const names = new Set(leader.state.databases.keys());
        for (const name of known.get(key) ?? []) {
          if (names.has(name) || mayGo.delete(`${key}/${name}`)) continue;
          report('DatabasesKept', `the database ${name} of ${key} is gone`);
        }
        known.set(key, names);
      }
    }),
  ];
  return () => {
    retired.stop();
    for (const stop of stops) stop();
  };
}
