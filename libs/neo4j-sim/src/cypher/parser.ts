import type { CypherStatement, Language } from './ast.ts';
import { Cursor } from './cursor.ts';
import { tokenize } from './lexer.ts';
import { type Dialect, parseDatabaseStatement } from './parse-databases.ts';
import { parseDbmsStatement, parseProbeStatement } from './parse-dbms.ts';
import { parseServerStatement } from './parse-servers.ts';
import { parseUserStatement } from './parse-users.ts';
import { SyntaxProblem } from './syntax-error.ts';

/** A text as understood, or why it is not. */
export type Parsed =
  | { readonly ok: true; readonly language: Language; readonly statement: CypherStatement }
  | {
      readonly ok: false;
      readonly problem: 'syntax' | 'language';
      /** GQLSTATUS. */
      readonly status: string;
      readonly message: string;
    };

/** What decides how a text is read. */
export interface ParserOptions {
  /** Languages that the version of the server knows. */
  readonly languages: readonly Language[];
  /** For texts without the prefix `CYPHER 5` or `CYPHER 25`. */
  readonly defaultLanguage: Language;
}

/** Reads a statement: exactly the grammar that is needed to administer servers, databases and users, and two statements on data. */
export function parse(text: string, options: ParserOptions): Parsed {
  const prefix = /^\s*CYPHER\s+(\d+)(?=\s)/i.exec(text);
  const asked = prefix?.[1] ?? options.defaultLanguage;
  const language = options.languages.find((known) => known === asked);
  if (language === undefined) {
    return {
      ok: false,
      problem: 'language',
      status: '22N10',
      message: `Invalid Cypher version '${asked}'. Valid options are: ${options.languages.join(', ')}`,
    };
  }
  const skipped = prefix?.[0].length ?? 0;
  try {
    const cursor = new Cursor(tokenize(text.slice(skipped), language));
    const dialect = { language, defaultLanguage: options.languages.includes('25') };
    return { ok: true, language, statement: parseStatement(cursor, dialect) };
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    return {
      ok: false,
      problem: 'syntax',
      status: error.status,
      message: `${error.message} (${position(text, error.offset + skipped)})`,
    };
  }
}

function parseStatement(cursor: Cursor, dialect: Dialect): CypherStatement {
  if (cursor.atEnd()) throw new SyntaxProblem('Expected exactly one statement', 0, '42N45');
  const statement =
    parseServerStatement(cursor) ??
    parseDatabaseStatement(cursor, dialect) ??
    parseUserStatement(cursor) ??
    parseDbmsStatement(cursor) ??
    parseProbeStatement(cursor);
  if (statement === undefined) throw cursor.unexpected('a statement that the simulation knows');
  cursor.acceptSymbol(';');
  if (!cursor.atEnd()) throw cursor.unexpected('<EOF>');
  return statement;
}

function position(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  const column = (before.at(-1) ?? '').length + 1;
  return `line ${before.length}, column ${column} (offset: ${offset})`;
}
