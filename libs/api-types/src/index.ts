export { neo4jDatabase } from './kinds/neo4j-database.ts';
export type {
  DefaultedNeo4jDatabase,
  DefaultedNeo4jDatabaseSpec,
  Neo4jDatabase,
  Neo4jDatabaseSpec,
  Neo4jDatabaseStatus,
} from './kinds/neo4j-database.ts';
export { defaultDatabasePrimaries, neo4jEnterpriseCluster } from './kinds/neo4j-enterprise-cluster.ts';
export type {
  DefaultedNeo4jEnterpriseCluster,
  DefaultedNeo4jEnterpriseClusterSpec,
  Neo4jEnterpriseCluster,
  Neo4jEnterpriseClusterSpec,
  Neo4jEnterpriseClusterStatus,
} from './kinds/neo4j-enterprise-cluster.ts';
export { kinds } from './kinds/kinds.ts';
export { group, version } from './kind.ts';
export type { Kind, KindNames, PrinterColumn, ScaleSubresource } from './kind.ts';
export type { ObjectMeta, OwnerReference, Resource } from './meta.ts';
export { customResourceDefinition } from './crd.ts';
export type { CustomResourceDefinition, OpenApiSchema } from './crd.ts';
export { formatFieldError } from './schema/field-error.ts';
export type { FieldError, FieldErrorReason } from './schema/field-error.ts';
export type { KeyRestriction, Schema } from './schema/schema.ts';
export type { Rule, RuleReason, StateRule, TransitionRule } from './schema/rule.ts';
export { compareQuantities, parseQuantity } from './quantity.ts';
