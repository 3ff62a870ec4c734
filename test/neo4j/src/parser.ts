// What Neo4j's own Cypher parser says to the text of a statement. It needs no server, and knows Enterprise.
import { isNotParamError, lintCypherQuery } from '@neo4j-cypher/language-support';
import { inLanguage } from './language.ts';
import type { CypherLanguage } from './versions.ts';

/** What the parser says. */
export type ParserVerdict =
  { readonly accepted: true } | { readonly accepted: false; readonly message: string };

/** DiagnosticSeverity.Error of the Language Server Protocol; deprecations and the like are below. */
const severityError = 1;

/**
 * Parses and checks a statement. Which procedures and functions there are it does not know, and no values of parameters.
 *
 * @param language - of the server; a prefix in the statement goes before
 */
export function parseOfficially(statement: string, language: CypherLanguage): ParserVerdict {
  const { diagnostics, symbolTables } = lintCypherQuery(inLanguage(statement, language), {});
  const messages = diagnostics.flatMap(({ message, severity }) =>
    severity === severityError ? [typeof message === 'string' ? message : message.value] : [],
  );
  // It was given no parameters, and misses every one.
  const message = messages.find((message) => isNotParamError({ message }));
  if (message !== undefined) return { accepted: false, message };
  // It reads scripts, with one table for each statement. A server takes one statement.
  if (symbolTables.length > 1) return { accepted: false, message: 'More than one statement' };
  return { accepted: true };
}
