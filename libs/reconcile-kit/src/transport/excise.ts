import {
  closeBrace,
  colon,
  comma,
  notFound,
  openBrace,
  quote,
  skipSpace,
  skipString,
  skipValue,
} from './json-scan.ts';

/** Names of fields from the top object down: `['metadata', 'managedFields']`. Arrays are not entered. */
export type FieldPath = readonly string[];

/**
 * Cuts fields out of the JSON text of an object, so that they cost neither parsing nor memory.
 *
 * Only the exact paths are cut, not fields of the same name elsewhere, and the scan stops as soon as each path has been met. A key
 * that is written with escapes, or holds other than ASCII characters, is never taken for one of a path. Text that is not a JSON
 * object comes back as it is, for the parser to complain about.
 *
 * @returns the same array when nothing was cut
 */
export function exciseObject(bytes: Uint8Array, paths: readonly FieldPath[]): Uint8Array {
  const cuts: Cut[] = [];
  const end = scanObject(bytes, skipSpace(bytes, 0), paths, 0, false, cuts);
  return end === notFound || cuts.length === 0 ? bytes : without(bytes, cuts);
}

interface Cut {
  readonly from: number;
  readonly to: number;
}

/**
 * Scans the object at `at`, of which `paths` (all the same up to `depth`) name fields.
 *
 * @param toEnd - go on to the object's end when every path has been met
 * @returns the position after the object, or after what had to be scanned of it; `notFound` for broken text
 */
function scanObject(
  bytes: Uint8Array,
  at: number,
  paths: readonly FieldPath[],
  depth: number,
  toEnd: boolean,
  cuts: Cut[],
): number {
  if (bytes[at] !== openBrace) return notFound;
  let open = paths;
  let lastComma: number | undefined;
  let kept = false;
  let next = skipSpace(bytes, at + 1);
  if (bytes[next] === closeBrace) return next + 1;
  for (;;) {
    const key = next;
    if (bytes[key] !== quote) return notFound;
    const keyEnd = skipString(bytes, key);
    if (keyEnd === notFound) return notFound;
    next = skipSpace(bytes, keyEnd);
    if (bytes[next] !== colon) return notFound;
    const value = skipSpace(bytes, next + 1);

    const here = open.filter((path) => isKey(bytes, key, keyEnd, path[depth]));
    const cut = here.some((path) => path.length === depth + 1);
    if (here.length > 0) open = open.filter((path) => !here.includes(path));
    const isLastMet = open.length === 0 && !toEnd;
    const enter = here.length > 0 && !cut && bytes[value] === openBrace;
    const valueEnd = enter
      ? scanObject(bytes, value, here, depth + 1, !isLastMet, cuts)
      : skipValue(bytes, value);
    if (valueEnd === notFound || (enter && isLastMet)) return valueEnd;

    next = skipSpace(bytes, valueEnd);
    const isLast = bytes[next] === closeBrace;
    if (!isLast && bytes[next] !== comma) return notFound;
    if (cut) {
      // One comma goes with the field: the one before it if a field before it stays, else the one after it.
      if (kept && lastComma !== undefined) cuts.push({ from: lastComma, to: valueEnd });
      else cuts.push({ from: key, to: isLast ? valueEnd : next + 1 });
    } else {
      kept = true;
    }
    if (isLast || isLastMet) return next + 1;
    lastComma = next;
    next = skipSpace(bytes, next + 1);
  }
}

/** True if the string from the quote at `start` to `end` is written exactly as `name`. */
function isKey(bytes: Uint8Array, start: number, end: number, name: string | undefined): boolean {
  if (name === undefined || end - start - 2 !== name.length) return false;
  for (let index = 0; index < name.length; index++) {
    const byte = bytes[start + 1 + index];
    if (byte !== name.charCodeAt(index) || byte >= 0x80) return false;
  }
  return true;
}

function without(bytes: Uint8Array, cuts: readonly Cut[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  let from = 0;
  for (const cut of cuts) {
    pieces.push(bytes.subarray(from, cut.from));
    from = cut.to;
  }
  pieces.push(bytes.subarray(from));
  return Buffer.concat(pieces);
}
