/** The bytes that JSON's structure is made of. None of them occurs inside a multi-byte UTF-8 character. */
export const quote = 0x22;
export const comma = 0x2c;
export const colon = 0x3a;
export const openBracket = 0x5b;
export const backslash = 0x5c;
export const closeBracket = 0x5d;
export const openBrace = 0x7b;
export const closeBrace = 0x7d;

/** What the scanning functions answer when the text ends, or is not JSON, before what they look for. */
export const notFound = -1;

/** True for the four bytes that JSON allows between tokens. */
export function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** The first position from `at` on that holds no white space; it may be the end of the text. */
export function skipSpace(bytes: Uint8Array, at: number): number {
  let next = at;
  while (isSpace(bytes[next])) next++;
  return next;
}

/** The position after the string whose opening quote is at `at`. */
export function skipString(bytes: Uint8Array, at: number): number {
  for (let next = at + 1; next < bytes.length; next++) {
    const byte = bytes[next];
    if (byte === quote) return next + 1;
    if (byte === backslash) next++;
  }
  return notFound;
}

/** The position after the value that begins at `at`, whatever its type. */
export function skipValue(bytes: Uint8Array, at: number): number {
  switch (bytes[at]) {
    case quote:
      return skipString(bytes, at);
    case openBrace:
    case openBracket:
      return skipContainer(bytes, at);
    default:
      return skipLiteral(bytes, at);
  }
}

function skipContainer(bytes: Uint8Array, at: number): number {
  let depth = 0;
  for (let next = at; next < bytes.length; next++) {
    const byte = bytes[next];
    if (byte === quote) {
      const end = skipString(bytes, next);
      if (end === notFound) return notFound;
      next = end - 1;
    } else if (byte === openBrace || byte === openBracket) {
      depth++;
    } else if (byte === closeBrace || byte === closeBracket) {
      depth--;
      if (depth === 0) return next + 1;
    }
  }
  return notFound;
}

/** A number, `true`, `false` or `null` ends where something else begins. */
function skipLiteral(bytes: Uint8Array, at: number): number {
  for (let next = at; next < bytes.length; next++) {
    const byte = bytes[next];
    if (byte === comma || byte === closeBrace || byte === closeBracket || isSpace(byte)) {
      return next === at ? notFound : next;
    }
  }
  return notFound;
}
