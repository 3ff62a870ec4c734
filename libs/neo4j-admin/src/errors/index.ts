export { type Neo4jErrorReason, reasons } from './catalogue.ts';
export { classify } from './classify.ts';
export { Neo4jError, type Remedy } from './neo4j-error.ts';
