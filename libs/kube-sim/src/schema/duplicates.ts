// Finds keys that a JSON text has twice; a parser keeps the last and does not tell.

interface Level {
  /** Path of the object or list itself. */
  readonly path: string;
  /** Keys of an object so far; undefined for a list. */
  readonly keys: Set<string> | undefined;
  /** Of the value that is read now. */
  at: string;
  index: number;
}

/**
 * The paths of the fields that a valid JSON text has more than once, as `spec.containers[0].name`: each once, in the order in which
 * they are met.
 */
export function duplicateFields(text: string): string[] {
  const found = new Set<string>();
  const levels: Level[] = [];
  let level: Level | undefined;
  for (let index = 0; index < text.length; index += 1) {
    switch (text.charCodeAt(index)) {
      case quote: {
        const end = endOfString(text, index);
        if (level?.keys !== undefined && isKey(text, end)) readKey(level, text.slice(index, end + 1), found);
        index = end;
        break;
      }
      case openObject:
      case openList: {
        const isObject: boolean = text.charCodeAt(index) === openObject;
        const path: string = level?.at ?? '';
        level = {
          path,
          keys: isObject ? new Set() : undefined,
          at: isObject ? path : `${path}[0]`,
          index: 0,
        };
        levels.push(level);
        break;
      }
      case closeObject:
      case closeList:
        levels.pop();
        level = levels.at(-1);
        break;
      case comma:
        if (level?.keys === undefined && level !== undefined) {
          level.index += 1;
          level.at = `${level.path}[${level.index}]`;
        }
        break;
      default:
    }
  }
  return [...found];
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openObject = 0x7b;
const closeObject = 0x7d;
const openList = 0x5b;
const closeList = 0x5d;

function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

function isEscaped(text: string, index: number): boolean {
  let before = index;
  while (text.charCodeAt(before - 1) === backslash) before -= 1;
  return (index - before) % 2 === 1;
}

/** A string is a key if a colon follows: nothing else can stand between values in valid JSON. */
function isKey(text: string, end: number): boolean {
  let next = end + 1;
  while (text.charCodeAt(next) <= 0x20) next += 1;
  return text.charCodeAt(next) === colon;
}

function readKey(level: Level, quoted: string, found: Set<string>): void {
  const key = quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
  level.at = level.path === '' ? key : `${level.path}.${key}`;
  if (level.keys?.has(key) === true) found.add(level.at);
  level.keys?.add(key);
}
