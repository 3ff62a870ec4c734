import type { DefaultedNeo4jEnterpriseClusterSpec } from '@neo4j-operator/api-types';

/** The pool that a server belongs to for its whole life. */
export type Pool = 'primary' | 'secondary';

/** As what a server hosts `system`; never changed after its first start. */
export type SystemMode = 'PRIMARY' | 'SECONDARY';

/**
 * What is decided once, when the first servers of a cluster are made, and lives on their volumes' claims: a cluster that is deleted and
 * applied again goes on with it.
 */
export interface Formation {
  readonly edition: 'enterprise' | 'community';
  /** `dbms.cluster.minimum_initial_system_primaries_count`. */
  readonly bootstrapCount: number;
  readonly defaultDatabase: string;
  /** How servers talk to each other. Plain and TLS cannot be mixed. */
  readonly transport: 'plain';
}

/** A server with a system primary is another voter of `system`; seven are plenty (design: system mode). */
export const mostSystemPrimaries = 7;

/**
 * What a new cluster is formed with. As many servers have to meet as make a majority of all that may, so that two groups which do not
 * see each other cannot both form one, and three if there are as many, so that the first cluster outlives a server.
 */
export function formationOf({ edition, topology }: DefaultedNeo4jEnterpriseClusterSpec): Formation {
  const voters = Math.min(topology.primaries, mostSystemPrimaries);
  return {
    edition,
    bootstrapCount: Math.max(Math.min(3, voters), Math.floor(voters / 2) + 1),
    defaultDatabase: topology.defaultDatabase.name,
    transport: 'plain',
  };
}
