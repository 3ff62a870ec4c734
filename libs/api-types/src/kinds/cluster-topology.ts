import { constrained, integer, object, optional, withDefault } from '../schema/build.ts';
import { databaseName, databaseSecondaries } from './common.ts';

const defaultDatabase = object(
  'Copies of the default database. A Neo4jDatabase that names the default database takes over from here.',
  {
    name: withDefault(
      databaseName('Its name. Chosen when the cluster is formed, and fixed from then on.'),
      'neo4j',
    ),
    primaries: optional(
      integer(
        'Copies that take part in writes. Absent: the largest odd number that is neither above 3 nor above spec.topology.primaries.',
        1,
        11,
      ),
    ),
    secondaries: withDefault(
      databaseSecondaries('Read-only copies: a number, or `pool` for one on every enabled secondary server.'),
      'pool',
    ),
  },
);

export const topology = constrained(
  object('How many servers there are, and of what kind.', {
    primaries: integer(
      'Servers that may host primaries. An odd number is best: an even one survives no more failures than the number below it.',
      1,
      11,
    ),
    secondaries: withDefault(integer('Servers that host only secondaries.', 0, 20), 0),
    defaultDatabase: withDefault(defaultDatabase, {}),
  }),
  [
    {
      on: 'write',
      rule: '!has(self.defaultDatabase.primaries) || self.defaultDatabase.primaries <= self.primaries',
      check: (self) => (self.defaultDatabase.primaries ?? 0) <= self.primaries,
      message: 'the default database asks for more primaries than there are servers for them',
      remedy: 'lower defaultDatabase.primaries or raise topology.primaries',
      reason: 'Invalid',
      fieldPath: '.defaultDatabase.primaries',
    },
  ],
);

/**
 * Primaries of the default database: `defaultDatabase.primaries` if given, else the largest odd number that is neither above 3 nor above the number of servers. A CRD default
 * cannot depend on another field, so this one is not in the object.
 */
export function defaultDatabasePrimaries(topology: {
  readonly primaries: number;
  readonly defaultDatabase?: { readonly primaries?: number };
}): number {
  return topology.defaultDatabase?.primaries ?? (topology.primaries >= 3 ? 3 : 1);
}
