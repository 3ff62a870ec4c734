// Bodies as clients in Go send them by default: protobuf with Kubernetes' envelope. They are read as the JSON that the same client would
// send if it were told to. Answers are always JSON, which these clients take as well.
import { readFileSync } from 'node:fs';

/** What a content type begins with that means such a body. */
export const protobufType = 'application/vnd.kubernetes.protobuf';

/**
 * Number to name and type of the fields of a message. A name that is empty stands for a struct whose fields are the message's own. Types:
 * `s` text, `b` bytes, `i` integer, `t` boolean, `d` double, `@` and a name for a message; after `[` of a list, after `{` of a map. With `!`
 * in front a value is kept if it is zero: the others are left out of the JSON then, though not of the protobuf.
 */
type Fields = Readonly<Record<string, readonly [name: string, type: string]>>;

const magic = Buffer.from('k8s\0');

/** Reads bodies; what it needs to know it loads with the first. */
export class ProtobufReader {
  #messages: Readonly<Record<string, Fields>> | undefined;

  /** @returns the JSON; undefined for a body that cannot be read, or of a kind that is not known */
  json(body: Buffer): string | undefined {
    if (!body.subarray(0, magic.length).equals(magic)) return undefined;
    const url = new URL('../../schemas/protobuf.json', import.meta.url);
    this.#messages ??= JSON.parse(readFileSync(url, 'utf8')) as Readonly<Record<string, Fields>>;
    try {
      return envelope(body.subarray(magic.length), this.#messages);
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }
}

function envelope(bytes: Buffer, messages: Readonly<Record<string, Fields>>): string | undefined {
  const { typeMeta = Buffer.of(), raw = Buffer.of() } = named(bytes, { 1: 'typeMeta', 2: 'raw' });
  const type = named(typeMeta, { 1: 'apiVersion', 2: 'kind' });
  const apiVersion = type['apiVersion']?.toString() ?? '';
  const kind = type['kind']?.toString() ?? '';
  const [group = '', version] = apiVersion.split('/');
  const own =
    version === undefined ? `core/${group}.${kind}` : `${group.split('.')[0] ?? ''}/${version}.${kind}`;
  // Options are of no group, whatever their sender says.
  const message = [own, `meta/v1.${kind}`].find((name) => Object.hasOwn(messages, name));
  if (message === undefined) return undefined;
  return JSON.stringify({ apiVersion, kind, ...(read(`@${message}`, raw, messages) as object) });
}

/** The JSON value of a field. */
function read(type: string, value: Buffer | bigint, messages: Readonly<Record<string, Fields>>): unknown {
  if (typeof value === 'bigint') return type === 't' ? value !== 0n : Number(BigInt.asIntN(64, value));
  switch (type) {
    case 's':
      return value.toString();
    case 'b':
      return value.toString('base64');
    case 'd':
      return value.readDoubleLE();
    case '@items':
      return fieldsOf(value).map(([, item]) => item.toString());
    case '@meta/v1.Time':
    case '@meta/v1.MicroTime':
      return timestamp(value, type === '@meta/v1.MicroTime');
    case '@intstr.IntOrString':
      return intOrString(value);
    case '@resource.Quantity':
      return named(value, { 1: 'text' })['text']?.toString() ?? '0';
    case '@meta/v1.FieldsV1':
    case '@runtime.RawExtension':
      return JSON.parse(named(value, { 1: 'raw' })['raw']?.toString() ?? 'null') as unknown;
    default:
      return message(messages[type.slice(1)] ?? {}, value, messages);
  }
}

function message(
  fields: Fields,
  bytes: Buffer,
  messages: Readonly<Record<string, Fields>>,
): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const [number, value] of fieldsOf(bytes)) {
    const [name, noted] = fields[number] ?? [];
    if (name === undefined || noted === undefined) continue;
    const keepsZero = noted.startsWith('!');
    const type = keepsZero ? noted.slice(1) : noted;
    if (type.startsWith('[')) {
      object[name] = [...((object[name] ?? []) as unknown[]), read(type.slice(1), value, messages)];
    } else if (type.startsWith('{') && typeof value !== 'bigint') {
      const entry = named(value, { 1: 'key', 2: 'value' });
      const inner = read(type.slice(1), entry['value'] ?? Buffer.of(), messages);
      object[name] = { ...(object[name] as object | undefined), [entry['key']?.toString() ?? '']: inner };
    } else {
      const json = read(type, value, messages);
      if (name === '') Object.assign(object, json);
      else if (json !== undefined && (keepsZero || (json !== '' && json !== 0 && json !== false))) {
        object[name] = json;
      }
    }
  }
  return object;
}

function timestamp(bytes: Buffer, isMicro: boolean): string | undefined {
  if (bytes.length === 0) return undefined;
  const [seconds = 0, nanos = 0] = [1, 2].map((wanted) => {
    const value = fieldsOf(bytes).find(([number]) => number === wanted)?.[1];
    return typeof value === 'bigint' ? Number(BigInt.asIntN(64, value)) : 0;
  });
  const text = new Date(seconds * 1000).toISOString().slice(0, 19);
  return isMicro ? `${text}.${String(Math.floor(nanos / 1000)).padStart(6, '0')}Z` : `${text}Z`;
}

function intOrString(bytes: Buffer): number | string {
  const fields = new Map(fieldsOf(bytes));
  if (fields.get(1) === 1n) return fields.get(3)?.toString() ?? '';
  const value = fields.get(2);
  return typeof value === 'bigint' ? Number(BigInt.asIntN(64, value)) : 0;
}

function named(bytes: Buffer, names: Readonly<Record<number, string>>): Readonly<Record<string, Buffer>> {
  return Object.fromEntries(
    fieldsOf(bytes).flatMap(([number, value]) => {
      const name = names[number];
      return name === undefined || typeof value === 'bigint' ? [] : [[name, value]];
    }),
  );
}

/**
 * The fields of a message in the order in which they come; what is no bytes is a number.
 *
 * @throws RangeError if the message breaks off or is none
 */
function fieldsOf(bytes: Buffer): readonly (readonly [number: number, value: Buffer | bigint])[] {
  const fields: (readonly [number, Buffer | bigint])[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes.readUInt8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError('a number is too long');
  };
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) throw new RangeError('a field breaks off');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const wire = tag & 7;
    if (wire === 0) fields.push([tag >> 3, varint()]);
    else if (wire === 1) fields.push([tag >> 3, take(8)]);
    else if (wire === 2) fields.push([tag >> 3, take(Number(varint()))]);
    else throw new RangeError(`wire type ${wire}`);
  }
  return fields;
}
