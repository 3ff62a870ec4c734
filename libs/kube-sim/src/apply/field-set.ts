// Sets of fields, in the very form in which they are stored as FieldsV1: a tree by path elements, where a node that is empty or has a `.`
// is itself a member. Sets are never changed once they are handed out.

/** What `fieldsV1` holds: `{ 'f:data': { '.': {}, 'f:key': {} } }`. */
export interface FieldSet {
  readonly [element: string]: FieldSet;
}

/** A set that is being filled. */
export interface FieldSetBuilder {
  [element: string]: FieldSetBuilder;
}

/** How elements of a path are written: `f:name`, `k:{"name":"x"}`, `v:"x"`, `i:0`. */
export type Path = readonly string[];

const member: FieldSet = Object.freeze({});

/** Adds a path; that of the whole object is not tracked. */
export function insert(set: FieldSetBuilder, path: Path): void {
  let node = set;
  for (let depth = 0; depth < path.length; depth += 1) {
    const element = path[depth] ?? '';
    const last = depth === path.length - 1;
    const child = node[element];
    if (child === undefined) {
      node = node[element] = {};
      continue;
    }
    // What was a member without children has to say so once it has some, and the other way round.
    if (isEmpty(child) ? !last : last) child['.'] = {};
    node = child;
  }
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

/** Whether the path is a member. */
export function has(set: FieldSet, path: Path): boolean {
  let node: FieldSet | undefined = set;
  for (const element of path) node = node?.[element];
  return path.length > 0 && isMember(node);
}

/** Members of either. */
export function union(left: FieldSet, right: FieldSet): FieldSet {
  return combined(left, right, (inLeft, inRight) => inLeft || inRight);
}

/** Members of both. */
export function intersection(left: FieldSet, right: FieldSet): FieldSet {
  return combined(left, right, (inLeft, inRight) => inLeft && inRight);
}

/** Members of the left that are none of the right; what is below a member of the right stays. */
export function difference(left: FieldSet, right: FieldSet): FieldSet {
  return combined(left, right, (inLeft, inRight) => inLeft && !inRight);
}

/** Without the paths and all that is below them. */
export function without(set: FieldSet, paths: readonly Path[]): FieldSet {
  return paths.reduce(withoutPath, set);
}

/** Every member, each after those that it is below. Members of a node come before what is below its children. */
export function* pathsOf(set: FieldSet, prefix: Path = []): Generator<Path> {
  for (const [element, node] of Object.entries(set)) {
    if (element !== '.' && isMember(node)) yield [...prefix, element];
  }
  for (const [element, node] of Object.entries(set)) {
    if (element !== '.' && hasChildren(node)) yield* pathsOf(node, [...prefix, element]);
  }
}

function combined(
  left: FieldSet,
  right: FieldSet,
  keeps: (inLeft: boolean, inRight: boolean) => boolean,
): FieldSet {
  const result: FieldSetBuilder = {};
  const visit = (element: string): void => {
    if (element === '.') return;
    const one = left[element];
    const other = right[element];
    const node: FieldSetBuilder = {};
    const kept = keeps(isMember(one), isMember(other));
    if (hasChildren(one) || hasChildren(other)) {
      Object.assign(node, combined(one ?? member, other ?? member, keeps));
      if (kept && !isEmpty(node)) node['.'] = {};
    }
    if (kept || !isEmpty(node)) result[element] = node;
  };
  for (const element in left) visit(element);
  for (const element in right) if (left[element] === undefined) visit(element);
  return result;
}

function withoutPath(set: FieldSet, [element = '', ...rest]: Path): FieldSet {
  const child = set[element];
  if (child === undefined) return set;
  const others = { ...set };
  Reflect.deleteProperty(others, element);
  if (rest.length === 0) return others;
  const pruned = withoutPath(child, rest);
  if (pruned === child) return set;
  if (hasChildren(pruned)) return { ...others, [element]: pruned };
  return isEmpty(pruned) ? others : { ...others, [element]: member };
}
