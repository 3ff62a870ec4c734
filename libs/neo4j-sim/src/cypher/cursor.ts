import type { Literal, Term, Yield } from './ast.ts';
import type { Token } from './lexer.ts';
import { SyntaxProblem } from './syntax-error.ts';

/** A place in the tokens that moves forward as they are taken. All methods that take what is not there throw SyntaxProblem. */
export class Cursor {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** Whether these keywords come next, one after another. */
  sees(keywords: string): boolean {
    return keywords.split(' ').every((keyword, index) => isKeyword(this.#peek(index), keyword));
  }

  /** Takes these keywords if all of them come next. */
  accept(keywords: string): boolean {
    if (!this.sees(keywords)) return false;
    this.#at += keywords.split(' ').length;
    return true;
  }

  /** Takes the first of these, each one or several keywords, that comes next. */
  acceptOneOf(...choices: readonly string[]): boolean {
    return choices.some((choice) => this.accept(choice));
  }

  expect(...choices: readonly string[]): void {
    if (!this.acceptOneOf(...choices)) throw this.unexpected(...choices.map((choice) => `'${choice}'`));
  }

  /** Takes this identifier, spelled exactly so. */
  expectIdentifier(name: string): void {
    const token = this.#peek();
    if (token.kind !== 'word' || token.text !== name) throw this.unexpected(`'${name}'`);
    this.#at++;
  }

  seesSymbol(symbol: string): boolean {
    const token = this.#peek();
    return token.kind === 'symbol' && token.text === symbol;
  }

  acceptSymbol(symbol: string): boolean {
    if (!this.seesSymbol(symbol)) return false;
    this.#at++;
    return true;
  }

  expectSymbol(symbol: string): void {
    if (!this.acceptSymbol(symbol)) throw this.unexpected(`'${symbol}'`);
  }

  atEnd(): boolean {
    return this.#peek().kind === 'end';
  }

  seesParameter(): boolean {
    return this.#peek().kind === 'parameter';
  }

  seesInteger(): boolean {
    return this.#peek().kind === 'integer';
  }

  /** A bare or quoted identifier. */
  identifier(what: string): string {
    const token = this.#peek();
    if (token.kind !== 'word' && token.kind !== 'name') throw this.unexpected(what);
    this.#at++;
    return token.text;
  }

  /** A name where the grammar takes an identifier or a parameter. */
  name(what: string): Term {
    if (this.seesParameter()) return this.#parameter();
    return { kind: 'literal', value: this.identifier(what) };
  }

  /** The name of a database: identifiers with dots between them, or a parameter. */
  databaseName(): Term {
    if (this.seesParameter()) return this.#parameter();
    let name = this.identifier('a database name');
    while (this.acceptSymbol('.')) name += `.${this.identifier('a database name')}`;
    return { kind: 'literal', value: name };
  }

  /** A text in quotes or a parameter. */
  textOrParameter(): Term {
    if (this.seesParameter()) return this.#parameter();
    return { kind: 'literal', value: this.text('a parameter', 'a string') };
  }

  /** A text in quotes. */
  text(...what: readonly string[]): string {
    const token = this.#peek();
    if (token.kind !== 'string') throw this.unexpected(...what);
    this.#at++;
    return token.text;
  }

  /** A whole number that is written out. */
  integer(): bigint {
    const token = this.#peek();
    if (token.kind !== 'integer') throw this.unexpected('an integer value');
    this.#at++;
    return BigInt(token.text);
  }

  integerOrParameter(): Term {
    if (this.seesParameter()) return this.#parameter();
    if (this.#peek().kind !== 'integer') throw this.unexpected('a parameter', 'an integer value');
    return { kind: 'literal', value: this.integer() };
  }

  /** A map in braces or a parameter. */
  mapOrParameter(): Term {
    if (this.seesParameter()) return this.#parameter();
    if (!this.seesSymbol('{')) throw this.unexpected('a parameter', "'{'");
    return { kind: 'literal', value: this.#map() };
  }

  /** Any value that can be written out, or a parameter. */
  value(): Term {
    if (this.seesParameter()) return this.#parameter();
    return { kind: 'literal', value: this.#literal() };
  }

  /** What `one` takes, at least once, with commas between. */
  list<T>(one: () => T): readonly T[] {
    const all = [one()];
    while (this.acceptSymbol(',')) all.push(one());
    return all;
  }

  yieldClause(): Yield {
    if (!this.accept('YIELD')) return { kind: 'default' };
    if (this.acceptSymbol('*')) return { kind: 'all' };
    return { kind: 'columns', names: this.list(() => this.identifier('a variable name')) };
  }

  /** A clause that is there already, once it is taken. */
  duplicate(clause: string): SyntaxProblem {
    return new SyntaxProblem(`Duplicate ${clause} clause`, this.#peek().offset, '42N19');
  }

  unexpected(...expected: readonly string[]): SyntaxProblem {
    const token = this.#peek();
    return new SyntaxProblem(
      `Invalid input '${token.text}': expected ${alternatives(expected)}`,
      token.offset,
    );
  }

  #peek(ahead = 0): Token {
    return this.#tokens[this.#at + ahead] ?? { kind: 'end', text: '', offset: 0 };
  }

  #parameter(): Term {
    const { text } = this.#peek();
    this.#at++;
    return { kind: 'parameter', name: text };
  }

  #literal(): Literal {
    const token = this.#peek();
    if (this.seesSymbol('{')) return this.#map();
    if (this.acceptSymbol('[')) {
      if (this.acceptSymbol(']')) return [];
      const values = this.list(() => this.#literal());
      this.expectSymbol(']');
      return values;
    }
    if (this.accept('NULL')) return null;
    if (this.accept('TRUE')) return true;
    if (this.accept('FALSE')) return false;
    if (token.kind === 'float') {
      this.#at++;
      return Number(token.text);
    }
    if (token.kind === 'integer') return this.integer();
    if (token.kind === 'string') return this.text();
    throw this.unexpected('an expression');
  }

  #map(): Literal {
    this.expectSymbol('{');
    if (this.acceptSymbol('}')) return {};
    const entries = this.list(() => {
      const key = this.identifier('a property key name');
      this.expectSymbol(':');
      return [key, this.#literal()] as const;
    });
    this.expectSymbol('}');
    return Object.fromEntries(entries);
  }
}

function isKeyword(token: Token, keyword: string): boolean {
  return token.kind === 'word' && token.text.toUpperCase() === keyword;
}

function alternatives(expected: readonly string[]): string {
  if (expected.length < 2) return expected[0] ?? '<EOF>';
  return `${expected.slice(0, -1).join(', ')} or ${expected.at(-1) ?? ''}`;
}
