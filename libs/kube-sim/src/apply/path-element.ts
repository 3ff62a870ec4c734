// The elements of a field's path: how they are written, in which order they stand, and how messages print them.
import type { Json } from '../api/object.ts';
import type { FieldSet, Path } from './field-set.ts';

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
  const elements = Object.keys(set);
  if (elements.length > 1) elements.sort(compareElements);
  const sorted: Record<string, FieldSet> = {};
  for (const element of elements) sorted[element] = inOrder(set[element] ?? {});
  return sorted;
}

const ranks = '.fkvi';

/** Fields come before keys, these before values and indices. */
export function compareElements(left: string, right: string): number {
  const rank = ranks.indexOf(left[0] ?? '') - ranks.indexOf(right[0] ?? '');
  if (rank !== 0) return rank;
  switch (left[0]) {
    case 'k':
      return compareKeys(fieldsOf(left), fieldsOf(right));
    case 'v':
      return compareValues(JSON.parse(left.slice(2)) as Json, JSON.parse(right.slice(2)) as Json);
    case 'i':
      return Number(left.slice(2)) - Number(right.slice(2));
    default:
      return compareTexts(left, right);
  }
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
  return escapeHtml(JSON.stringify(value));
}

/** Go's JSON encoder escapes these in every text. */
export function escapeHtml(json: string): string {
  return json.replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
