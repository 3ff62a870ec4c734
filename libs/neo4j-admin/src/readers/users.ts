import type { Row } from '../connection/bolt-connector.ts';
import { type Columns, columns } from './columns.ts';

/** A way in which a user can log in. */
export interface UserAuth {
  /** `native` for a password. */
  readonly provider: string;
  /** The id at an external provider. */
  readonly id: string | undefined;
}

/** A user. The Community edition does not tell roles, suspension and home database. */
export interface UserView {
  readonly username: string;
  /** Without `PUBLIC`, which everybody has. */
  readonly roles: ReadonlySet<string> | undefined;
  readonly passwordChangeRequired: boolean | undefined;
  readonly suspended: boolean | undefined;
  /** Absent also when the user has the default database. */
  readonly homeDatabase: string | undefined;
  /** Absent unless it was asked for. */
  readonly auth: readonly UserAuth[] | undefined;
}

/**
 * Reads `showUsers`, with and without providers, and `showCurrentUser`: one view for each name.
 *
 * @throws Neo4jError `MalformedAnswer`
 */
export function readUsers(rows: readonly Row[]): readonly UserView[] {
  const byName = Map.groupBy(
    rows.map((row) => columns('SHOW USERS', row)),
    (row) => row.requiredText('user'),
  );
  return [...byName].map(([username, [first, ...more]]) => fold(username, first, more));
}

function fold(username: string, first: Columns | undefined, more: readonly Columns[]): UserView {
  const rows = first === undefined ? more : [first, ...more];
  const roles = first?.texts('roles');
  const auth = rows
    .map((row) => ({ provider: row.text('provider'), id: row.map('auth')?.['id'] }))
    .filter((entry) => entry.provider !== undefined);
  return {
    username,
    roles: roles === undefined ? undefined : new Set(roles.filter((role) => role !== 'PUBLIC')),
    passwordChangeRequired: first?.flag('passwordChangeRequired'),
    suspended: first?.flag('suspended'),
    homeDatabase: first?.text('home'),
    auth: auth.length === 0 ? undefined : auth.map(userAuth),
  };
}

function userAuth({ provider, id }: { provider: string | undefined; id: unknown }): UserAuth {
  return { provider: provider ?? '', id: typeof id === 'string' ? id : undefined };
}
