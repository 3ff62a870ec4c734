import type { DatabaseStatement, Language, Term, TopologyClause, WaitClause } from './ast.ts';
import type { Cursor } from './cursor.ts';

/** How long WAIT waits when it does not say (operations manual, "WAIT options"). */
const defaultWaitSeconds = 300;

/** What the language and the version of the server allow. */
export interface Dialect {
  readonly language: Language;
  /** Whether DEFAULT LANGUAGE exists: from 2025.06. */
  readonly defaultLanguage: boolean;
}

/** Statements on databases (Cypher manual, "Database administration"); `undefined` if it is none. */
export function parseDatabaseStatement(cursor: Cursor, dialect: Dialect): DatabaseStatement | undefined {
  if (cursor.acceptOneOf('SHOW DATABASES', 'SHOW DATABASE')) {
    const isNamed = !cursor.atEnd() && !cursor.sees('YIELD');
    const name = isNamed ? cursor.databaseName() : undefined;
    return { kind: 'show-databases', name, yield: cursor.yieldClause() };
  }
  if (cursor.accept('CREATE DATABASE')) return createDatabase(cursor, dialect);
  if (cursor.accept('ALTER DATABASE')) return alterDatabase(cursor, dialect);
  if (cursor.accept('DROP DATABASE')) return dropDatabase(cursor);
  for (const [keywords, kind] of [
    ['START DATABASE', 'start-database'],
    ['STOP DATABASE', 'stop-database'],
  ] as const) {
    if (cursor.accept(keywords)) return { kind, name: cursor.databaseName(), wait: waitClause(cursor) };
  }
  return undefined;
}

function createDatabase(cursor: Cursor, dialect: Dialect): DatabaseStatement {
  const name = cursor.databaseName();
  const ifNotExists = cursor.accept('IF NOT EXISTS');
  const mayHaveSet = dialect.language === '25';
  const language = acceptWithSet(cursor, mayHaveSet, 'DEFAULT LANGUAGE')
    ? languageClause(cursor, dialect)
    : undefined;
  const topology = acceptWithSet(cursor, mayHaveSet, 'TOPOLOGY') ? topologyClause(cursor) : undefined;
  const options = cursor.accept('OPTIONS') ? cursor.mapOrParameter() : undefined;
  return {
    kind: 'create-database',
    name,
    ifNotExists,
    language,
    topology,
    options,
    wait: waitClause(cursor),
  };
}

function acceptWithSet(cursor: Cursor, mayHaveSet: boolean, keywords: string): boolean {
  return cursor.accept(keywords) || (mayHaveSet && cursor.accept(`SET ${keywords}`));
}

function alterDatabase(cursor: Cursor, dialect: Dialect): DatabaseStatement {
  const name = cursor.databaseName();
  let access: 'read-only' | 'read-write' | undefined;
  let language: Language | undefined;
  let topology: TopologyClause | undefined;
  const setOptions = new Map<string, Term>();
  const removeOptions: string[] = [];
  while (cursor.accept('REMOVE OPTION')) removeOptions.push(cursor.identifier('an option name'));
  if (removeOptions.length === 0 && !cursor.sees('SET')) throw cursor.unexpected("'REMOVE'", "'SET'");
  while (removeOptions.length === 0 && cursor.accept('SET')) {
    if (access === undefined && cursor.accept('ACCESS READ')) {
      access = cursor.accept('ONLY') ? 'read-only' : 'read-write';
      if (access === 'read-write') cursor.expect('WRITE');
    } else if (topology === undefined && cursor.accept('TOPOLOGY')) {
      topology = topologyClause(cursor);
    } else if (language === undefined && cursor.sees('DEFAULT LANGUAGE') && dialect.defaultLanguage) {
      cursor.accept('DEFAULT LANGUAGE');
      language = languageClause(cursor, dialect);
    } else if (cursor.accept('OPTION')) {
      setOptions.set(cursor.identifier('an option name'), cursor.value());
    } else {
      throw cursor.unexpected("'ACCESS READ'", "'OPTION'", "'TOPOLOGY'");
    }
  }
  return {
    kind: 'alter-database',
    name,
    access,
    language,
    topology,
    setOptions,
    removeOptions,
    wait: waitClause(cursor),
  };
}

function dropDatabase(cursor: Cursor): DatabaseStatement {
  const name = cursor.databaseName();
  const ifExists = cursor.accept('IF EXISTS');
  // There are no aliases and no dumps here, so what is said of them makes no difference.
  cursor.acceptOneOf('RESTRICT', 'CASCADE ALIASES', 'CASCADE ALIAS');
  if (cursor.acceptOneOf('DUMP', 'DESTROY')) cursor.accept('DATA');
  return { kind: 'drop-database', name, ifExists, wait: waitClause(cursor) };
}

function languageClause(cursor: Cursor, { defaultLanguage }: Dialect): Language {
  if (!defaultLanguage) throw cursor.unexpected("'OPTIONS'", "'TOPOLOGY'", "'WAIT'", '<EOF>');
  cursor.expect('CYPHER');
  const language = String(cursor.integer());
  if (language !== '5' && language !== '25') throw cursor.unexpected("'5'", "'25'");
  return language;
}

function topologyClause(cursor: Cursor): TopologyClause {
  let primaries: Term | undefined;
  let secondaries: Term | undefined;
  do {
    const count = cursor.integerOrParameter();
    if (cursor.acceptOneOf('PRIMARIES', 'PRIMARY')) {
      if (primaries !== undefined) throw cursor.duplicate('PRIMARY');
      primaries = count;
    } else if (cursor.acceptOneOf('SECONDARIES', 'SECONDARY')) {
      if (secondaries !== undefined) throw cursor.duplicate('SECONDARY');
      secondaries = count;
    } else {
      throw cursor.unexpected("'PRIMARIES'", "'PRIMARY'", "'SECONDARIES'", "'SECONDARY'");
    }
  } while (cursor.seesParameter() || cursor.seesInteger());
  return { primaries, secondaries };
}

function waitClause(cursor: Cursor): WaitClause {
  if (cursor.accept('NOWAIT') || !cursor.accept('WAIT')) return { kind: 'no' };
  if (!cursor.seesInteger()) return { kind: 'wait', seconds: defaultWaitSeconds };
  const seconds = Number(cursor.integer());
  cursor.acceptOneOf('SECONDS', 'SECOND', 'SEC');
  return { kind: 'wait', seconds };
}
