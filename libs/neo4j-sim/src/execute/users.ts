import { uuid } from '@neo4j-operator/clock';
import type { SimValue } from '../contract.ts';
import type { Term, UserClause, UserStatement } from '../cypher/ast.ts';
import type { UserRecord } from '../model/records.ts';
import { currentUserColumns, userColumns } from './columns.ts';
import {
  type Outcome,
  type StatementContext,
  changed,
  databaseNameOf,
  table,
  textListOf,
  textOf,
  valueOf,
} from './context.ts';
import { invalid, refuse } from './refusal.ts';

/** Roles that every Enterprise server has (operations manual, "Built-in roles"). */
const builtInRoles = ['PUBLIC', 'reader', 'editor', 'publisher', 'architect', 'admin'];

/** Carries out a statement on users and roles. */
export function executeUserStatement(context: StatementContext, statement: UserStatement): Outcome {
  switch (statement.kind) {
    case 'show-users': {
      const { all, byDefault } = userColumns(context.server.configuration.version, statement.withAuth);
      const users = [...context.state.users.values()];
      const rows = users.flatMap((user) => {
        return statement.withAuth ? authRows(context, user) : [userRow(context, user)];
      });
      return table(all, byDefault, statement.yield, rows);
    }
    case 'show-current-user': {
      const rows = context.user === undefined ? [] : [userRow(context, context.user)];
      const { all, byDefault } = currentUserColumns(context.server.configuration.version);
      return table(all, byDefault, statement.yield, rows);
    }
    case 'create-user':
      return create(context, statement.name, statement.ifNotExists, statement.set);
    case 'alter-user':
      return alter(context, statement);
    case 'drop-user':
      return drop(context, statement.name, statement.ifExists);
    case 'alter-current-user':
      return changeOwnPassword(context, textOf(context, statement.from), textOf(context, statement.to));
    case 'grant-roles':
    case 'revoke-roles':
      return changeRoles(context, statement);
  }
}

function create(
  context: StatementContext,
  term: Term,
  ifNotExists: boolean,
  clauses: readonly UserClause[],
): Outcome {
  const name = textOf(context, term);
  checkEdition(context, name, clauses, 'create');
  const fresh: UserRecord = {
    id: uuid(context.server.network.rng),
    name,
    native: undefined,
    external: new Map(),
    roles: [],
    suspended: false,
    home: undefined,
  };
  const record = withClauses(context, fresh, clauses, 'create');
  if (context.state.users.has(name)) {
    if (ifNotExists) return changed([]);
    throw invalid(['42001', '42N12'], `Failed to create the specified user '${name}': User already exists.`);
  }
  if (record.native === undefined && record.external.size === 0) {
    throw noAuth(name);
  }
  return changed([{ kind: 'user', record }]);
}

function alter(
  context: StatementContext,
  statement: Extract<UserStatement, { kind: 'alter-user' }>,
): Outcome {
  checkEdition(context, textOf(context, statement.name), statement.set, 'alter');
  const before = existing(context, statement.name, 'alter');
  const removed = new Set(statement.removeAuth.flatMap((term) => providersOf(valueOf(context, term))));
  const stripped: UserRecord = {
    ...before,
    native: removed.has('native') ? undefined : before.native,
    external: new Map([...before.external].filter(([provider]) => !removed.has(provider))),
    home: statement.removeHome ? undefined : before.home,
  };
  const record = withClauses(context, stripped, statement.set, 'alter');
  if (record.native === undefined && record.external.size === 0) {
    throw invalid(['42N98'], `Failed to alter the specified user '${record.name}': User has no auth left.`);
  }
  return changed([{ kind: 'user', record }]);
}

function withClauses(
  context: StatementContext,
  user: UserRecord,
  clauses: readonly UserClause[],
  what: 'create' | 'alter',
): UserRecord {
  let record = user;
  for (const clause of clauses) record = withClause(context, record, clause, what);
  return record;
}

function withClause(
  context: StatementContext,
  record: UserRecord,
  clause: UserClause,
  what: 'create' | 'alter',
): UserRecord {
  switch (clause.kind) {
    case 'password': {
      const password = passwordOf(context, textOf(context, clause.password));
      if (password === record.native?.password)
        throw samePassword(`Failed to alter the user '${record.name}': `);
      return { ...record, native: { password, changeRequired: clause.changeRequired ?? true } };
    }
    case 'change-required':
      if (record.native === undefined) {
        throw what === 'create' ? noAuth(record.name) : noPassword(record.name);
      }
      return { ...record, native: { ...record.native, changeRequired: clause.required } };
    case 'status':
      if (clause.suspended && record.name === context.user?.name) {
        throw invalid(
          ['42N13'],
          `Failed to alter the specified user '${record.name}': Changing your own activation status is not allowed.`,
        );
      }
      return { ...record, suspended: clause.suspended };
    case 'home':
      return { ...record, home: databaseNameOf(context, clause.database) };
    case 'auth':
      return {
        ...record,
        external: new Map(record.external).set(clause.provider, textOf(context, clause.id)),
      };
  }
}

function drop(context: StatementContext, term: Term, ifExists: boolean): Outcome {
  const name = textOf(context, term);
  if (ifExists && !context.state.users.has(name)) return changed([]);
  existing(context, term, 'delete');
  if (name === context.user?.name) {
    throw invalid(
      ['42N99'],
      `Failed to delete the specified user '${name}': Deleting yourself is not allowed.`,
    );
  }
  return changed([{ kind: 'drop-user', name }]);
}

function changeOwnPassword(context: StatementContext, from: string, to: string): Outcome {
  const { user } = context;
  const failed = `User '${user?.name ?? ''}' failed to alter their own password: `;
  if (user === undefined || user.native?.password !== from) {
    throw invalid(['42NFF'], `${failed}Invalid principal or credentials.`);
  }
  if (from === to) throw samePassword(failed);
  const native = { password: passwordOf(context, to), changeRequired: false };
  return changed([{ kind: 'user', record: { ...user, native } }]);
}

function changeRoles(
  context: StatementContext,
  statement: Extract<UserStatement, { kind: 'grant-roles' | 'revoke-roles' }>,
): Outcome {
  const roles = statement.roles.map((term) => textOf(context, term));
  const known = [...builtInRoles, ...(context.state.cluster?.roles ?? [])];
  for (const role of roles) {
    if (!known.includes(role)) {
      throw invalid(
        ['42001', '42N10'],
        `Failed to ${verb(statement.kind)} role '${role}': Role does not exist.`,
      );
    }
  }
  const changes = statement.users.flatMap((term) => {
    const user = existing(context, term, verb(statement.kind));
    const given = roles.filter((role) => role !== 'PUBLIC');
    const after =
      statement.kind === 'grant-roles'
        ? [...user.roles, ...given.filter((role) => !user.roles.includes(role))]
        : user.roles.filter((role) => !given.includes(role));
    if (after.length === user.roles.length) return [];
    return [{ kind: 'user', record: { ...user, roles: after } } as const];
  });
  return changed(changes);
}

function verb(kind: 'grant-roles' | 'revoke-roles'): string {
  return kind === 'grant-roles' ? 'grant' : 'revoke';
}

function existing(context: StatementContext, term: Term, what: string): UserRecord {
  const name = textOf(context, term);
  const user = context.state.users.get(name);
  if (user !== undefined) return user;
  throw invalid(
    ['42001', ...(term.kind === 'parameter' ? ['42N51'] : []), '42N09'],
    `Failed to ${what} the specified user '${name}': User does not exist.`,
  );
}

function passwordOf({ server }: StatementContext, password: string): string {
  const { minimumPasswordLength } = server.configuration.security;
  if (password.length >= minimumPasswordLength) return password;
  throw invalid(['22N05', '22N85'], `A password must be at least ${minimumPasswordLength} characters.`);
}

function providersOf(value: SimValue): readonly string[] {
  return typeof value === 'string' ? [value] : textListOf(value, 'REMOVE AUTH');
}

function noAuth(name: string): Error {
  return refuse(
    'ClientError.Statement.SyntaxError',
    ['42N97'],
    `Failed to create the specified user '${name}': No way to log in given.`,
  );
}

function noPassword(name: string): Error {
  return invalid(['42N98'], `Failed to alter the specified user '${name}': No password given.`);
}

function samePassword(failed: string): Error {
  return invalid(['22N05', '22N89'], `${failed}Old password and new password cannot be the same.`);
}

/** What only Enterprise has is refused before anything else is looked at. */
function checkEdition(
  { server }: StatementContext,
  name: string,
  clauses: readonly UserClause[],
  what: 'create' | 'alter',
): void {
  if (server.configuration.edition === 'enterprise') return;
  for (const clause of clauses) {
    switch (clause.kind) {
      case 'status':
        throw enterpriseOnly(name, what, "'SET STATUS'");
      case 'home':
        throw enterpriseOnly(name, what, "'HOME DATABASE'");
      case 'auth':
        throw enterpriseOnly(name, what, `\`SET AUTH '${clause.provider}'\``);
      case 'password':
      case 'change-required':
    }
  }
}

function enterpriseOnly(name: string, what: string, clause: string): Error {
  return refuse(
    'DatabaseError.Statement.ExecutionFailed',
    ['51N27'],
    `Failed to ${what} the specified user '${name}': ${clause} is not available in community edition.`,
  );
}

function userRow(context: StatementContext, user: UserRecord): Readonly<Record<string, SimValue>> {
  const isEnterprise = context.server.configuration.edition === 'enterprise';
  return {
    user: user.name,
    roles: isEnterprise ? [...user.roles, 'PUBLIC'] : null,
    passwordChangeRequired: user.native?.changeRequired ?? null,
    suspended: isEnterprise ? user.suspended : null,
    home: isEnterprise ? (user.home ?? null) : null,
    tags: [],
  };
}

function authRows(
  context: StatementContext,
  user: UserRecord,
): readonly Readonly<Record<string, SimValue>>[] {
  const row = userRow(context, user);
  return [
    ...(user.native === undefined
      ? []
      : [
          {
            ...row,
            provider: 'native',
            auth: { password: '*********', changeRequired: user.native.changeRequired },
          },
        ]),
    ...[...user.external].map(([provider, id]) => ({ ...row, provider, auth: { id } })),
  ];
}
