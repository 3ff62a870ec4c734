import type { DefaultedNeo4jEnterpriseClusterSpec, FieldError } from '@neo4j-operator/api-types';
import type { Formation } from '../model/formation.ts';

/**
 * What a spec asks for against how the cluster was formed. An object that was deleted and is applied again has no old self to be compared
 * with, but its volumes are still there.
 */
export function checkFormation(
  spec: DefaultedNeo4jEnterpriseClusterSpec,
  formation: Formation,
): readonly FieldError[] {
  const { edition, topology } = spec;
  const wasAlone = formation.bootstrapCount === 1;
  return [
    ...(edition === formation.edition
      ? []
      : [
          kept(
            'spec.edition',
            edition,
            `is not that of the volumes, which hold data of the ${formation.edition} edition`,
            `use ${formation.edition}, or another name for the cluster`,
          ),
        ]),
    ...(topology.defaultDatabase.name === formation.defaultDatabase
      ? []
      : [
          kept(
            'spec.topology.defaultDatabase.name',
            topology.defaultDatabase.name,
            `is not the one that the cluster was formed with, ${formation.defaultDatabase}`,
            `use ${formation.defaultDatabase}, or another name for the cluster`,
          ),
        ]),
    ...(wasAlone === (topology.primaries === 1)
      ? []
      : [
          kept(
            'spec.topology.primaries',
            topology.primaries,
            wasAlone
              ? 'is more than 1, and the cluster was formed by one server'
              : 'is 1, and the cluster was formed by more than one server',
            `use ${wasAlone ? '1' : '2 or more'}, or another name for the cluster and a backup of the databases`,
          ),
        ]),
  ];
}

function kept(field: string, value: string | number, message: string, remedy: string): FieldError {
  return { field, reason: 'Immutable', value, message, remedy };
}
