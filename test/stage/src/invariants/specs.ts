import { group } from '@neo4j-operator/api-types';
import { userManager } from '../stage/user.ts';
import type { Watched } from './invariants.ts';

/** Watches that the spec of objects of users is theirs alone. */
export function watchSpecs({ report, stage }: Watched): () => void {
  return stage.sim.onChange(({ name, namespace, object, resource, type }) => {
    if (type === 'DELETED' || resource.group !== group) return;
    for (const { fieldsV1, manager } of object().metadata.managedFields ?? []) {
      if (manager === userManager || !('f:spec' in fieldsV1)) continue;
      report(
        'SpecUntouched',
        `${manager} has fields of the spec of ${resource.plural} ${namespace ?? ''}/${name}`,
      );
    }
  });
}
