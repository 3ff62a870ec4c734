// From what a server sends to what can be compared: text, in which what differs by nature is only a type.
import type { RowDetail } from './interaction.ts';
import type { WireMessage, WireValue } from './wire-value.ts';

/** Of these entries of metadata only the type is compared. */
const typeOnly: ReadonlyMap<string, string> = new Map([
  ['t_first', 'a time'],
  ['t_last', 'a time'],
  ['bookmark', 'its content is the own business of each server'],
  ['connection_id', 'an id'],
  ['advertised_address', 'an address'],
  ['addresses', 'addresses'],
  ['message', 'no interface since 2025.04, and different from release to release before'],
  ['description', 'text for people'],
  ['status_description', 'text for people'],
  ['title', 'text for people'],
]);

/** These entries are left out, present or not. */
const leftOut: ReadonlyMap<string, string> = new Map([
  ['_position', 'where in the text, which belongs to the message'],
  [
    'connection.recv_timeout_seconds',
    'a promise of signs of life; the clock of a simulated server may stand still, so it makes none',
  ],
]);

/** The oldest Bolt that the simulated server speaks: no driver of today needs one before. */
const oldestBolt = 5;

/** Names of the structures that administration statements have among their values. */
const structureNames: ReadonlyMap<number, string> = new Map([
  [0x44, 'DATE'],
  [0x45, 'DURATION'],
  [0x49, 'ZONED DATETIME'],
  [0x69, 'ZONED DATETIME'],
]);

/** What a manifest offers: a range of four bytes each, then the capabilities. Ranges of old protocols are left out. */
export function normaliseManifest(bytes: Buffer): string {
  const offers = Array.from({ length: Math.floor(bytes.length / 4) }, (_, index) =>
    bytes.subarray(index * 4, index * 4 + 4),
  );
  const named = offers
    .filter((offer) => offer.readUInt8(3) >= oldestBolt)
    .map((offer) => `${offer.readUInt8(3)}.${offer.readUInt8(2)} and ${offer.readUInt8(1)} before`);
  return `${named.join('; ')}; capabilities ${bytes.subarray(offers.length * 4).toString('hex')}`;
}

/** One answer that is no record. */
export function normaliseAnswer({ tag, fields }: WireMessage): string {
  const body = fields.map((field) => render(field)).join(', ');
  return `${tagName(tag)}${body === '' ? '' : ` ${body}`}`;
}

/** The rows of one answer; `columns` may be unknown when a client reads what it must not. */
export function normaliseRows(
  columns: readonly string[],
  rows: readonly WireMessage[],
  detail: RowDetail,
): readonly string[] {
  const values = rows.map(({ fields }) => itemsOf(fields[0] ?? null));
  if (detail === 'values')
    return values.map((row) => `RECORD [${row.map((value) => render(value)).join(', ')}]`);
  if (detail === 'columns') return [];
  const width = Math.max(columns.length, ...values.map((row) => row.length));
  const types = Array.from({ length: width }, (_, index) => {
    const seen = new Set(values.map((row) => typeOf(row[index] ?? null)));
    return `${columns[index] ?? '?'}: ${[...seen].sort().join(' | ')}`;
  });
  return [values.length === 0 ? 'NO RECORDS' : `RECORDS {${types.join(', ')}}`];
}

/** A value in full, but for the entries that are compared by type. */
export function render(value: WireValue): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object') return String(value);
  if ('list' in value) return `[${value.list.map((item) => render(item)).join(', ')}]`;
  if ('structure' in value) return typeOf(value);
  const entries = [...value.map]
    .filter(([key]) => !leftOut.has(key))
    .map(([key, item]) => `${key}: ${typeOnly.has(key) ? typeOf(item) : render(item)}`);
  return `{${entries.sort().join(', ')}}`;
}

function typeOf(value: WireValue): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return 'STRING';
  if (typeof value === 'bigint') return 'INTEGER';
  if (typeof value === 'number') return 'FLOAT';
  if (typeof value === 'boolean') return 'BOOLEAN';
  if ('map' in value) return 'MAP';
  if ('structure' in value) return structureNames.get(value.structure) ?? `structure ${value.structure}`;
  const types = new Set(value.list.map(typeOf));
  return `LIST<${[...types].sort().join(' | ')}>`;
}

function itemsOf(value: WireValue): readonly WireValue[] {
  if (typeof value === 'object' && value !== null && 'list' in value) return value.list;
  throw new Error('a record that is no list');
}

function tagName(tag: number): string {
  switch (tag) {
    case 0x70:
      return 'SUCCESS';
    case 0x7e:
      return 'IGNORED';
    case 0x7f:
      return 'FAILURE';
    default:
      return `0x${tag.toString(16)}`;
  }
}
