import { InvalidInputError } from './invalid-input.ts';

/** The longest name that the server stores, in UTF-16 code units. */
const longestName = 65_534;

/**
 * A text that arrives at the server as it is when it is sent as a parameter.
 *
 * A lone surrogate has no UTF-8 form, so on the wire it would become another character, and another name.
 *
 * @throws InvalidInputError if it is empty, too long or not well-formed Unicode
 */
export function parameterText(field: string, value: string): string {
  if (value === '') throw new InvalidInputError(field, 'Empty', 'must not be empty');
  if (value.length > longestName) {
    throw new InvalidInputError(
      field,
      'TooLong',
      `has ${value.length} characters, at most ${longestName} are possible`,
    );
  }
  if (!value.isWellFormed()) {
    throw new InvalidInputError(
      field,
      'ForbiddenCharacter',
      'has half of a surrogate pair, which is no character',
    );
  }
  return value;
}

/**
 * An identifier, in backticks. Only for places where the grammar takes no parameter.
 *
 * Cypher 5 resolves `\uXXXX` anywhere in a statement before it looks for backticks, so a backslash could smuggle one in: it is refused,
 * and so are control characters, which no name needs and logs cannot show.
 *
 * @throws InvalidInputError
 */
export function identifier(field: string, value: string): string {
  return `\`${plainText(field, value).replaceAll('`', '``')}\``;
}

/**
 * A string literal, in single quotes. Only for places where the grammar takes no parameter; refuses what `identifier` refuses.
 *
 * @throws InvalidInputError
 */
export function stringLiteral(field: string, value: string): string {
  return `'${plainText(field, value).replaceAll("'", "\\'")}'`;
}

function plainText(field: string, value: string): string {
  parameterText(field, value);
  const forbidden = /[\\\u0000-\u001f\u007f-\u009f\u2028\u2029]/.exec(value);
  if (forbidden !== null) {
    const code = forbidden[0].charCodeAt(0).toString(16).padStart(4, '0');
    throw new InvalidInputError(
      field,
      'ForbiddenCharacter',
      `has the character U+${code.toUpperCase()} at position ${forbidden.index}: leave out backslashes and control characters`,
    );
  }
  return value;
}
