// Why a rule does not compile, worded as the API server words it.
import { type ASTNode, type Environment, serialize } from '@marcbachmann/cel-js';
import { toRegExp } from './scalars.ts';

interface Fault {
  readonly code: string;
  readonly summary: string;
  readonly node?: ASTNode | undefined;
  readonly range?: { readonly start: number } | undefined;
}

/** What is wrong with a rule that parses: a type, a name, a pattern. Undefined if nothing is. */
export function compileFault(env: Environment, source: string): string | undefined {
  const result = env.check(source);
  if (!result.valid) return result.error === undefined ? 'unknown' : worded(source, result.error as Fault);
  const { ast } = env.parse(source);
  const stray = findNode(ast, (node) => strayFault(env, source, node));
  return stray;
}

/** Whether a rule uses a variable. */
export function usesVariable(ast: unknown, name: string): boolean {
  return findNode(ast, (node) => (node.op === 'id' && node.args === name ? name : undefined)) !== undefined;
}

/** What the library checks only when a rule is evaluated. */
function strayFault(env: Environment, source: string, node: ASTNode): string | undefined {
  if (node.op === 'call' && node.args[0] === 'has') {
    const [field] = node.args[1];
    if (field?.op !== '.') return undefined;
    const { error } = env.check(serialize(field));
    // Variables of an enclosing macro are not known here.
    if (error?.code !== 'no_such_key') return undefined;
    return located(source, dotOf(source, field), `undefined field '${field.args[1]}'`);
  }
  if (node.op !== 'rcall' || node.args[0] !== 'matches') return undefined;
  const [pattern] = node.args[2];
  if (pattern?.op !== 'value' || typeof pattern.args !== 'string') return undefined;
  try {
    toRegExp(pattern.args);
    return undefined;
  } catch {
    return located(source, pattern.start, 'invalid matches argument');
  }
}

function findNode(tree: unknown, test: (node: ASTNode) => string | undefined): string | undefined {
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

function worded(source: string, { code, summary, node, range }: Fault): string {
  const start = range?.start ?? 0;
  if (node === undefined) return located(source, start, `Syntax error: ${summary}`);
  if (node.op === '.' && code === 'no_such_key') {
    return located(source, dotOf(source, node), `undefined field '${node.args[1]}'`);
  }
  if (node.op === 'id' && code === 'unknown_variable') {
    return located(source, start, `undeclared reference to '${node.args}' (in container '')`);
  }
  if (code === 'no_matching_overload' && (node.op === 'rcall' || node.op === 'call')) {
    const [name] = node.args;
    const from = node.op === 'rcall' ? node.args[1].end : node.start;
    const open = source.indexOf('(', source.indexOf(name, from));
    const types = /\((.*)\)'$/.exec(summary)?.[1] ?? '';
    const receiver = /'(.*)\.[^.]*\(.*\)'$/.exec(summary)?.[1];
    const applied = node.op === 'call' ? `(${types})` : `${receiver ?? ''}.(${types})`;
    return located(source, open, `found no matching overload for '${name}' applied to '${applied}'`);
  }
  const [, left, right] = /^no such overload: (.*?) \S+ (.*)$/.exec(summary) ?? [];
  if (code === 'no_such_overload' && left !== undefined && right !== undefined && Array.isArray(node.args)) {
    const [first] = node.args as readonly ASTNode[];
    const at = source.indexOf(node.op, first?.end ?? start);
    const what = node.op === 'in' ? '@in' : `_${node.op}_`;
    return located(source, at, `found no matching overload for '${what}' applied to '(${left}, ${right})'`);
  }
  if (code === 'heterogeneous_list_element') return located(source, start, summary.replace(/^.*?, /, ''));
  return located(source, start, summary);
}

function dotOf(source: string, node: ASTNode & { readonly op: '.' }): number {
  return source.indexOf('.', node.args[0].end);
}

/** The message with the line that it is about, and a mark under the place. */
function located(source: string, at: number, message: string): string {
  const before = source.slice(0, Math.max(at, 0));
  const line = before.split('\n').length;
  const column = before.length - (before.lastIndexOf('\n') + 1);
  const text = source.split('\n')[line - 1] ?? '';
  const said = message.replace(/\bObject\d+\b/g, 'object');
  return `ERROR: <input>:${line}:${column + 1}: ${said}\n | ${text}\n | ${'.'.repeat(column)}^`;
}
