/** Names of nested object keys, outermost first: `['metadata', 'managedFields']`. */
export type FieldPath = readonly string[];

interface PathNode {
  /** The key's bytes between its quotes. */
  readonly key: Uint8Array;
  /** The value under the key is cut out as a whole. */
  readonly cut: boolean;
  readonly children: readonly PathNode[];
}

interface Range {
  readonly from: number;
  readonly to: number;
}

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/**
 * Cuts values, with their keys, out of a JSON object's bytes, so that they need not be parsed: `managedFields` is often half of
 * an object. Only keys at exactly the given paths from the top are cut; keys written with escapes never match. The scan ends
 * as soon as every path has been found. Text that is not JSON is returned as it is: the parser will say what is wrong.
 *
 * @returns the same buffer if nothing was cut
 */
export function exciseObject(json: Uint8Array, paths: readonly FieldPath[]): Uint8Array {
  return exciser(paths)(json);
}

/** The same for many objects and one set of paths. */
export function exciser(paths: readonly FieldPath[]): (json: Uint8Array) => Uint8Array {
  const tree = pathTree(paths);
  return (json) => {
    const cuts: Range[] = [];
    const start = skipSpace(json, 0);
    if (json[start] !== openBrace) return json;
    return scanObject(json, start, tree, cuts) === malformed || cuts.length === 0
      ? json
      : without(json, cuts);
  };
}

function pathTree(paths: readonly FieldPath[]): readonly PathNode[] {
  const byFirst = Map.groupBy(
    paths.filter((path) => path.length > 0),
    (path) => path[0] ?? '',
  );
  return [...byFirst].map(([key, group]) => {
    const rest = group.map((path) => path.slice(1));
    const cut = rest.some((path) => path.length === 0);
    return { key: new TextEncoder().encode(key), cut, children: cut ? [] : pathTree(rest) };
  });
}

const malformed = -1;
/** Every path was found: the rest of the text does not matter. */
const finished = -2;

/**
 * Walks one object's members and collects what is to be cut.
 *
 * @returns the offset behind the object, or `malformed`, or `finished`
 */
function scanObject(json: Uint8Array, open: number, nodes: readonly PathNode[], cuts: Range[]): number {
  let left = nodes.length;
  let at = skipSpace(json, open + 1);
  let previousComma = malformed;
  if (json[at] === closeBrace) return at + 1;
  for (;;) {
    const keyStart = at;
    const keyEnd = skipString(json, at);
    if (keyEnd === malformed) return malformed;
    at = skipSpace(json, keyEnd);
    if (json[at] !== colon) return malformed;
    const valueStart = skipSpace(json, at + 1);
    const node =
      left > 0 ? nodes.find(({ key }) => sameBytes(json, keyStart + 1, keyEnd - 1, key)) : undefined;
    let valueEnd: number;
    if (node !== undefined && !node.cut && json[valueStart] === openBrace) {
      left--;
      valueEnd = scanObject(json, valueStart, node.children, cuts);
      if (valueEnd === finished && left > 0) valueEnd = skipValue(json, valueStart);
    } else {
      valueEnd = skipValue(json, valueStart);
      if (node !== undefined) left--;
    }
    if (valueEnd < 0) return valueEnd;
    at = skipSpace(json, valueEnd);
    const separator = json[at];
    if (separator !== comma && separator !== closeBrace) return malformed;
    if (node?.cut === true) {
      if (separator === comma) cuts.push({ from: keyStart, to: skipSpace(json, at + 1) });
      else cutLast(cuts, previousComma, keyStart, at);
    } else {
      previousComma = at;
    }
    if (left === 0) return finished;
    if (separator === closeBrace) return at + 1;
    at = skipSpace(json, at + 1);
  }
}

/** The last member goes together with the comma behind the last member that stays. */
function cutLast(cuts: Range[], previousComma: number, keyStart: number, end: number): void {
  if (previousComma === malformed) {
    cuts.push({ from: keyStart, to: end });
    return;
  }
  while ((cuts.at(-1)?.from ?? malformed) > previousComma) cuts.pop();
  cuts.push({ from: previousComma, to: end });
}

function without(json: Uint8Array, cuts: readonly Range[]): Uint8Array {
  const size = cuts.reduce((total, { from, to }) => total - (to - from), json.length);
  const kept = Buffer.allocUnsafe(size);
  let read = 0;
  let written = 0;
  for (const { from, to } of cuts) {
    kept.set(json.subarray(read, from), written);
    written += from - read;
    read = to;
  }
  kept.set(json.subarray(read), written);
  return kept;
}

function sameBytes(json: Uint8Array, from: number, to: number, key: Uint8Array): boolean {
  if (to - from !== key.length) return false;
  for (let index = 0; index < key.length; index++) if (json[from + index] !== key[index]) return false;
  return true;
}

function skipSpace(json: Uint8Array, from: number): number {
  let at = from;
  for (
    let byte = json[at];
    byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
    byte = json[++at]
  );
  return at;
}

/** The offset behind a string that starts at `open`. Most are short: a loop here is twice as fast as calls to `indexOf`. */
function skipString(json: Uint8Array, open: number): number {
  if (json[open] !== quote) return malformed;
  for (let at = open + 1; at < json.length; at++) {
    const byte = json[at];
    if (byte === quote) return at + 1;
    if (byte === backslash) at++;
  }
  return malformed;
}

/** The offset behind the value that starts at `from`. Brackets are counted, not matched: the parser checks them. */
function skipValue(json: Uint8Array, from: number): number {
  let depth = 0;
  let at = from;
  for (;;) {
    const byte = json[at];
    switch (byte) {
      case undefined:
        return malformed;
      case quote: {
        at = skipString(json, at);
        if (at === malformed) return malformed;
        if (depth === 0) return at;
        continue;
      }
      case openBrace:
      case openBracket:
        depth++;
        break;
      case closeBrace:
      case closeBracket:
        if (depth === 0) return at;
        if (--depth === 0) return at + 1;
        break;
      case comma:
        if (depth === 0) return at;
        break;
      default:
    }
    at++;
  }
}
