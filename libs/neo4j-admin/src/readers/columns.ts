import type { CypherValue, Row } from '../connection/bolt-connector.ts';
import { Neo4jError } from '../errors/index.ts';

/**
 * One row, read by column. Columns come and go between versions, so an absent one is the same as NULL; what has another type than any
 * version sends is an error, since to guess would be to act on a guess.
 *
 * @throws Neo4jError `MalformedAnswer` from each method
 */
export interface Columns {
  /** The text that must be there. */
  requiredText(name: string): string;
  text(name: string): string | undefined;
  flag(name: string): boolean | undefined;
  /** A whole number within what a JavaScript number holds exactly. */
  whole(name: string): number | undefined;
  /** A whole number of any size, as transaction ids are. */
  big(name: string): bigint | undefined;
  /** Absent is `undefined`, not empty: on some editions a list is NULL because nobody knows. */
  texts(name: string): readonly string[] | undefined;
  map(name: string): Readonly<Record<string, CypherValue>> | undefined;
  /** Some versions send a ZONED DATETIME, others the same as text (ISO 8601). */
  time(name: string): Date | undefined;
}

/** @param source - what the row comes from, for the error: `SHOW SERVERS` */
export function columns(source: string, row: Row): Columns {
  /** The value as the type that `is` tells, or `undefined` for NULL. */
  function read<T extends CypherValue>(
    name: string,
    type: string,
    is: (value: CypherValue) => value is T,
  ): T | undefined {
    const value = row[name] ?? null;
    if (value === null) return undefined;
    if (is(value)) return value;
    throw malformed(source, name, `is not ${type}`);
  }
  const text = (name: string): string | undefined => read(name, 'a text', isText);
  return {
    text,
    requiredText(name) {
      const value = text(name);
      if (value === undefined || value === '') throw malformed(source, name, 'is missing');
      return value;
    },
    flag: (name) => read(name, 'a boolean', (value) => typeof value === 'boolean'),
    big: (name) => read(name, 'a whole number', isBig),
    whole(name) {
      const value = read(name, 'a whole number', isBig);
      if (value === undefined) return undefined;
      if (!Number.isSafeInteger(Number(value))) throw malformed(source, name, 'is too large');
      return Number(value);
    },
    texts: (name) => read(name, 'a list of texts', isTexts),
    map: (name) => read(name, 'a map', isMap),
    time(name) {
      const value = read(name, 'a time', isTime);
      return typeof value === 'string' ? new Date(value) : value;
    },
  };
}

function malformed(source: string, column: string, problem: string): Neo4jError {
  return new Neo4jError(`${source}: the column '${column}' ${problem}`, {
    reason: 'MalformedAnswer',
    remedy: 'give-up',
    outcomeUnknown: false,
  });
}

function isText(value: CypherValue): value is string {
  return typeof value === 'string';
}

function isBig(value: CypherValue): value is bigint {
  return typeof value === 'bigint';
}

function isTexts(value: CypherValue): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}

function isMap(value: CypherValue): value is Readonly<Record<string, CypherValue>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function isTime(value: CypherValue): value is Date | string {
  return value instanceof Date || (typeof value === 'string' && !Number.isNaN(Date.parse(value)));
}
