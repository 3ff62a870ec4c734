import { defineKind } from '../kind.ts';
import type { Resource } from '../meta.ts';
import { boolean, choice, defaulted, integer, listMap, object, optional, string } from '../schema/build.ts';
import { immutable } from '../schema/rule.ts';
import type { Defaulted, Written } from '../schema/static.ts';
import { clusterName, commonStatus, count, databaseName, secondariesOrPool } from './fields.ts';

const spec = object('What the database should be.', {
  clusterRef: clusterName('The name of the Neo4jEnterpriseCluster in the same namespace.'),
  name: databaseName('The name of the database. It cannot be changed.', [
    immutable('make another Neo4jDatabase with the new name and move the data'),
  ]),
  topology: defaulted(
    object('How many copies of the database there are.', {
      primaries: optional(
        integer('How many primaries it has. Absent: as many as the default database of the cluster.', {
          minimum: 1,
          maximum: 11,
        }),
      ),
      secondaries: defaulted(
        secondariesOrPool('How many secondaries it has; pool means one on every enabled secondary server.'),
        0,
      ),
    }),
    {},
  ),
  state: defaulted(choice('Whether the database is started.', ['online', 'offline']), 'online'),
  adoptExisting: defaulted(
    boolean(
      'Whether a database of this name that is already there is taken over. The default database always is.',
    ),
    false,
  ),
  deletionPolicy: defaulted(
    choice('What happens to the database when this object is deleted.', ['Retain', 'Drop']),
    'Retain',
  ),
});

const copy = object('One copy of the database.', {
  name: string('The name of the server that hosts it.', { maxLength: 63 }),
  role: optional(string('primary or secondary.', { maxLength: 64 })),
  state: optional(string('The state that Neo4j reports for this copy, such as online.', { maxLength: 64 })),
});

const status = object('What the database is, as the operator last saw it.', {
  ...commonStatus,
  state: optional(string('The state that Neo4j reports, such as online.', { maxLength: 64 })),
  servers: optional(listMap('The copies of the database.', 'name', copy, { maxItems: 128 })),
  requestedPrimaries: optional(count('How many primaries Neo4j was asked for.')),
  currentPrimaries: optional(count('How many primaries there are.')),
  requestedSecondaries: optional(count('How many secondaries Neo4j was asked for.')),
  currentSecondaries: optional(count('How many secondaries there are.')),
});

/** The kind Neo4jDatabase. */
export const neo4jDatabase = defineKind(
  {
    kind: 'Neo4jDatabase',
    plural: 'neo4jdatabases',
    singular: 'neo4jdatabase',
    shortNames: ['n4jdb'],
    description: 'A database in a Neo4j cluster.',
    columns: [
      { name: 'Cluster', type: 'string', jsonPath: '.spec.clusterRef' },
      { name: 'Database', type: 'string', jsonPath: '.spec.name' },
      { name: 'Primaries', type: 'integer', jsonPath: '.status.currentPrimaries' },
      { name: 'Secondaries', type: 'integer', jsonPath: '.status.currentSecondaries' },
      { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
      { name: 'Phase', type: 'string', jsonPath: '.status.phase' },
      { name: 'Reason', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].reason' },
      { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
    ],
  },
  spec,
  status,
);

/** The spec as a user may write it. */
export type Neo4jDatabaseSpec = Written<typeof spec>;

/** The spec after defaulting. */
export type DefaultedNeo4jDatabaseSpec = Defaulted<typeof spec>;

/** The status. */
export type Neo4jDatabaseStatus = Written<typeof status>;

/** A database as a user may write it. */
export type Neo4jDatabase = Resource<'Neo4jDatabase', Neo4jDatabaseSpec, Neo4jDatabaseStatus>;

/** A database after defaulting. */
export type DefaultedNeo4jDatabase = Resource<
  'Neo4jDatabase',
  DefaultedNeo4jDatabaseSpec,
  Neo4jDatabaseStatus
>;
