// What an expression may not do, so that it ends soon and stays small whatever it says.
import type { ASTNode } from '@marcbachmann/cel-js';

/** Longest source, in characters. */
export const LONGEST_EXPRESSION = 2_000;
export const MOST_NODES = 300;
export const DEEPEST = 40;
/** Most steps of one evaluation, as counted by {@link countSteps}; a step is a fraction of a microsecond. */
export const MOST_STEPS = 100_000;

const LOOPS = ['all', 'exists', 'exists_one', 'map', 'filter'];
const METHODS = [
  ...LOOPS,
  'size',
  'contains',
  'startsWith',
  'endsWith',
  'sum',
  'min',
  'max',
  'ceil',
  'floor',
  'greatest',
  'least',
];
const FUNCTIONS = ['has', 'size', 'int', 'double'];
const OPERATORS: readonly string[] = [
  'value',
  'id',
  '.',
  '[]',
  'call',
  'rcall',
  'list',
  '?:',
  '||',
  '&&',
  '!_',
  '-_',
  '!=',
  '==',
  'in',
  '+',
  '-',
  '*',
  '/',
  '%',
  '<',
  '<=',
  '>',
  '>=',
];
const COLLECTIONS = ['servers', 'databases', 'metrics', 'samples'];

/**
 * Why an expression is refused; undefined if it is not. Only functions that take a time linear in what they are given are there (no
 * regular expressions), and nothing that was put together is ever bound to a name: a loop goes over a list or map of the view, or a filter of
 * one. So no chain of doublings can be written, and sizes are bounded by the text.
 */
export function refusal(node: ASTNode): string | undefined {
  const own = ownRefusal(node);
  if (own !== undefined) return own;
  for (const child of children(node)) {
    const inner = refusal(child);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** An upper bound of the steps that an evaluation takes when no list and no map has more than `longest` entries. */
export function countSteps(node: ASTNode, longest: number): number {
  let steps = 1;
  if (node.op === 'rcall') {
    const [method, receiver, args] = node.args;
    const inner = args.reduce((sum, arg) => sum + countSteps(arg, longest), 0);
    const size = sizeOf(receiver, longest);
    if (LOOPS.includes(method)) return steps + countSteps(receiver, longest) + size * (inner + 1);
    return steps + countSteps(receiver, longest) + inner + size;
  }
  if (node.op === '+' || node.op === '==' || node.op === '!=')
    steps += sizeOf(node.args[0], longest) + sizeOf(node.args[1], longest);
  if (node.op === 'in') steps += sizeOf(node.args[1], longest);
  return children(node).reduce((sum, child) => sum + countSteps(child, longest), steps);
}

function ownRefusal(node: ASTNode): string | undefined {
  if (!OPERATORS.includes(node.op))
    return `${node.op === 'map' ? 'a map literal' : `the operator ${node.op}`} is not offered`;
  switch (node.op) {
    case 'value':
      return typeof node.args === 'object' ? 'bytes, unsigned integers and null are not offered' : undefined;
    case 'id':
      return node.args === 'math' || node.args === 'cel' || node.args === 'google'
        ? `${node.args} is no value`
        : undefined;
    case 'call':
      return FUNCTIONS.includes(node.args[0]) ? undefined : notOffered(node.args[0], FUNCTIONS);
    case 'rcall':
      return methodRefusal(node.args[0], node.args[1]);
    default:
      return undefined;
  }
}

function methodRefusal(method: string, receiver: ASTNode): string | undefined {
  if (!METHODS.includes(method)) return notOffered(method, METHODS);
  if (!LOOPS.includes(method) || isOfView(receiver)) return undefined;
  return `${method} goes over something else than a list of the view; write it over servers, databases, metrics or samples, or a filter of them`;
}

function isOfView(node: ASTNode): boolean {
  switch (node.op) {
    case 'id':
      return true;
    case '.':
    case '[]':
      return isOfView(node.args[0]);
    case 'rcall':
      return node.args[0] === 'filter' && isOfView(node.args[1]);
    default:
      return false;
  }
}

/** How many entries a value may have; 1 for what is no list and no map. */
function sizeOf(node: ASTNode, longest: number): number {
  switch (node.op) {
    case 'id':
      return COLLECTIONS.includes(node.args) ? longest : 1;
    case '.':
      return node.args[1] === 'samples' ? longest : 1;
    case 'list':
      return Math.max(1, node.args.length);
    case 'rcall':
      return node.args[0] === 'map' || node.args[0] === 'filter' ? sizeOf(node.args[1], longest) : 1;
    case '+':
      return sizeOf(node.args[0], longest) + sizeOf(node.args[1], longest);
    case '?:':
      return Math.max(sizeOf(node.args[1], longest), sizeOf(node.args[2], longest));
    default:
      return 1;
  }
}

/** The namespace `math` is no child: it is only there to be called. */
function children(node: ASTNode): readonly ASTNode[] {
  switch (node.op) {
    case 'value':
    case 'id':
      return [];
    case '.':
    case '.?':
      return [node.args[0]];
    case 'call':
      return node.args[1];
    case 'rcall': {
      const [, receiver, args] = node.args;
      const isNamespace = receiver.op === 'id' && receiver.args === 'math';
      return isNamespace ? args : [receiver, ...args];
    }
    case 'list':
      return node.args;
    case 'map':
      return node.args.flat();
    case '!_':
    case '-_':
      return [node.args];
    default:
      return node.args;
  }
}

function notOffered(name: string, offered: readonly string[]): string {
  return `${name}() is not offered; there are ${offered.join(', ')}`;
}
