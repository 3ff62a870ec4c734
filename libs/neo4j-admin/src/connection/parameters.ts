import { InvalidInputError } from '../cypher/invalid-input.ts';
import type { CypherValue, Statement } from './bolt-connector.ts';

const largestInteger = 2n ** 63n - 1n;

/**
 * Whether all values of a statement arrive as they are: on the wire, a number beyond 64 bits would become another one.
 *
 * @throws InvalidInputError
 */
export function checkParameters({ parameters }: Statement): void {
  for (const [name, value] of Object.entries(parameters)) checkValue(`$${name}`, value);
}

function checkValue(field: string, value: CypherValue): void {
  if (typeof value === 'bigint' && (value > largestInteger || value < -largestInteger - 1n)) {
    throw new InvalidInputError(field, 'OutOfRange', `${value} does not fit into 64 bits`);
  }
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime()))
      throw new InvalidInputError(field, 'OutOfRange', 'is no point in time');
    return;
  }
  if (typeof value === 'string' && !value.isWellFormed()) {
    throw new InvalidInputError(
      field,
      'ForbiddenCharacter',
      'has half of a surrogate pair, which is no character',
    );
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, entry] of Object.entries(value)) checkValue(`${field}.${key}`, entry);
}
