import type { Term, UserClause, UserStatement } from './ast.ts';
import type { Cursor } from './cursor.ts';

/** Statements on users and their roles (operations manual, "Authentication and authorization"); `undefined` if it is none. */
export function parseUserStatement(cursor: Cursor): UserStatement | undefined {
  if (cursor.accept('SHOW CURRENT USER')) return { kind: 'show-current-user', yield: cursor.yieldClause() };
  if (cursor.acceptOneOf('SHOW USERS', 'SHOW USER')) {
    const withAuth = cursor.accept('WITH AUTH');
    return { kind: 'show-users', withAuth, yield: cursor.yieldClause() };
  }
  if (cursor.accept('CREATE USER')) {
    const name = cursor.name('a username');
    const ifNotExists = cursor.accept('IF NOT EXISTS');
    return { kind: 'create-user', name, ifNotExists, set: setClauses(cursor, true) };
  }
  if (cursor.accept('ALTER CURRENT USER')) {
    cursor.expect('SET PASSWORD FROM');
    const from = cursor.textOrParameter();
    cursor.expect('TO');
    return { kind: 'alter-current-user', from, to: cursor.textOrParameter() };
  }
  if (cursor.accept('ALTER USER')) return alterUser(cursor);
  if (cursor.accept('DROP USER')) {
    const name = cursor.name('a username');
    return { kind: 'drop-user', name, ifExists: cursor.accept('IF EXISTS') };
  }
  if (cursor.acceptOneOf('GRANT ROLES', 'GRANT ROLE')) return roles(cursor, 'grant-roles', 'TO');
  if (cursor.acceptOneOf('REVOKE ROLES', 'REVOKE ROLE')) return roles(cursor, 'revoke-roles', 'FROM');
  return undefined;
}

function roles(cursor: Cursor, kind: 'grant-roles' | 'revoke-roles', preposition: string): UserStatement {
  const names = cursor.list(() => cursor.name('a role name'));
  cursor.expect(preposition);
  return { kind, roles: names, users: cursor.list(() => cursor.name('a username')) };
}

function alterUser(cursor: Cursor): UserStatement {
  const name = cursor.name('a username');
  let removeHome = false;
  const removeAuth: Term[] = [];
  while (cursor.accept('REMOVE')) {
    if (cursor.accept('HOME DATABASE')) {
      removeHome = true;
    } else {
      cursor.expect('AUTH');
      cursor.acceptOneOf('PROVIDERS', 'PROVIDER');
      removeAuth.push(cursor.value());
    }
  }
  const needsSet = !removeHome && removeAuth.length === 0;
  return { kind: 'alter-user', name, removeHome, removeAuth, set: setClauses(cursor, needsSet) };
}

function setClauses(cursor: Cursor, atLeastOne: boolean): readonly UserClause[] {
  const clauses: UserClause[] = [];
  while (cursor.accept('SET')) clauses.push(setClause(cursor));
  if (atLeastOne && clauses.length === 0) throw cursor.unexpected("'SET'");
  return clauses;
}

function setClause(cursor: Cursor): UserClause {
  if (cursor.accept('PASSWORD CHANGE')) return { kind: 'change-required', required: required(cursor) };
  if (cursor.acceptOneOf('PLAINTEXT PASSWORD', 'PASSWORD')) {
    const password = cursor.textOrParameter();
    return {
      kind: 'password',
      password,
      changeRequired: cursor.accept('CHANGE') ? required(cursor) : undefined,
    };
  }
  if (cursor.accept('STATUS')) {
    const suspended = cursor.accept('SUSPENDED');
    if (!suspended) cursor.expect('ACTIVE');
    return { kind: 'status', suspended };
  }
  if (cursor.accept('HOME DATABASE')) return { kind: 'home', database: cursor.databaseName() };
  if (cursor.acceptOneOf('AUTH PROVIDER', 'AUTH')) {
    const provider = cursor.text('a string');
    cursor.expectSymbol('{');
    cursor.expect('SET ID');
    const id = cursor.textOrParameter();
    cursor.expectSymbol('}');
    return { kind: 'auth', provider, id };
  }
  throw cursor.unexpected("'AUTH'", "'HOME DATABASE'", "'PASSWORD'", "'STATUS'");
}

function required(cursor: Cursor): boolean {
  const isRequired = !cursor.accept('NOT');
  cursor.expect('REQUIRED');
  return isRequired;
}
