// The elements of a field's path: how they are written, in which order they stand, and how messages print them.
import type { Json } from '../api/object.ts';
import { type FieldSet, type FieldSetBuilder, member, type Path } from './field-set.ts';

/** The element of an object's field. */
export function fieldElement(name: string): string {
  return `f:${name}`;
}

/** The element of an item of a set. */
export function valueElement(value: Json): string {
  return `v:${encoded(value)}`;
}

/** The element of an item of a list map. Keys come sorted; those without a value are left out. */
export function keyElement(keys: readonly (readonly [string, Json])[]): string {
  return `k:{${keys.map(([name, value]) => `${JSON.stringify(name)}:${encoded(value)}`).join(',')}}`;
}

/** `.spec.ports[port=80,protocol="TCP"].name` */
export function printPath(path: Path): string {
  return path.map(printElement).join('');
}

/** `.name`, `[port=80]`, `[="x"]` */
export function printElement(element: string): string {
  const content = element.slice(2);
  switch (element[0]) {
    case 'f':
      return `.${content}`;
    case 'k':
      return `[${fieldsOf(element)
        .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
        .join(',')}]`;
    case 'v':
      return `[=${content}]`;
    default:
      return `[${content}]`;
  }
}

/** The same set with its elements in the order in which the server writes them. */
export function inOrder(set: FieldSet): FieldSet {
  // Sets that are stored are frozen, and have been through here before.
  if (Object.isFrozen(set) || isInOrder(set)) return set;
  const sorted: FieldSetBuilder = {};
  for (const element of Object.keys(set).sort(compareElements))
    sorted[element] = inOrder(set[element] ?? member);
  return sorted;
}

function isInOrder(set: FieldSet): boolean {
  let last: string | undefined;
  for (const element in set) {
    if (last !== undefined && compareElements(last, element) > 0) return false;
    if (!isInOrder(set[element] ?? member)) return false;
    last = element;
  }
  return true;
}

const ranks = '.fkvi';
/** Texts that stand in the order of what they say. */
const plain = /^[kv]:(?:\{"\w+":)?"[^\\ !]*"\}?$/;

/** Fields come before keys, these before values and indices. */
export function compareElements(left: string, right: string): number {
  const type = left[0] ?? '';
  if (type !== right[0]) return ranks.indexOf(type) - ranks.indexOf(right[0] ?? '');
  if (type === 'f' || (plain.test(left) && plain.test(right))) return compareTexts(left, right);
  if (type === 'k') return compareKeys(fieldsOf(left), fieldsOf(right));
  return compareValues(JSON.parse(left.slice(2)) as Json, JSON.parse(right.slice(2)) as Json);
}

function compareKeys(left: readonly [string, Json][], right: readonly [string, Json][]): number {
  for (const [index, [name, value]] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    const order = compareTexts(name, other[0]) || compareValues(value, other[1]);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

const types = ['number', 'string', 'boolean'];

function compareValues(left: Json, right: Json): number {
  if (typeof left !== typeof right) return types.indexOf(typeof left) - types.indexOf(typeof right);
  if (typeof left === 'string' && typeof right === 'string') return compareTexts(left, right);
  return Number(left) - Number(right);
}

function compareTexts(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function fieldsOf(element: string): [string, Json][] {
  return Object.entries(JSON.parse(element.slice(2)) as Record<string, Json>);
}

/** As Go writes JSON: safe within HTML. */
function encoded(value: Json): string {
  if (typeof value === 'string' && !special.test(value)) return `"${value}"`;
  return escapeHtml(JSON.stringify(value));
}

const special = /["\\<>&\u0000-\u001f\u007f-\uffff]/;

/** Go's JSON encoder escapes these in every text. */
export function escapeHtml(json: string): string {
  return json.replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
