/** A token, with what it stands for: the name without backticks, the text without quotes and escapes. */
export interface Token {
  readonly kind: 'word' | 'name' | 'text' | 'parameter' | 'number' | 'sign';
  readonly value: string;
}

/** What follows a backslash in a string literal, and what it stands for (Cypher manual, "String literals"). */
const escapes: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  '`': '`',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  s: ' ',
};

const blank = /^(\s|\/\*[\s\S]*?\*\/|\/\/[^\n\r]*)+/;
const word = /^[\p{ID_Start}_][\p{ID_Continue}$]*/u;
const parameter = /^\$(?:(?<plain>[\p{ID_Continue}]+)|`(?<quoted>(?:[^`]|``)*)`)/u;
const number = /^\d+(\.\d+)?/;

/**
 * Cuts a statement into tokens as Cypher 5 does, unicode escapes first, wherever they are: an attacker's backtick may come in that way.
 * Written from the manual, on purpose without a glance at how statements are built.
 *
 * @throws Error if it cannot be cut
 */
export function tokens(statement: string): readonly Token[] {
  const found: Token[] = [];
  let rest = statement.replace(/\\u+([0-9a-fA-F]{4})/g, (_, code: string) =>
    String.fromCharCode(parseInt(code, 16)),
  );
  for (;;) {
    rest = rest.replace(blank, '');
    if (rest === '') return found;
    const [token, length] = next(rest);
    found.push(token);
    rest = rest.slice(length);
  }
}

function next(rest: string): readonly [Token, number] {
  const first = rest[0] ?? '';
  if (first === '`') return quotedName(rest);
  if (first === "'" || first === '"') return text(rest, first);
  const named = parameter.exec(rest);
  if (named !== null) {
    const value = named.groups?.['plain'] ?? (named.groups?.['quoted'] ?? '').replaceAll('``', '`');
    return [{ kind: 'parameter', value }, named[0].length];
  }
  const plain = word.exec(rest);
  if (plain !== null) return [{ kind: 'word', value: plain[0] }, plain[0].length];
  const digits = number.exec(rest);
  if (digits !== null) return [{ kind: 'number', value: digits[0] }, digits[0].length];
  return [{ kind: 'sign', value: first }, 1];
}

function quotedName(rest: string): readonly [Token, number] {
  const match = /^`((?:[^`]|``)*)`/.exec(rest);
  if (match === null) throw new Error(`no end of the name in ${rest}`);
  return [{ kind: 'name', value: (match[1] ?? '').replaceAll('``', '`') }, match[0].length];
}

function text(rest: string, quote: string): readonly [Token, number] {
  let value = '';
  for (let at = 1; at < rest.length; at++) {
    const character = rest[at] ?? '';
    if (character === quote) return [{ kind: 'text', value }, at + 1];
    if (character !== '\\') {
      value += character;
      continue;
    }
    const escaped = escapes[rest[++at] ?? ''];
    if (escaped === undefined) throw new Error(`no such escape in ${rest}`);
    value += escaped;
  }
  throw new Error(`no end of the text in ${rest}`);
}
