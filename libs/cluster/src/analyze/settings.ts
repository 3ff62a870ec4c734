import type { ConfigMap } from '@neo4j-operator/cluster-access';
import { parseConf, type Settings } from '@neo4j-operator/neo4j-admin';
import type { Stored } from '@neo4j-operator/reconcile-kit';
import type { PodSpec } from '../model/resources.ts';

/** What neo4j.conf says in a ConfigMap; undefined if it has none. */
export type SettingsOf = (configMap: Stored<ConfigMap>) => Settings | undefined;

/** Reads each ConfigMap once as long as the cache holds it: ours are immutable, and a file is much longer than what a pass does with it. */
export function cachedSettings(): SettingsOf {
  const known = new WeakMap<Stored<ConfigMap>, Settings>();
  return (configMap) => {
    const conf = configMap.data?.['neo4j.conf'];
    if (conf === undefined) return undefined;
    const found = known.get(configMap) ?? parseConf(conf);
    known.set(configMap, found);
    return found;
  };
}

/** The ConfigMap that a pod takes its settings from; the pods of servers mount no other one. */
export function configMapNameOf(spec: PodSpec): string | undefined {
  return spec.volumes?.find(({ configMap }) => configMap !== undefined)?.configMap?.name;
}
