import { DateTime, isDateTime, isDuration, isPoint } from 'neo4j-driver';
import type { CypherValue } from './bolt-connector.ts';

/** A parameter as the driver takes it: it sends `bigint` as INTEGER and `number` as FLOAT, as we mean them. */
export function toDriver(value: CypherValue): unknown {
  if (value instanceof Date) return DateTime.fromStandardDate(value);
  if (Array.isArray(value)) return value.map(toDriver);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, toDriver(entry)]));
  }
  return value;
}

/** A value of a result of a driver that gives INTEGER as `bigint`. Nodes and relationships come as their text. */
export function fromDriver(value: unknown): CypherValue {
  switch (typeof value) {
    case 'boolean':
    case 'bigint':
    case 'number':
    case 'string':
      return value;
    case 'object':
      return value === null ? null : fromObject(value);
    default:
      return null;
  }
}

function fromObject(value: object): CypherValue {
  if (isDateTime(value)) return value.toStandardDate();
  if (Array.isArray(value)) return value.map(fromDriver);
  const isPlain = Object.getPrototypeOf(value) === Object.prototype;
  if (isPlain && !isDuration(value) && !isPoint(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, fromDriver(entry)]));
  }
  return (value as { toString: () => string }).toString();
}
