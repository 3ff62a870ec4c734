import type { Kind } from '../kind.ts';
import { neo4jDatabase } from './neo4j-database.ts';
import { neo4jEnterpriseCluster } from './neo4j-enterprise-cluster.ts';

/** Every kind of the API, by name. */
export const kinds: Readonly<Record<string, Kind>> = {
  [neo4jEnterpriseCluster.kind]: neo4jEnterpriseCluster,
  [neo4jDatabase.kind]: neo4jDatabase,
};
