// Why a rule does not compile, worded as the API server words it.
import { type ASTNode, type Environment, serialize } from '@marcbachmann/cel-js';
import { hasFormat, isGoDuration } from './formats.ts';
import { isPattern } from './scalars.ts';

interface Fault {
  readonly name: string;
  readonly code: string;
  readonly summary: string;
  readonly node?: ASTNode | undefined;
  readonly range?: { readonly start: number } | undefined;
}

/** The place of a fault in the text of a rule, and what it is. */
interface Said {
  readonly at: number;
  readonly words: string;
}

/** The first thing that is wrong with a rule: syntax, a type, a name, a pattern. Undefined if nothing is. */
export function compileFault(env: Environment, source: string): string | undefined {
  const result = env.check(source);
  const said = result.valid
    ? findNode(env.parse(source).ast, (node) => lateFault(env, source, node))
    : worded(env, source, result.error as unknown as Fault);
  return said === undefined ? undefined : located(source, said);
}

/** Whether an expression uses a variable. */
export function usesVariable(ast: ASTNode, name: string): boolean {
  return findNode(ast, (node) => (node.op === 'id' && node.args === name ? node : undefined)) !== undefined;
}

/** What the library checks only when a rule is evaluated: optional fields, fields in has(), and literals. */
function lateFault(env: Environment, source: string, node: ASTNode): Said | undefined {
  if (node.op === 'call' && node.args[0] === 'has') {
    const [field] = node.args[1];
    if (field?.op !== '.') return undefined;
    const error = env.check(serialize(field)).error;
    const at = placeOf(source, node);
    if (error?.code === 'no_such_key') return { at, words: `undefined field '${field.args[1]}'` };
    // Variables of an enclosing macro are not known here.
    if (error?.code !== 'cannot_index_type') return undefined;
    return { at, words: `type '${typeOf(env, field.args[0])}' does not support field selection` };
  }
  if (node.op === '.?') {
    const [object, name] = node.args;
    const isKnown = env.check(`${serialize(object)}.${name}`).error?.code !== 'no_such_key';
    return isKnown ? undefined : { at: placeOf(source, node), words: `undefined field '${name}'` };
  }
  // The library has a macro that the server has not.
  if (node.op === 'id' && node.args === 'cel') return { at: node.start, words: undeclared('cel') };
  if (node.op !== 'call' && node.op !== 'rcall') return undefined;
  const [name] = node.args;
  const [literal] = node.op === 'rcall' ? node.args[2] : node.args[1];
  if (literal?.op !== 'value' || typeof literal.args !== 'string') return undefined;
  return isLiteral(name, literal.args) ? undefined : { at: literal.start, words: `invalid ${name} argument` };
}

function isLiteral(name: string, text: string): boolean {
  switch (name) {
    case 'matches':
      return isPattern(text);
    case 'duration':
      return isGoDuration(text);
    case 'timestamp':
      return hasFormat('datetime', text);
    default:
      return true;
  }
}

function findNode<T>(tree: unknown, test: (node: ASTNode) => T | undefined): T | undefined {
  if (Array.isArray(tree)) {
    for (const one of tree) {
      const found = findNode(one, test);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (typeof tree !== 'object' || tree === null || !('op' in tree)) return undefined;
  const node = tree as ASTNode;
  return test(node) ?? findNode(node.args, test);
}

function worded(env: Environment, source: string, fault: Fault): Said {
  const { name, code, summary, node, range } = fault;
  const start = range?.start ?? 0;
  if (name === 'ParseError' || node === undefined) return { at: start, words: syntaxWords(summary) };
  const at = placeOf(source, node);
  switch (code) {
    case 'no_such_key':
      return { at, words: node.op === '.' ? `undefined field '${node.args[1]}'` : summary };
    case 'unknown_variable':
      return { at, words: undeclared(node.op === 'id' ? node.args : '') };
    case 'no_matching_overload':
      if (node.op === 'call' || node.op === 'rcall') return { at, words: callWords(env, node) };
      break;
    case 'no_such_overload':
      return { at, words: overloadWords(env, node) };
    case 'cannot_index_type':
      if (node.op === '[]') return { at, words: noOverload('_[_]', node.args, env) };
      if (node.op === '.') {
        return { at, words: `type '${typeOf(env, node.args[0])}' does not support field selection` };
      }
      break;
    case 'invalid_logical_operand': {
      const operands = node.args as readonly ASTNode[];
      const wrong = operands.find((operand) => typeOf(env, operand) !== 'bool') ?? node;
      const words = `expected type 'bool' but found '${typeOf(env, wrong)}'`;
      return { at: placeOf(source, wrong), words };
    }
    case 'invalid_comprehension_range':
      return { at, words: summary.replace(/^E/, 'e').replace(/\.$/, '') };
    case 'heterogeneous_list_element':
      return { at, words: summary.replace(/^.*?, /, '') };
    case 'incompatible_ternary_branches':
      return { at, words: noOverload('_?_:_', node.args as readonly ASTNode[], env) };
  }
  return { at, words: summary };
}

function syntaxWords(summary: string): string {
  if (!summary.includes('EOF')) return `Syntax error: ${summary}`;
  const expected =
    "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";
  return `Syntax error: mismatched input '<EOF>' expecting ${expected}`;
}

function undeclared(name: string): string {
  return `undeclared reference to '${name}' (in container '')`;
}

function callWords(env: Environment, node: ASTNode & { readonly op: 'call' | 'rcall' }): string {
  const [name] = node.args;
  const isMethod = node.op === 'rcall';
  const known = env
    .getDefinitions()
    .functions.some((one) => one.name === name && (one.receiverType !== null) === isMethod);
  if (!known) return undeclared(name);
  const parameters = isMethod ? node.args[2] : node.args[1];
  const types = parameters.map((one) => typeOf(env, one)).join(', ');
  const receiver = isMethod ? `${typeOf(env, node.args[1])}.` : '';
  return `found no matching overload for '${name}' applied to '${receiver}(${types})'`;
}

function overloadWords(env: Environment, node: ASTNode): string {
  if (!Array.isArray(node.args)) return noOverload(node.op, [node.args as ASTNode], env);
  return noOverload(node.op === 'in' ? '@in' : `_${node.op}_`, node.args as readonly ASTNode[], env);
}

function noOverload(name: string, operands: readonly ASTNode[], env: Environment): string {
  const types = operands.map((operand) => typeOf(env, operand)).join(', ');
  return `found no matching overload for '${name}' applied to '(${types})'`;
}

/** As Go writes types. Inside of macros, whose variables are not known here, it may be unknown. */
function typeOf(env: Environment, node: ASTNode): string {
  const { type = '!error!' } = env.check(serialize(node));
  return type
    .replaceAll('<', '(')
    .replaceAll('>', ')')
    .replaceAll(/\bObject\d+\b/g, 'object');
}

/** Where the server sees an expression: at its operator, dot or parenthesis. */
function placeOf(source: string, node: ASTNode): number {
  switch (node.op) {
    case '.':
    case '.?':
    case '[]':
      return source.indexOf(node.op.charAt(0), node.args[0].end);
    case 'call':
      return source.indexOf('(', node.start);
    case 'rcall':
      return source.indexOf('(', source.indexOf(node.args[0], node.args[1].end));
    case '?:':
      return source.indexOf('?', node.args[0].end);
    default: {
      const [first] = Array.isArray(node.args) ? (node.args as readonly (ASTNode | undefined)[]) : [];
      const at = typeof first === 'object' && node.op !== 'list' ? source.indexOf(node.op, first.end) : -1;
      return at === -1 ? node.start : at;
    }
  }
}

/** The message with the line that it is about, and a mark under the place. */
function located(source: string, { at, words }: Said): string {
  const before = source.slice(0, at);
  const line = before.split('\n').length;
  const column = before.length - (before.lastIndexOf('\n') + 1);
  const text = source.split('\n')[line - 1] ?? '';
  const said = words.replaceAll(/\bObject\d+\b/g, 'object');
  return `ERROR: <input>:${line}:${column + 1}: ${said}\n | ${text}\n | ${'.'.repeat(column)}^`;
}
