// What the numbers of a topology mean for each other.
import {
  defaultDatabasePrimaries,
  type DefaultedNeo4jEnterpriseClusterSpec,
  type FieldError,
} from '@neo4j-operator/api-types';

type ClusterSpec = DefaultedNeo4jEnterpriseClusterSpec;

/** Numbers that no cluster can have together. */
export function topologyErrors(spec: ClusterSpec): readonly FieldError[] {
  const { primaries, secondaries, defaultDatabase } = spec.topology;
  const wanted = defaultDatabase.secondaries;
  if (wanted === 'pool') return [];
  const most = primaries + secondaries - defaultDatabasePrimaries(spec);
  if (wanted <= most) return [];
  return [
    {
      field: 'spec.topology.defaultDatabase.secondaries',
      reason: 'Invalid',
      value: wanted,
      message: 'is more than there are servers without a primary of the database',
      remedy:
        secondaries === 0
          ? `use ${most} or pool, or raise topology.secondaries`
          : `use at most ${most}, or pool for one on every secondary server`,
    },
  ];
}

/** Numbers that somebody may not have thought about. */
export function topologyWarnings(spec: ClusterSpec): readonly FieldError[] {
  const { primaries, defaultDatabase } = spec.topology;
  return [
    ...evenWarning('spec.topology.primaries', primaries, 'servers'),
    ...evenWarning(
      'spec.topology.defaultDatabase.primaries',
      defaultDatabase.primaries,
      'primaries of the database',
    ),
  ];
}

function evenWarning(field: string, count: number | undefined, what: string): readonly FieldError[] {
  if (count === undefined || count % 2 === 1) return [];
  return [
    {
      field,
      reason: 'Invalid',
      value: count,
      message: `is even: of ${count} ${what} no more may fail than of ${count - 1}`,
      remedy: `use ${count - 1} or ${count + 1}`,
    },
  ];
}
