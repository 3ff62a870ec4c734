// Statements that many interactions need.
import type { Step } from './interaction.ts';

/** Writes data; one of the two statements on data that simulated servers know. */
export const merge = 'MERGE (p:Probe {id: $id})';
/** Reads data; the other one. */
export const match = 'MATCH (p:Probe {id: $id}) RETURN p.id AS id';
/** Two rows, in this order: `neo4j`, `system`. */
export const databases = 'SHOW DATABASES YIELD name';

/** A node whose label is known from then on, so that no server remarks on it. */
export const probe: Step = {
  type: 'prepare',
  text: merge,
  parameters: { id: 'conformance-1' },
  database: 'neo4j',
};
