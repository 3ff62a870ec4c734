import { can } from '../catalogue/index.ts';
import type { Neo4jVersion } from '../catalogue/index.ts';
import { InvalidInputError } from './invalid-input.ts';
import { parameterText } from './text.ts';

/**
 * A database's name in the form in which the server stores it: lower case.
 *
 * Rules: operations manual, "Administrative commands", database names: 3 to 63 characters, letters, digits, dots and dashes, starting
 * with a letter (from 2025.01 also with a digit), not ending in a dot or dash; the prefix `system` is reserved.
 *
 * @throws InvalidInputError
 */
export function databaseName(version: Neo4jVersion, field: string, value: string): string {
  const name = parameterText(field, value).toLowerCase();
  if (name.length < 3 || name.length > 63) {
    throw new InvalidInputError(
      field,
      'OutOfRange',
      `'${value}' has ${name.length} characters, 3 to 63 are possible`,
    );
  }
  const start = can(version, 'digitDbNames') ? /^[a-z0-9]/ : /^[a-z]/;
  if (!start.test(name) || !/^[a-z0-9.-]+$/.test(name) || /[.-]$/.test(name)) {
    throw new InvalidInputError(
      field,
      'ForbiddenCharacter',
      `'${value}' is no database name: use letters, digits, dots and dashes, start with a letter` +
        `${can(version, 'digitDbNames') ? ' or digit' : ''}, end with a letter or digit`,
    );
  }
  if (name.startsWith('system')) {
    throw new InvalidInputError(
      field,
      'ForbiddenName',
      `'${value}': names that start with 'system' are reserved`,
    );
  }
  return name;
}

/**
 * As {@link databaseName}, or `system`.
 *
 * @throws InvalidInputError
 */
export function databaseNameOrSystem(version: Neo4jVersion, field: string, value: string): string {
  return value.toLowerCase() === 'system' ? 'system' : databaseName(version, field, value);
}

/**
 * The name of a database or of an alias, as which almost anything goes, in lower case as the server stores it. Only for parameters.
 *
 * Rules: operations manual, "Administrative commands", alias names: not ending in a dot; a wildcard is refused where one name is meant.
 *
 * @throws InvalidInputError
 */
export function databaseOrAliasName(field: string, value: string): string {
  if (parameterText(field, value).endsWith('.') || value.includes('*')) {
    throw new InvalidInputError(
      field,
      'ForbiddenCharacter',
      `'${value}' is no name of a database or alias: leave out asterisks and the dot at the end`,
    );
  }
  return value.toLowerCase();
}

/**
 * A user's name. Case matters.
 *
 * Rule: the server takes printable ASCII without commas, colons and blanks, since these are separators elsewhere.
 *
 * @throws InvalidInputError
 */
export function userName(field: string, value: string): string {
  if (!/^[\x21-\x2b\x2d-\x39\x3b-\x7e]+$/.test(parameterText(field, value))) {
    throw new InvalidInputError(
      field,
      'ForbiddenCharacter',
      `'${value}' is no user name: use printable ASCII without blanks, commas and colons`,
    );
  }
  return value;
}

/**
 * A role's name. Case matters.
 *
 * @throws InvalidInputError if it is none, or `PUBLIC`, which everybody has and nobody can be given
 */
export function roleName(field: string, value: string): string {
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(parameterText(field, value))) {
    throw new InvalidInputError(
      field,
      'ForbiddenCharacter',
      `'${value}' is no role name: start with a letter, go on with letters, digits and underscores`,
    );
  }
  if (value.toUpperCase() === 'PUBLIC') {
    throw new InvalidInputError(field, 'ForbiddenName', "every user has the role 'PUBLIC': leave it out");
  }
  return value;
}
