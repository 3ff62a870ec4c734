// The language version in front of a statement.
import type { CypherLanguage } from './versions.ts';

/** A statement without its prefix, and the prefix as it was written, empty if there is none. */
export interface PrefixedText {
  readonly prefix: string;
  readonly text: string;
}

/** Takes `CYPHER 5` or `CYPHER 25` off a statement. */
export function splitLanguage(statement: string): PrefixedText {
  const prefix = /^\s*CYPHER\s+\d+\s+/i.exec(statement)?.[0] ?? '';
  return { prefix, text: statement.slice(prefix.length) };
}

/** The statement as a server whose default is `language` reads it: a prefix of its own stays. */
export function inLanguage(statement: string, language: CypherLanguage): string {
  return splitLanguage(statement).prefix === '' ? `CYPHER ${language} ${statement}` : statement;
}
