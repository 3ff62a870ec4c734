import { isDeletedWithData, ownerOf, targetOf } from './policies.ts';
import type { Watched } from './invariants.ts';

const claims = { group: '', plural: 'persistentvolumeclaims' };

/** Watches that claims are kept. */
export function watchClaims({ report, stage }: Watched): () => void {
  const stops = [
    stage.ledger.onSend((write) => {
      if (write.kind !== 'kube' || write.method !== 'DELETE') return;
      const { name, namespace, plural } = targetOf(write.path);
      if (plural !== claims.plural) return;
      if (name === undefined) {
        report('ClaimsKept', `the operator deletes all claims of ${namespace}`);
        return;
      }
      const claim = stage.sim.client.get(claims, namespace, name);
      const owner = claim === undefined ? undefined : ownerOf(claim);
      if (claim === undefined || (owner !== undefined && isDeletedWithData(stage, owner))) return;
      report('ClaimsKept', `the operator deletes the claim ${namespace}/${name}`);
    }),
    stage.sim.onChange(({ name, namespace, object, resource, type }) => {
      if (type === 'DELETED' || resource.plural !== claims.plural) return;
      const claim = object();
      if (ownerOf(claim) === undefined || (claim.metadata.ownerReferences ?? []).length === 0) return;
      report(
        'ClaimsKept',
        `the claim ${namespace ?? ''}/${name} has an owner, with which it would be deleted`,
      );
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
