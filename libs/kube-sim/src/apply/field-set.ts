// Sets of fields, in the very form in which they are stored as FieldsV1: a tree by path elements, where a node that is empty or has a `.`
// is itself a member. Sets are never changed once they are handed out, and share what they have in common.

/** What `fieldsV1` holds: `{ 'f:data': { '.': {}, 'f:key': {} } }`. */
export interface FieldSet {
  readonly [element: string]: FieldSet;
}

/** A set that is being filled. */
export type FieldSetBuilder = Record<string, FieldSet>;

/** How elements of a path are written: `f:name`, `k:{"name":"x"}`, `v:"x"`, `i:0`. */
export type Path = readonly string[];

/** The node of a member with nothing below. */
export const member: FieldSet = Object.freeze({});

/** Puts a node where none is yet. */
export function put(set: FieldSetBuilder, path: Path, node: FieldSet): void {
  const last = path.length - 1;
  let parent = set;
  for (let depth = 0; depth < last; depth += 1) {
    const element = path[depth] ?? '';
    // Only this function has made what is on the way.
    parent = parent[element] ??= {};
  }
  parent[path[last] ?? ''] = node;
}

/** Whether nothing is in it. */
export function isEmpty(set: FieldSet): boolean {
  for (const _ in set) return false;
  return true;
}

/** Whether the node of an element says that the element itself belongs to the set. */
export function isMember(node: FieldSet | undefined): boolean {
  return node !== undefined && (isEmpty(node) || node['.'] !== undefined);
}

/** Whether there is anything below the node of an element. */
export function hasChildren(node: FieldSet | undefined): boolean {
  if (node !== undefined) for (const element in node) if (element !== '.') return true;
  return false;
}

/** Members of either. */
export function union(left: FieldSet, right: FieldSet): FieldSet {
  return combine(left, right, true, true, true);
}

/** Members of both. */
export function intersection(left: FieldSet, right: FieldSet): FieldSet {
  return combine(left, right, false, true, false);
}

/** Members of the left that are none of the right; what is below a member of the right stays. */
export function difference(left: FieldSet, right: FieldSet): FieldSet {
  for (const element in right)
    if (left[element] !== undefined) return combine(left, right, true, false, false);
  return left;
}

/** Without the paths and all that is below them. */
export function without(set: FieldSet, paths: readonly Path[]): FieldSet {
  return paths.reduce(withoutPath, set);
}

/** Every member; those of a node before what is below its children, as the server tells them. */
export function* pathsOf(set: FieldSet, prefix: Path = []): Generator<Path> {
  for (const [element, node] of Object.entries(set)) {
    if (element !== '.' && isMember(node)) yield [...prefix, element];
  }
  for (const [element, node] of Object.entries(set)) {
    if (hasChildren(node)) yield* pathsOf(node, [...prefix, element]);
  }
}

/** Says for members of just the left, of both, and of just the right whether they stay. */
function combine(left: FieldSet, right: FieldSet, lefts: boolean, both: boolean, rights: boolean): FieldSet {
  const result: FieldSetBuilder = {};
  for (const element in left) {
    const one = left[element] ?? member;
    const other = right[element];
    if (other === undefined) {
      if (lefts) result[element] = one;
    } else if (element === '.') {
      if (both) result[element] = member;
    } else {
      const inner = combine(explicit(one), explicit(other), lefts, both, rights);
      if (hasChildren(inner)) result[element] = inner;
      else if (!isEmpty(inner)) result[element] = member;
    }
  }
  if (rights) {
    for (const element in right) {
      if (left[element] === undefined) result[element] = right[element] ?? member;
    }
  }
  return result;
}

/** The node of a member with its `.` even if there is nothing else. */
function explicit(node: FieldSet): FieldSet {
  return isEmpty(node) ? { '.': member } : node;
}

function withoutPath(set: FieldSet, [element = '', ...rest]: Path): FieldSet {
  const child = set[element];
  if (child === undefined) return set;
  const pruned = rest.length === 0 ? undefined : withoutPath(child, rest);
  if (pruned === child) return set;
  const others: FieldSetBuilder = { ...set };
  if (hasChildren(pruned)) others[element] = pruned ?? member;
  else if (pruned?.['.'] !== undefined) others[element] = member;
  else Reflect.deleteProperty(others, element);
  return others;
}
