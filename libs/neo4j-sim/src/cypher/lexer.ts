import type { Language } from './ast.ts';
import { SyntaxProblem } from './syntax-error.ts';

/**
 * A piece of the text. `word` is a bare identifier or keyword, `name` one in backticks; `text` is what it stands for, without quotes and
 * escapes.
 */
export interface Token {
  readonly kind: 'word' | 'name' | 'parameter' | 'string' | 'integer' | 'float' | 'symbol' | 'end';
  readonly text: string;
  readonly offset: number;
}

const escapes: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

const blank = /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y;
const word = /[\p{L}_][\p{L}\p{N}_]*/uy;
const number = /\d+(?:\.\d+)?/y;

/**
 * Cuts a text into tokens; the last one is `end`.
 *
 * @throws SyntaxProblem
 */
export function tokenize(source: string, language: Language): readonly Token[] {
  // Cypher 5 resolves unicode escapes before anything else, so an escaped backtick ends a name; Cypher 25 no longer does.
  const text =
    language === '5'
      ? source.replace(/\\u([0-9a-fA-F]{4})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
      : source;
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    at += matched(blank, text, at).length;
    const token = next(text, at);
    tokens.push(token.token);
    if (token.token.kind === 'end') return tokens;
    at = token.end;
  }
}

function next(text: string, at: number): { readonly token: Token; readonly end: number } {
  const made = (kind: Token['kind'], value: string, end: number): { token: Token; end: number } => ({
    token: { kind, text: value, offset: at },
    end,
  });
  const first = text[at];
  if (first === undefined) return made('end', '', at);
  if (first === '`') {
    const name = quotedName(text, at);
    return made('name', name.value, name.end);
  }
  if (first === "'" || first === '"') {
    const literal = quotedText(text, at, first);
    return made('string', literal.value, literal.end);
  }
  if (first === '$') {
    if (text[at + 1] === '`') {
      const name = quotedName(text, at + 1);
      return made('parameter', name.value, name.end);
    }
    const name = matched(/[\p{L}\p{N}_]+/uy, text, at + 1);
    if (name === '') throw new SyntaxProblem("Invalid input '$': expected a parameter name", at);
    return made('parameter', name, at + 1 + name.length);
  }
  const identifier = matched(word, text, at);
  if (identifier !== '') return made('word', identifier, at + identifier.length);
  const digits = matched(number, text, at);
  if (digits !== '') return made(digits.includes('.') ? 'float' : 'integer', digits, at + digits.length);
  return made('symbol', first, at + 1);
}

function matched(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

function quotedName(text: string, at: number): { readonly value: string; readonly end: number } {
  const raw = matched(/`(?:[^`]|``)*`/y, text, at);
  if (raw === '')
    throw new SyntaxProblem('Failed to parse an identifier: the closing backtick is missing', at);
  return { value: raw.slice(1, -1).replaceAll('``', '`'), end: at + raw.length };
}

function quotedText(
  text: string,
  at: number,
  quote: string,
): { readonly value: string; readonly end: number } {
  let value = '';
  for (let index = at + 1; index < text.length; index++) {
    const character = text[index] ?? '';
    if (character === quote) return { value, end: index + 1 };
    if (character !== '\\') {
      value += character;
      continue;
    }
    index++;
    const escaped = text[index] ?? '';
    const hex = matched(/u[0-9a-fA-F]{4}/y, text, index);
    if (hex === '') {
      value += escapes[escaped] ?? escaped;
    } else {
      value += String.fromCharCode(parseInt(hex.slice(1), 16));
      index += 4;
    }
  }
  throw new SyntaxProblem('Failed to parse string literal: the closing quote is missing', at);
}
