import { type FieldError, neo4jDatabase } from '@neo4j-operator/api-types';

/** What is wrong with an object, and what is allowed and probably not meant. */
export interface Validation {
  readonly errors: readonly FieldError[];
  readonly warnings: readonly FieldError[];
}

/**
 * Checks a Neo4jDatabase by what it alone tells. Its name is then one that every supported version of Neo4j takes. Never throws.
 *
 * @param database - anything; it need not have the right shape
 * @param old - the object before the change; absent on creation
 */
export function validateDatabase(database: unknown, old?: unknown): Validation {
  const errors = neo4jDatabase.validate(database, old);
  return { errors, warnings: errors.length > 0 ? [] : warningsOf(database) };
}

function warningsOf(database: unknown): readonly FieldError[] {
  const { topology } = neo4jDatabase.applyDefaults(
    database as Parameters<typeof neo4jDatabase.applyDefaults>[0],
  ).spec;
  const { primaries } = topology;
  if (primaries === undefined || primaries % 2 === 1) return [];
  return [
    {
      field: 'spec.topology.primaries',
      reason: 'Invalid',
      value: primaries,
      message: 'is an even number, which tolerates no more failures than the odd one below it',
      remedy: `use ${primaries - 1} or ${primaries + 1}`,
    },
  ];
}
