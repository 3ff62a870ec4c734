import { InvalidInputError } from './invalid-input.ts';

/**
 * A whole number within bounds, as Cypher's INTEGER.
 *
 * @throws InvalidInputError
 */
export function count(field: string, value: number, lowest: number, highest: number): bigint {
  if (!Number.isInteger(value) || value < lowest || value > highest) {
    throw new InvalidInputError(
      field,
      'OutOfRange',
      `${value} is not a whole number from ${lowest} to ${highest}`,
    );
  }
  return BigInt(value);
}
