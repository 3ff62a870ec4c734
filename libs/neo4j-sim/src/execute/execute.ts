import { parse } from '../cypher/parser.ts';
import { publishUnderstood } from './understood.ts';
import type { CypherStatement, Language } from '../cypher/ast.ts';
import type { SimValue } from '../contract.ts';
import type { SimServer } from '../model/server.ts';
import type { SystemState } from '../model/system-state.ts';
import { isAtLeast } from '../model/version.ts';
import { checkAccess, placeOf } from './access.ts';
import { type Outcome, type StatementContext, rowsOf, textOf, written } from './context.ts';
import { executeDatabaseStatement } from './databases.ts';
import { executeDbmsStatement } from './dbms.ts';
import { notALeader, Refusal, refuse, unavailable } from './refusal.ts';
import { executeServerStatement } from './servers.ts';
import { executeUserStatement } from './users.ts';

/** What a statement comes with. */
export interface Execution {
  readonly server: SimServer;
  readonly state: SystemState;
  readonly userName: string;
  readonly database: string;
  readonly access: 'read' | 'write';
  readonly text: string;
  readonly parameters: Readonly<Record<string, SimValue>>;
  /** Probes that the transaction has made and not yet committed. */
  readonly ownProbes: ReadonlySet<string>;
}

/** What came of it, and which language it was written in. */
export interface Executed {
  readonly outcome: Outcome;
  readonly language: Language;
}

/**
 * Carries out a statement as far as its result and what it is to change; to commit that is up to the caller.
 *
 * @throws Refusal
 */
export function execute(execution: Execution): Executed {
  const { server, state, text } = execution;
  const { version } = server.configuration;
  const database = state.databases.get(execution.database);
  const parsed = parse(text, {
    languages: isAtLeast(version, '2025.06') ? ['5', '25'] : ['5'],
    defaultLanguage: database?.language ?? server.configuration.defaultLanguage,
  });
  if (!parsed.ok) {
    throw parsed.problem === 'syntax'
      ? refuse('ClientError.Statement.SyntaxError', ['42001', parsed.status], parsed.message)
      : refuse('ClientError.Statement.ArgumentError', ['22000', parsed.status], parsed.message);
  }
  let isUnderstood = true;
  try {
    return carryOut(execution, parsed);
  } catch (error) {
    // That a column or a procedure does not exist is found out only then.
    isUnderstood = !(
      error instanceof Refusal && /\.(SyntaxError|ProcedureNotFound)$/.test(error.failure.code)
    );
    throw error;
  } finally {
    if (isUnderstood) publishUnderstood({ text, version });
  }
}

function carryOut(
  execution: Execution,
  parsed: Extract<ReturnType<typeof parse>, { readonly ok: true }>,
): Executed {
  const { server, state, text } = execution;
  // Who may do what is in the system database, too.
  if (!server.isMember) throw unavailable('system');
  const { authEnabled } = server.configuration.security;
  const user = authEnabled ? state.users.get(execution.userName) : undefined;
  // In Community, where there are no roles to lose, a connection outlives its user.
  if (authEnabled && user === undefined && server.configuration.edition === 'enterprise') {
    throw refuse(
      'ClientError.Security.AuthorizationExpired',
      ['42NFF', '42NFE'],
      'Authorization info expired.',
    );
  }
  const context: StatementContext = {
    server,
    state,
    user,
    database: execution.database,
    language: parsed.language,
    parameters: execution.parameters,
    text,
  };
  checkAccess(context, parsed.statement);
  checkPlace(execution, parsed.statement);
  return { outcome: dispatch(context, parsed.statement, execution), language: parsed.language };
}

/** Whether this server can carry it out: administration needs the leader of `system`, other writes that of the database. */
function checkPlace({ access, database, server, state }: Execution, statement: CypherStatement): void {
  const place = placeOf(statement);
  if (place === 'server') return;
  if (place === 'system') return;
  if (access === 'read' && (statement.kind === 'merge-probe' || changesSystem(statement))) {
    throw refuse(
      'ClientError.Statement.AccessMode',
      ['08N03', '42N02'],
      'Writing in read access mode not allowed.',
    );
  }
  if (place === 'system-leader') {
    if (server.system?.isLeader !== true || server.faults.notLeader) throw notALeader();
    return;
  }
  if (database === 'system') {
    throw refuse(
      'ClientError.Statement.SemanticError',
      ['42001', '42N17', ...(isAtLeast(server.configuration.version, '2025.04') ? ['42NA9'] : [])],
      'Only administration runs on the system database.',
    );
  }
  const record = state.databases.get(database);
  const raft = server.copies.get(record?.id ?? '')?.raft;
  if (record === undefined || raft === undefined) throw unavailable(database);
  if (statement.kind !== 'merge-probe') return;
  if (record.access === 'read-only') {
    throw refuse(
      'ClientError.General.ForbiddenOnReadOnlyDatabase',
      ['08N08'],
      `Write operations are not allowed on the read-only database '${database}'.`,
    );
  }
  if (!raft.isLeader || server.faults.notLeader) throw notALeader();
}

/** Procedures are not looked into. */
function changesSystem(statement: CypherStatement): boolean {
  return placeOf(statement) === 'system-leader' && statement.kind !== 'call';
}

function dispatch(context: StatementContext, statement: CypherStatement, execution: Execution): Outcome {
  switch (statement.kind) {
    case 'show-servers':
    case 'enable-server':
    case 'alter-server':
    case 'rename-server':
    case 'drop-server':
    case 'deallocate':
      return executeServerStatement(context, statement);
    case 'show-databases':
    case 'create-database':
    case 'alter-database':
    case 'start-database':
    case 'stop-database':
    case 'drop-database':
      return executeDatabaseStatement(context, statement);
    case 'show-users':
    case 'show-current-user':
    case 'create-user':
    case 'alter-user':
    case 'drop-user':
    case 'alter-current-user':
    case 'grant-roles':
    case 'revoke-roles':
      return executeUserStatement(context, statement);
    case 'call':
    case 'show-settings':
    case 'show-transactions':
    case 'terminate-transactions':
      return executeDbmsStatement(context, statement);
    case 'merge-probe': {
      const id = textOf(context, statement.id);
      return written(hasProbe(context, execution, id) ? [] : [id]);
    }
    case 'match-probe': {
      const id = textOf(context, statement.id);
      return rowsOf(['id'], hasProbe(context, execution, id) ? [[id]] : [], 'r');
    }
  }
}

function hasProbe(
  { database, server, state }: StatementContext,
  { ownProbes }: Execution,
  id: string,
): boolean {
  const copy = server.copies.get(state.databases.get(database)?.id ?? '');
  return ownProbes.has(id) || copy?.probes.has(id) === true;
}
