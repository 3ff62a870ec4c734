import { defineKind, type Named } from '../kind.ts';
import { boolean, choice, listMap, object, optional, set, string, time } from '../schema/build.ts';
import type { StateRule } from '../schema/rule.ts';
import type { Defaulted, Written } from '../schema/static.ts';
import type { Resource } from '../meta.ts';
import { commonStatus, count, clusterNamePattern, longestClusterName } from './fields.ts';
import { clusterSpec } from './neo4j-enterprise-cluster-spec.ts';

const server = object('One server of the cluster.', {
  name: string('The name of the server: that of its StatefulSet.', { maxLength: 63 }),
  id: optional(string('The id that Neo4j gave the server.', { maxLength: 64 })),
  pod: optional(string('The name of its pod.', { maxLength: 253 })),
  state: optional(string('The state that Neo4j reports, such as Enabled.', { maxLength: 64 })),
  health: optional(string('The health that Neo4j reports, such as Available.', { maxLength: 64 })),
  version: optional(string('The version of Neo4j that it runs.', { maxLength: 64 })),
  modeConstraint: optional(string('What it may host: NONE, PRIMARY or SECONDARY.', { maxLength: 64 })),
  hosting: optional(
    set('The databases that it hosts.', string('The name of a database.', { maxLength: 63 }), {
      maxItems: 1024,
    }),
  ),
});

const operation = object(
  'What the operator is doing to the cluster as a whole; absent when nothing is under way.',
  {
    type: choice('What it is: the first servers form a cluster, or servers are added to it.', [
      'Form',
      'ScaleOut',
    ]),
    id: string('The name of this operation, for logs and annotations.', { maxLength: 64 }),
    step: string('How far it is.', { maxLength: 64 }),
    startedAt: time('When it began.'),
  },
);

const status = object('What the cluster is, as the operator last saw it.', {
  ...commonStatus,
  replicas: optional(
    object('How many servers there are.', {
      primaries: optional(count('Servers that may host primaries.')),
      secondaries: optional(count('Servers that host secondaries only.')),
      ready: optional(count('Servers that are enabled and available.')),
    }),
  ),
  selector: optional(
    string('The label selector of the pods of the secondary servers, for the scale subresource.', {
      maxLength: 1024,
    }),
  ),
  version: optional(string('The version of Neo4j that all servers run.', { maxLength: 64 })),
  endpoints: optional(
    object('Where clients connect.', {
      bolt: optional(string('The address for one connection, as a bolt URI.', { maxLength: 512 })),
      neo4j: optional(string('The address for routed connections, as a neo4j URI.', { maxLength: 512 })),
      http: optional(string('The address for HTTP, with Neo4j Browser.', { maxLength: 512 })),
    }),
  ),
  memory: optional(
    object('How the memory of each server is divided, as the newest server has it.', {
      heap: optional(string('The most that the heap takes.', { maxLength: 32 })),
      pageCache: optional(string('The page cache.', { maxLength: 32 })),
    }),
  ),
  operation: optional(operation),
  servers: optional(listMap('The servers of the cluster.', 'name', server, { maxItems: 128 })),
  credentials: optional(
    object('Where the credentials of the administrator are.', {
      secretName: optional(string('The name of the Secret.', { maxLength: 253 })),
      generated: optional(boolean('Whether the operator generated it.')),
    }),
  ),
});

const nameRules: readonly StateRule<Named>[] = [
  {
    cel: `self.metadata.name.size() <= ${longestClusterName}`,
    message: `is longer than ${longestClusterName} characters, so the names of its pods would be too long`,
    remedy: `use at most ${longestClusterName}`,
    reason: 'Invalid',
    fieldPath: '.metadata.name',
    check: ({ metadata }) => typeof metadata?.name !== 'string' || metadata.name.length <= longestClusterName,
  },
  {
    cel: `self.metadata.name.matches('${clusterNamePattern}')`,
    message: 'cannot be the name of a Service',
    remedy:
      'use lower-case letters, digits and dashes, beginning with a letter and ending with a letter or digit',
    reason: 'Invalid',
    fieldPath: '.metadata.name',
    check: ({ metadata }) =>
      typeof metadata?.name !== 'string' || new RegExp(clusterNamePattern, 'u').test(metadata.name),
  },
];

/** The kind Neo4jEnterpriseCluster. */
export const neo4jEnterpriseCluster = defineKind(
  {
    kind: 'Neo4jEnterpriseCluster',
    plural: 'neo4jenterpriseclusters',
    singular: 'neo4jenterprisecluster',
    shortNames: ['n4j'],
    description: 'A Neo4j cluster: its servers, their storage and configuration, and how clients reach it.',
    columns: [
      { name: 'Primaries', type: 'integer', jsonPath: '.spec.topology.primaries' },
      { name: 'Secondaries', type: 'integer', jsonPath: '.spec.topology.secondaries' },
      { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
      { name: 'Version', type: 'string', jsonPath: '.status.version' },
      { name: 'Phase', type: 'string', jsonPath: '.status.phase' },
      { name: 'Reason', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].reason' },
      { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
    ],
    scale: {
      specReplicasPath: '.spec.topology.secondaries',
      statusReplicasPath: '.status.replicas.secondaries',
      labelSelectorPath: '.status.selector',
    },
  },
  clusterSpec,
  status,
  nameRules,
);

/** The spec as a user may write it. */
export type Neo4jEnterpriseClusterSpec = Written<typeof clusterSpec>;

/** The spec after defaulting. */
export type DefaultedNeo4jEnterpriseClusterSpec = Defaulted<typeof clusterSpec>;

/** The status. */
export type Neo4jEnterpriseClusterStatus = Written<typeof status>;

/** A cluster as a user may write it. */
export type Neo4jEnterpriseCluster = Resource<
  'Neo4jEnterpriseCluster',
  Neo4jEnterpriseClusterSpec,
  Neo4jEnterpriseClusterStatus
>;

/** A cluster after defaulting. */
export type DefaultedNeo4jEnterpriseCluster = Resource<
  'Neo4jEnterpriseCluster',
  DefaultedNeo4jEnterpriseClusterSpec,
  Neo4jEnterpriseClusterStatus
>;

/** The most primaries that the default database gets by itself: two of three may not fail, but one may. */
const mostDefaultPrimaries = 3;

/**
 * How many primaries the default database of a cluster has: what the spec says, else the largest odd number that
 * is at most 3 and at most the number of servers for primaries. It depends on another field, which the CRD's
 * defaults cannot do, so it is computed here and never stored in the spec.
 */
export function defaultDatabasePrimaries({ topology }: DefaultedNeo4jEnterpriseClusterSpec): number {
  const most = Math.min(mostDefaultPrimaries, topology.primaries);
  return topology.defaultDatabase.primaries ?? (most % 2 === 1 ? most : most - 1);
}
