// The expression kind of custom algorithm: CEL over a view of the pool.
import { EvaluationError, ParseError, TypeError as CelTypeError } from '@marcbachmann/cel-js';
import {
  countSteps,
  DEEPEST,
  LONGEST_EXPRESSION,
  MOST_NODES,
  MOST_STEPS,
  refusal,
} from './expression-limits.ts';
import { expressionContext, expressionEnvironment, type ExpressionView } from './expression-view.ts';

/** What an expression gave: a whole number of servers from 0 to 1,000, or why there is none. */
export type ExpressionResult =
  { readonly ok: true; readonly replicas: number } | { readonly ok: false; readonly message: string };

/** An expression that was read and checked; it remembers nothing from one evaluation to the next. */
export type Expression = (view: ExpressionView) => ExpressionResult;

/** An expression that can be evaluated, or why it is refused. */
export type CompiledExpression =
  { readonly ok: true; readonly evaluate: Expression } | { readonly ok: false; readonly message: string };

/** An expression never asks for more. */
const MOST_REPLICAS = 1_000;
/** A pool of this size must not be too much for an expression. */
const USUAL_SIZE = 20;

/**
 * Reads an expression in CEL over an {@link ExpressionView} and checks its types. It must give a number: a whole number of servers, or a
 * `double`, which is rounded up. Refused are expressions that are too long, too deep, of another type, or that may run long.
 *
 * Nothing is thrown, here or in an evaluation: there a division by zero, a name that is not there, a number that is negative or not finite,
 * or more than 100,000 steps is a failure with its reason.
 *
 * @see https://github.com/google/cel-spec/blob/master/doc/langdef.md
 */
export function compileExpression(source: string): CompiledExpression {
  if (typeof source !== 'string') return failure('is no text; write an expression');
  if (source.length > LONGEST_EXPRESSION)
    return failure(`has ${source.length} characters; write at most ${LONGEST_EXPRESSION}`);
  try {
    const limits = { maxAstNodes: MOST_NODES, maxDepth: DEEPEST };
    const parsed = expressionEnvironment(limits).parse(source);
    const refused = refusal(parsed.ast);
    if (refused !== undefined) return failure(refused);
    const steps = countSteps(parsed.ast, USUAL_SIZE);
    if (steps > MOST_STEPS) return failure(tooLong(steps, USUAL_SIZE));
    const { valid, type, error } = parsed.check();
    if (!valid) return failure(reasonOf(error));
    if (type !== 'int' && type !== 'double')
      return failure(`gives ${type ?? 'nothing'}; write one that gives a number of servers`);
    return { ok: true, evaluate: (view) => evaluate(parsed, view) };
  } catch (error) {
    return failure(reasonOf(error));
  }
}

function evaluate(
  parsed: ReturnType<ReturnType<typeof expressionEnvironment>['parse']>,
  view: ExpressionView,
): ExpressionResult {
  const longest = longestOf(view);
  const steps = countSteps(parsed.ast, longest);
  if (steps > MOST_STEPS) return failure(tooLong(steps, longest));
  try {
    return replicasOf(parsed({ ...expressionContext(view) }));
  } catch (error) {
    return failure(reasonOf(error));
  }
}

function replicasOf(value: unknown): ExpressionResult {
  const number = typeof value === 'bigint' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number))
    return failure(
      `gave ${typeof number === 'number' ? number : 'no number'}; it must give a number of servers`,
    );
  if (number < 0) return failure(`gave ${number}; it must give a number of servers, 0 or more`);
  return { ok: true, replicas: Math.min(Math.ceil(number), MOST_REPLICAS) + 0 };
}

function longestOf({ servers, databases, metrics, samples }: ExpressionView): number {
  const sizes = servers.map((server) => Object.keys(server.samples).length);
  const own = [servers.length, databases.length, Object.keys(metrics).length, Object.keys(samples).length];
  return [...own, ...sizes].reduce((a, b) => Math.max(a, b), 1);
}

function tooLong(steps: number, longest: number): string {
  return `may take ${steps} steps with lists of ${longest}; write one that takes at most ${MOST_STEPS}, with fewer loops inside loops`;
}

function failure(message: string): { readonly ok: false; readonly message: string } {
  return { ok: false, message };
}

/** One short line, whatever was thrown. */
function reasonOf(error: unknown): string {
  const isOfCel =
    error instanceof ParseError || error instanceof EvaluationError || error instanceof CelTypeError;
  const text = isOfCel ? error.summary : error instanceof Error ? error.message : 'it failed';
  return (text.split('\n')[0] ?? '').replace(/\p{Cc}/gu, ' ').slice(0, 200);
}
