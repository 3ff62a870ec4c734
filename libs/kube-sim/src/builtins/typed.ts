// What happens to an object on its way through the Go types of the server: values of the wrong type are refused, quantities and times get
// their canonical form, empty values disappear, others are always there, and defaults are filled in.
import { ApiFailure } from '../api/failure.ts';
import type { SimObject } from '../api/object.ts';
import { isRecord, type JsonRecord } from '../schema/json.ts';
import { canonicalQuantity, quantityFault } from './quantity.ts';
import type { TypedSchema } from './schemas.ts';
import { canonicalTime } from './times.ts';

/** Fills in what is absent in a struct, after its fields have been through. By the name of the definition without `io.k8s.`. */
export type StructDefaults = Readonly<Record<string, (struct: JsonRecord) => void>>;

/** Changes an object in place to what the server would hold. */
export type Typer = (schema: TypedSchema, object: SimObject) => void;

/** Gives the value to be kept; undefined to leave the field away. */
type Visit = (value: unknown) => unknown;

interface Field {
  readonly visit: Visit;
  /** What is written if the field is absent or empty. */
  readonly zero: (() => unknown) | undefined;
  readonly inlinedFrom: string | undefined;
}

/** @throws ApiFailure 400 for a value of the wrong type, worded as Go's decoder does */
export function createTyper(defaults: StructDefaults): Typer {
  const visits = new WeakMap<TypedSchema, Visit>();

  function visitOf(schema: TypedSchema, keepsZero = false, typeName = derivedType(schema)): Visit {
    if (schema.properties === undefined) return leafVisit(schema, keepsZero, typeName);
    const known = visits.get(schema) ?? structVisit(schema, typeName);
    return known;
  }

  function structVisit(schema: TypedSchema, typeName: string): Visit {
    let fields: ReadonlyMap<string, Field> | undefined;
    let always: readonly (readonly [string, () => unknown])[] = [];
    const structName = typeName.slice(typeName.lastIndexOf('.') + 1);
    const fill = defaults[schema['x-name']?.replace(/^io\.k8s\.(?:api\.)?/, '') ?? ''];
    const isLoose = schema['x-go-loose'] === true;
    const visit: Visit = (value) => {
      if (isLoose && !isRecord(value)) return value;
      const struct = record(value, typeName);
      // Only now, since a type may contain itself.
      if (fields === undefined) {
        fields = fieldsOf(schema);
        always = [...fields].flatMap(([name, { zero }]) =>
          zero === undefined ? [] : [[name, zero] as const],
        );
      }
      for (const name of Object.keys(struct)) {
        const field = fields.get(name);
        if (field === undefined) continue;
        const given = struct[name];
        const kept = given === null ? undefined : visitField(field, structName, name, given);
        if (kept === undefined) Reflect.deleteProperty(struct, name);
        else if (kept !== given) struct[name] = kept;
      }
      for (const [name, zero] of always) if (struct[name] === undefined) struct[name] = zero();
      fill?.(struct);
      return struct;
    };
    visits.set(schema, visit);
    return visit;
  }

  function fieldsOf(schema: TypedSchema): ReadonlyMap<string, Field> {
    const notes = schema['x-go'] ?? {};
    return new Map(
      Object.entries(schema.properties ?? {}).map(([name, property]) => {
        const [, letter, typeName, inlinedFrom] =
          /^(\w?)(?::([^@]+))?(?:@(\w+))?$/.exec(notes[name] ?? '') ?? [];
        const visit = visitOf(property, letter === 'p' || letter === 'a', typeName);
        return [name, { visit, zero: zeroOf(letter, property, visit), inlinedFrom }];
      }),
    );
  }

  function leafVisit(schema: TypedSchema, keepsZero: boolean, typeName: string): Visit {
    const { additionalProperties, items } = schema;
    if (items !== undefined) {
      const visit = visitOf(items, true);
      // None of these is not the same as nothing said: it clears them.
      const keepsNone = items['x-name']?.endsWith('.ManagedFieldsEntry') === true;
      return (value) => {
        if (!Array.isArray(value)) throw new Mismatch(value, typeName);
        value.forEach((item: unknown, index) => {
          value[index] = visit(item);
        });
        return value.length === 0 && !keepsNone ? undefined : value;
      };
    }
    if (typeof additionalProperties === 'object') {
      const visit = visitOf(additionalProperties, true);
      const empty = additionalProperties.type === 'string' ? '' : undefined;
      return (value) => {
        const map = record(value, typeName);
        for (const key of Object.keys(map)) map[key] = map[key] === null ? empty : visit(map[key]);
        return Object.keys(map).length === 0 ? undefined : map;
      };
    }
    return scalarVisit(schema, keepsZero, typeName);
  }

  return (schema, object) => {
    try {
      visitOf(schema)(object);
    } catch (error) {
      if (!(error instanceof Mismatch)) throw error;
      const { apiVersion, kind } = object;
      const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
      throw new ApiFailure(
        400,
        'BadRequest',
        `${kind} in version "${version}" cannot be handled as a ${kind}: ${error.words()}`,
      );
    }
  };
}

/** A value that Go's decoder does not take. */
class Mismatch extends Error {
  readonly #value: unknown;
  readonly #type: string;
  readonly #path: string[] = [];
  #struct = '';

  constructor(value: unknown, type: string) {
    super(type);
    this.#value = value;
    this.#type = type;
  }

  /** Called from the inside outwards. */
  within(struct: string, field: string): this {
    if (this.#path.length === 0) this.#struct = struct;
    this.#path.unshift(field);
    return this;
  }

  words(): string {
    const where = `Go struct field ${this.#struct}.${this.#path.join('.')} of type ${this.#type}`;
    return `json: cannot unmarshal ${describe(this.#value, this.#type)} into ${where}`;
  }
}

/** A text that a type of its own does not take; these do not say where it stands. */
class Unparsable extends Mismatch {
  readonly #words: string;

  constructor(words: string) {
    super('', '');
    this.#words = words;
  }

  override words(): string {
    return this.#words;
  }
}

function describe(value: unknown, type: string): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  // Which number it is matters only where another one would do.
  return typeof value === 'number' && /^(?:int|float)/.test(type) ? `number ${String(value)}` : typeof value;
}

function visitField(field: Field, struct: string, name: string, value: unknown): unknown {
  try {
    return field.visit(value);
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error;
    throw error.within(struct, field.inlinedFrom === undefined ? name : `${field.inlinedFrom}.${name}`);
  }
}

function zeroOf(letter: string | undefined, schema: TypedSchema, visit: Visit): (() => unknown) | undefined {
  if (letter === 'n') return () => null;
  if (letter === 's') return () => (schema.properties === undefined ? null : visit({}));
  if (letter !== 'a') return undefined;
  if (isQuantity(schema)) return () => '0';
  if (schema.type === 'string') return () => '';
  return schema.type === 'boolean' ? () => false : () => 0;
}

function scalarVisit(schema: TypedSchema, keepsZero: boolean, typeName: string): Visit {
  if (schema['x-kubernetes-preserve-unknown-fields'] === true) return (value) => value;
  if (isQuantity(schema)) return quantity;
  if (schema.format === 'int-or-string') {
    return (value) => {
      if (typeof value === 'string' || isInteger(value, 'int32')) return value;
      throw new Mismatch(value, 'int32');
    };
  }
  if (schema.format === 'date-time') {
    const micros = schema['x-name']?.endsWith('MicroTime') === true;
    return (value) => {
      if (typeof value !== 'string') throw new Mismatch(value, 'string');
      const time = canonicalTime(value, micros);
      if ('problem' in time) throw new Unparsable(time.problem);
      return time.text;
    };
  }
  if (schema.format === 'byte') return bytes;
  const { type, format } = schema;
  const kept = (value: unknown): boolean =>
    type === 'integer' || type === 'number'
      ? typeof value === 'number' && (type === 'number' || isInteger(value, format))
      : type === undefined || typeof value === type;
  return (value) => {
    if (!kept(value)) throw new Mismatch(value, typeName);
    return keepsZero || (value !== '' && value !== 0 && value !== false) ? value : undefined;
  };
}

function quantity(value: unknown): string {
  const canonical =
    typeof value === 'string' || typeof value === 'number' ? canonicalQuantity(String(value)) : undefined;
  if (canonical === undefined)
    throw new Unparsable(quantityFault(typeof value === 'string' ? value : JSON.stringify(value)));
  return canonical;
}

function bytes(value: unknown): unknown {
  if (typeof value !== 'string') throw new Mismatch(value, '[]uint8');
  const text = value.replaceAll(/[\r\n]/g, '');
  const good = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?/.exec(text)?.[0].length ?? 0;
  if (good < text.length) throw new Unparsable(`illegal base64 data at input byte ${base64Problem(text)}`);
  return text;
}

/** The first byte that is not of the alphabet, or where the rest breaks off. */
function base64Problem(text: string): number {
  const stray = text.search(/[^A-Za-z0-9+/=]/);
  const padding = text.search(/=/);
  const first = Math.min(...[stray, padding].filter((at) => at >= 0));
  return Number.isFinite(first) ? first : text.length - (text.length % 4);
}

function record(value: unknown, typeName: string): JsonRecord {
  if (!isRecord(value)) throw new Mismatch(value, typeName);
  return value;
}

function isInteger(value: unknown, format: string | undefined): boolean {
  const limit = format === 'int64' ? 2 ** 63 : 2 ** 31;
  return Number.isInteger(value) && Number(value) >= -limit && Number(value) < limit;
}

function isQuantity(schema: TypedSchema): boolean {
  return schema['x-name']?.endsWith('.Quantity') === true;
}

/** What Go calls a type that has no name of its own in the notes. */
function derivedType(schema: TypedSchema): string {
  const name = schema['x-name'];
  if (name !== undefined) return name.split('.').slice(-2).join('.');
  if (schema.items !== undefined) return `[]${derivedType(schema.items)}`;
  if (typeof schema.additionalProperties === 'object')
    return `map[string]${derivedType(schema.additionalProperties)}`;
  if (schema.format === 'byte') return '[]uint8';
  if (schema.type === 'boolean') return 'bool';
  return schema.type === 'string' ? 'string' : (schema.format ?? 'int64');
}
