import { labels } from '@neo4j-operator/cluster-access';
import { isDeletedWithData, ownerOf } from './policies.ts';
import type { Watched } from './invariants.ts';

const roles = ['bootstrap', 'operator-account', 'admin'];

/** Watches that what was generated once is not generated again. */
export function watchSecrets({ report, stage }: Watched): () => void {
  const values = new Map<string, string>();
  return stage.sim.onChange(({ object, resource, type }) => {
    if (resource.plural !== 'secrets' || resource.group !== '') return;
    const secret = object();
    const { metadata } = secret;
    const owner = ownerOf({ metadata });
    if (owner === undefined || !roles.includes(metadata.labels?.[labels.role] ?? '')) return;
    const key = `${metadata.namespace ?? ''}/${metadata.name}`;
    if (type === 'DELETED') {
      if (isDeletedWithData(stage, owner)) values.delete(key);
      return;
    }
    const value = JSON.stringify(secret['data']);
    const first = values.get(key);
    if (first === undefined) values.set(key, value);
    else if (first !== value) report('OneSecretValue', `the Secret ${key} has another value than at first`);
  });
}
