import type { CypherStatement, TopologyClause, Yield } from '../cypher/ast.ts';
import { isAtLeast } from '../model/version.ts';
import { serverColumns, unknownServerColumn } from './columns.ts';
import { type StatementContext, noColumn } from './context.ts';
import { isWritingProcedure } from './procedures.ts';
import { forbidden, refuse, unsupportedEdition } from './refusal.ts';

/** Where a statement is carried out: on the server that has it, on the system database, or on the database that it was sent to. */
export type Place = 'server' | 'system' | 'system-leader' | 'data';

const readers = ['reader', 'editor', 'publisher', 'architect', 'admin'];
const writers = ['editor', 'publisher', 'architect', 'admin'];

export function placeOf(statement: CypherStatement): Place {
  switch (statement.kind) {
    case 'merge-probe':
    case 'match-probe':
      return 'data';
    case 'show-settings':
    case 'show-transactions':
    case 'terminate-transactions':
      return 'server';
    case 'call':
      return isWritingProcedure(statement.procedure) ? 'system-leader' : 'server';
    case 'show-servers':
    case 'show-databases':
    case 'show-users':
    case 'show-current-user':
      return 'system';
    case 'deallocate':
      return statement.dryRun ? 'system' : 'system-leader';
    default:
      return 'system-leader';
  }
}

/**
 * Whether this user may do this now, in this edition.
 *
 * @throws Refusal
 */
export function checkAccess(context: StatementContext, statement: CypherStatement): void {
  const { user } = context;
  if (user?.native?.changeRequired === true && statement.kind !== 'alter-current-user') {
    throw refuse(
      'ClientError.Security.CredentialsExpired',
      ['42NFF', '42NFD'],
      'The credentials you provided were valid, but must be changed before you can use this instance.',
    );
  }
  checkEdition(context, statement);
  if (user === undefined || context.server.configuration.edition === 'community') return;
  if (!needs(statement).some((role) => user.roles.includes(role) || role === 'PUBLIC')) throw forbidden();
}

/** One of these roles is needed. */
function needs(statement: CypherStatement): readonly string[] {
  switch (statement.kind) {
    case 'match-probe':
      return readers;
    case 'merge-probe':
      return writers;
    case 'show-databases':
    case 'show-current-user':
    case 'alter-current-user':
    case 'show-transactions':
    case 'terminate-transactions':
      return ['PUBLIC'];
    case 'call':
      return statement.procedure === 'dbms.components' ? ['PUBLIC'] : ['admin'];
    default:
      return ['admin'];
  }
}

function checkEdition({ server, text }: StatementContext, statement: CypherStatement): void {
  const { edition, version } = server.configuration;
  if (edition === 'enterprise') return;
  switch (statement.kind) {
    case 'show-servers':
      checkColumns(statement.yield);
      if (isAtLeast(version, '2025.01')) throw unsupportedEdition(text);
      throw refuse(
        'ClientError.Statement.NotSystemDatabaseError',
        ['50N42'],
        `Unsupported administration command: ${text}`,
      );
    case 'create-database':
      checkTopology(statement.topology);
      throw unsupportedEdition(text);
    case 'enable-server':
    case 'alter-server':
    case 'rename-server':
    case 'drop-server':
    case 'deallocate':
    case 'start-database':
    case 'stop-database':
    case 'drop-database':
    case 'grant-roles':
    case 'revoke-roles':
      throw unsupportedEdition(text);
    case 'alter-database':
      // The default language is the one thing that Community can alter.
      checkTopology(statement.topology);
      if (statement.language === undefined) throw unsupportedEdition(text);
      return;
    default:
      return;
  }
}

/** What is wrong with a text comes before what is wrong with the edition. */
function checkColumns(wanted: Yield): void {
  if (wanted.kind !== 'columns') return;
  const unknown = wanted.names.find((name) => !serverColumns.all.includes(name));
  if (unknown !== undefined) throw noColumn(unknown, unknownServerColumn);
}

function checkTopology(topology: TopologyClause | undefined): void {
  const { primaries } = topology ?? {};
  if (primaries?.kind !== 'literal' || primaries.value !== 0n) return;
  throw refuse('ClientError.Statement.SyntaxError', ['22003', '51N52'], 'PRIMARY must be greater than 0.');
}
