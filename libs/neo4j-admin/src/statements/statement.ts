import { can } from '../catalogue/index.ts';
import type { Neo4jVersion } from '../catalogue/index.ts';
import type { CypherValue, Statement } from '../connection/bolt-connector.ts';

/**
 * An administration statement in the language that is fixed for this version, whatever the default of the database or server: `system`
 * of a new 2026 server may speak Cypher 25 or 5, depending on its configuration. Versions that know one language get no prefix.
 *
 * @param clauses - joined by blanks; `undefined` ones are left out
 */
export function statement(
  version: Neo4jVersion,
  clauses: readonly (string | undefined)[],
  parameters: Readonly<Record<string, CypherValue>> = {},
): Statement {
  const language = can(version, 'cypher25') ? 'CYPHER 25' : undefined;
  return { text: [language, ...clauses].filter((clause) => clause !== undefined).join(' '), parameters };
}

/** A list for places that take one parameter an element: the text `$role0, $role1`, and what the names stand for. */
export function parameterList(
  prefix: string,
  values: readonly string[],
): { readonly text: string; readonly parameters: Readonly<Record<string, string>> } {
  const named = values.map((value, index) => [`${prefix}${index}`, value] as const);
  return { text: named.map(([name]) => `$${name}`).join(', '), parameters: Object.fromEntries(named) };
}
