// Values in the words that the API server's messages have for them.
import type { Json } from '../api/object.ts';
import { isRecord } from '../schema/json.ts';

/** As `%v` prints it: `map[a:1 b:[x y]]`. */
export function printed(value: Json | undefined): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(printed).join(' ')}]`;
  if (!isRecord(value)) return String(value);
  const fields = Object.keys(value).sort();
  return `map[${fields.map((field) => `${field}:${printed(value[field])}`).join(' ')}]`;
}

/** As `%#v` prints it: `map[string]interface {}{"a":1}`. */
export function printedAsSource(value: Json | undefined): string {
  if (value === null || value === undefined) return 'interface {}(nil)';
  if (Array.isArray(value)) return `[]interface {}{${value.map(printedAsSource).join(', ')}}`;
  if (!isRecord(value)) return typeof value === 'string' ? JSON.stringify(value) : String(value);
  const fields = Object.keys(value).sort();
  return `map[string]interface {}{${fields.map((field) => `${JSON.stringify(field)}:${printedAsSource(value[field])}`).join(', ')}}`;
}

/** `[]interface {}` */
export function typeName(value: Json | undefined): string {
  if (value === null || value === undefined) return '%!s(<nil>)';
  if (Array.isArray(value)) return '[]interface {}';
  if (isRecord(value)) return 'map[string]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return typeof value === 'boolean' ? 'bool' : 'string';
}

/** What a JSON decoder says of a value that does not fit: `json: cannot unmarshal array into Go value of type string`. */
export function unmarshalFailure(value: Json, type: string, field?: string): string {
  const place = field === undefined ? 'Go value' : `Go struct field ${field}`;
  return `json: cannot unmarshal ${jsonName(value)} into ${place} of type ${type}`;
}

function jsonName(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

/** The same complaint in the words of the converter that a strategic merge goes through, which reads maps instead of text. */
export function restoreFailure(words: string): string {
  const [, found = '', type = ''] = /^json: cannot unmarshal (.+) into Go .* of type (.+)$/.exec(words) ?? [];
  const isFraction = /^number .*\./.test(found);
  const kind = isFraction ? 'float64' : (goKinds[found.split(' ', 1).join('')] ?? found);
  if (type.startsWith('[]')) return `cannot restore slice from ${kind}`;
  if (type.startsWith('map[')) return `cannot restore map from ${kind}`;
  if (/^v\d\w*\./.test(type)) return `cannot restore struct from: ${kind}`;
  // What Go could convert, it tries to.
  if (isFraction || (kind === 'int64' && type === 'string')) return `cannot convert ${kind} to ${type}`;
  return type === '' ? words : `unrecognized type: ${type}`;
}

const goKinds: Readonly<Record<string, string>> = { number: 'int64', array: 'slice', object: 'map' };
