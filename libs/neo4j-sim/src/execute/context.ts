import type { SimNotification, SimValue } from '../contract.ts';
import type { Language, Term, Yield } from '../cypher/ast.ts';
import type { UserRecord } from '../model/records.ts';
import type { SimServer } from '../model/server.ts';
import type { SystemChange, SystemState } from '../model/system-state.ts';
import { Refusal, invalid, refuse } from './refusal.ts';

/** What a statement is carried out with. */
export interface StatementContext {
  readonly server: SimServer;
  /** The system database with what the transaction has changed so far. */
  readonly state: SystemState;
  /** `undefined` where authentication is switched off: then everything is allowed. */
  readonly user: UserRecord | undefined;
  /** The database that it was sent to. */
  readonly database: string;
  readonly language: Language;
  readonly parameters: Readonly<Record<string, SimValue>>;
  readonly text: string;
}

/** A result before the columns that were asked for are taken from it. */
export interface Outcome {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly SimValue[])[];
  readonly type: 'r' | 'w' | 's';
  /** To be committed to the system database. */
  readonly changes: readonly SystemChange[];
  /** To be committed to the database that the statement was sent to. */
  readonly probes: readonly string[];
  readonly notifications: readonly SimNotification[];
  /** Seconds to wait for the servers after the commit. */
  readonly waitSeconds: number | undefined;
}

const nothing: Outcome = {
  columns: [],
  rows: [],
  type: 's',
  changes: [],
  probes: [],
  notifications: [],
  waitSeconds: undefined,
};

/** An administration statement that changes things and returns no rows. */
export function changed(
  changes: readonly SystemChange[],
  more: Partial<Pick<Outcome, 'notifications' | 'waitSeconds'>> = {},
): Outcome {
  return { ...nothing, changes, ...more };
}

/** A statement that has rows. What shows the state of the server counts as administration, too. */
export function rowsOf(
  columns: readonly string[],
  rows: readonly (readonly SimValue[])[],
  type: Outcome['type'] = 's',
): Outcome {
  return { ...nothing, columns, rows, type };
}

/** A statement on data. */
export function written(probes: readonly string[]): Outcome {
  return { ...nothing, type: 'w', probes };
}

/** Records by column, as the columns that were asked for. */
export function table(
  all: readonly string[],
  byDefault: readonly string[],
  wanted: Yield,
  records: readonly Readonly<Record<string, SimValue>>[],
  unknownColumn = '22N04',
): Outcome {
  const columns = wanted.kind === 'all' ? all : wanted.kind === 'default' ? byDefault : wanted.names;
  for (const name of columns) {
    if (all.includes(name)) continue;
    throw noColumn(name, unknownColumn);
  }
  return rowsOf(
    columns,
    records.map((record) => columns.map((name) => record[name] ?? null)),
  );
}

/** @param status - SHOW, SHOW SERVERS and CALL each have one of their own */
export function noColumn(name: string, status: string): Refusal {
  return refuse('ClientError.Statement.SyntaxError', ['42001', status], `Variable \`${name}\` not defined`);
}

/** What a term stands for. */
export function valueOf(context: StatementContext, term: Term): SimValue {
  if (term.kind === 'literal') return term.value;
  const value = context.parameters[term.name];
  if (value === undefined) {
    throw refuse(
      'ClientError.Statement.ParameterMissing',
      ['42001', '42N81'],
      `Expected parameter(s): ${term.name}`,
    );
  }
  return value;
}

/** A term that has to be a text that is not empty. */
export function textOf(context: StatementContext, term: Term): string {
  const value = valueOf(context, term);
  if (typeof value !== 'string') {
    throw refuse('ClientError.Statement.TypeError', ['42N51', '22G03', '22N27'], 'Expected a STRING.');
  }
  if (value !== '') return value;
  throw invalid(['22NB6'], 'Expected a STRING that is not empty.');
}

/** Names of databases are not case-sensitive, and kept in lower case. */
export function databaseNameOf(context: StatementContext, term: Term): string {
  return textOf(context, term).toLowerCase();
}

export function mapOf(context: StatementContext, term: Term | undefined): Readonly<Record<string, SimValue>> {
  if (term === undefined) return {};
  const value = valueOf(context, term);
  if (isMap(value)) return value;
  throw invalid(['22N01'], 'Expected a MAP.');
}

export function textListOf(value: SimValue, what: string): readonly string[] {
  if (Array.isArray(value) && value.every((entry) => typeof entry === 'string')) return value;
  throw invalid(['22N01'], `Expected a LIST<STRING> for ${what}.`);
}

export function isMap(value: SimValue | undefined): value is Readonly<Record<string, SimValue>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** A number as the topology clause takes it. */
export function countOf(context: StatementContext, term: Term): number {
  const value = valueOf(context, term);
  if (typeof value === 'bigint') return Number(value);
  // A JavaScript number goes over the wire as a FLOAT.
  throw invalid(['22N01'], 'Expected an INTEGER.');
}

/** @throws what is no Refusal, again */
export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  throw error;
}
