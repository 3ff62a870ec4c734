import type { Neo4jVersion } from '../catalogue/index.ts';
import type { Statement } from '../connection/bolt-connector.ts';
import { InvalidInputError } from '../cypher/invalid-input.ts';
import { databaseOrAliasName, roleName, userName } from '../cypher/names.ts';
import { parameterText, stringLiteral } from '../cypher/text.ts';
import { parameterList, statement } from './statement.ts';

/** A password to set. Whether it has to be changed at the first login is always said: the server's default is that it has to. */
export interface NewPassword {
  readonly password: string;
  readonly changeRequired: boolean;
}

/** A login through a provider other than the server's own: the user's id there. Enterprise. */
export interface ExternalAuth {
  /** As configured: `ldap`, `oidc-okta`; `native` is what `password` is for. Each at most once. */
  readonly provider: string;
  readonly id: string;
}

/** A new user; at least one way to log in. Suspension, home database and external providers need the Enterprise edition. */
export interface NewUser {
  readonly username: string;
  readonly password?: NewPassword;
  readonly externalAuth?: readonly ExternalAuth[];
  readonly suspended?: boolean;
  /** A database or an alias. */
  readonly homeDatabase?: string;
}

/** What is to change; what is absent stays. */
export interface UserChange {
  readonly password?: NewPassword;
  readonly externalAuth?: readonly ExternalAuth[];
  /** Providers that can no longer be used; `native` for the password. */
  readonly removeAuth?: readonly string[];
  readonly suspended?: boolean;
  /** A database or an alias; `null`: back to the default database. */
  readonly homeDatabase?: string | null;
}

/**
 * A row for each user, with its roles; with `withAuth` a row for each user and provider.
 */
export function showUsers(version: Neo4jVersion, { withAuth = false } = {}): Statement {
  return statement(version, [withAuth ? 'SHOW USERS WITH AUTH YIELD *' : 'SHOW USERS YIELD *']);
}

/** One row: who is logged in, as far as the server tells. */
export function showCurrentUser(version: Neo4jVersion): Statement {
  return statement(version, ['SHOW CURRENT USER YIELD *']);
}

/**
 * Makes a user unless one of this name exists; then nothing of it changes.
 *
 * @throws InvalidInputError
 */
export function createUser(version: Neo4jVersion, user: NewUser): Statement {
  const set = setClauses(user);
  if (user.password === undefined && (user.externalAuth ?? []).length === 0) {
    throw new InvalidInputError(
      'password',
      'Empty',
      'give a password or an external provider to log in with',
    );
  }
  return statement(version, ['CREATE USER $username IF NOT EXISTS', ...set.clauses], {
    username: userName('username', user.username),
    ...set.parameters,
  });
}

/**
 * Changes a user, all at once. The server refuses to set the password that the user has already (`SamePassword`): after an interruption
 * that is success, though nothing else of the same statement is changed then.
 *
 * @throws InvalidInputError also if nothing is to change
 */
export function alterUser(version: Neo4jVersion, username: string, change: UserChange): Statement {
  const { homeDatabase, removeAuth = [] } = change;
  const set = setClauses(change);
  // The grammar wants what is removed before what is set.
  const clauses = [
    ...(homeDatabase === null ? ['REMOVE HOME DATABASE'] : []),
    ...(removeAuth.length === 0 ? [] : ['REMOVE AUTH $removeAuth']),
    ...set.clauses,
  ];
  if (clauses.length === 0) throw new InvalidInputError('change', 'Empty', 'name at least one change');
  return statement(version, ['ALTER USER $username', ...clauses], {
    username: userName('username', username),
    ...(removeAuth.length === 0
      ? {}
      : { removeAuth: removeAuth.map((provider, index) => parameterText(`removeAuth[${index}]`, provider)) }),
    ...set.parameters,
  });
}

/** @throws InvalidInputError */
export function dropUser(version: Neo4jVersion, username: string): Statement {
  return statement(version, ['DROP USER $username IF EXISTS'], { username: userName('username', username) });
}

/**
 * The only statement that a user whose password has expired may run.
 *
 * @throws InvalidInputError
 */
export function changeOwnPassword(version: Neo4jVersion, from: string, to: string): Statement {
  return statement(version, ['ALTER CURRENT USER SET PASSWORD FROM $from TO $to'], {
    from: parameterText('from', from),
    to: parameterText('to', to),
  });
}

/**
 * Gives a user roles that exist. Roles that it has already are no error. Enterprise.
 *
 * @throws InvalidInputError
 */
export function grantRoles(version: Neo4jVersion, roles: readonly string[], username: string): Statement {
  return roleStatement(version, 'GRANT', roles, 'TO', username);
}

/**
 * Takes roles from a user. Roles that it does not have are no error. Enterprise.
 *
 * @throws InvalidInputError
 */
export function revokeRoles(version: Neo4jVersion, roles: readonly string[], username: string): Statement {
  return roleStatement(version, 'REVOKE', roles, 'FROM', username);
}

function roleStatement(
  version: Neo4jVersion,
  verb: string,
  roles: readonly string[],
  preposition: string,
  username: string,
): Statement {
  if (roles.length === 0) throw new InvalidInputError('roles', 'Empty', 'name at least one role');
  const list = parameterList(
    'role',
    roles.map((role, index) => roleName(`roles[${index}]`, role)),
  );
  return statement(version, [`${verb} ROLES ${list.text} ${preposition} $username`], {
    ...list.parameters,
    username: userName('username', username),
  });
}

interface SetClauses {
  readonly clauses: readonly string[];
  readonly parameters: Readonly<Record<string, string>>;
}

function setClauses(change: Omit<UserChange, 'removeAuth'>): SetClauses {
  const { externalAuth = [], homeDatabase, password, suspended } = change;
  checkProviders(externalAuth);
  const hasHome = homeDatabase !== undefined && homeDatabase !== null;
  const ids = externalAuth.map(
    ({ id }, index) => [`authId${index}`, parameterText(`externalAuth[${index}].id`, id)] as const,
  );
  return {
    clauses: [
      ...(password === undefined
        ? []
        : [`SET PASSWORD $password CHANGE ${password.changeRequired ? 'REQUIRED' : 'NOT REQUIRED'}`]),
      ...(suspended === undefined ? [] : [`SET STATUS ${suspended ? 'SUSPENDED' : 'ACTIVE'}`]),
      ...(hasHome ? ['SET HOME DATABASE $homeDatabase'] : []),
      // The provider is the one place here where the grammar takes no parameter.
      ...externalAuth.map(
        ({ provider }, index) =>
          `SET AUTH ${stringLiteral(`externalAuth[${index}].provider`, provider)} { SET ID $authId${index} }`,
      ),
    ],
    parameters: {
      ...(password === undefined ? {} : { password: parameterText('password', password.password) }),
      ...(hasHome ? { homeDatabase: databaseOrAliasName('homeDatabase', homeDatabase) } : {}),
      ...Object.fromEntries(ids),
    },
  };
}

/** To the server, both are errors of syntax. */
function checkProviders(externalAuth: readonly ExternalAuth[]): void {
  const seen = new Set<string>();
  for (const [index, { provider }] of externalAuth.entries()) {
    const field = `externalAuth[${index}].provider`;
    if (provider === 'native') {
      throw new InvalidInputError(
        field,
        'ForbiddenName',
        "'native' has passwords instead of ids: give a password",
      );
    }
    if (seen.has(provider)) {
      throw new InvalidInputError(
        field,
        'Conflict',
        `'${provider}' is there already: name each provider once`,
      );
    }
    seen.add(provider);
  }
}
