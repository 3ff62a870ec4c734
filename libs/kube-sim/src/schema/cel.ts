// The rules of a schema (x-kubernetes-validations): compiled once, evaluated on objects.
import { Environment, Optional } from '@marcbachmann/cel-js';
import type { FieldCause } from '../api/failure.ts';
import { duplicate, forbidden, invalidValue, required } from './causes.ts';
import { compileFault, usesVariable } from './cel-faults.ts';
import { registerKubernetes } from './cel-functions.ts';
import { type CelType, registerSchema } from './cel-types.ts';
import { schemaOfField } from './decode.ts';
import { isRecord, isSameJson } from './json.ts';
import { fieldPath, itemFinder } from './list-types.ts';
import { nowhere } from './scalars.ts';
import type { Schema, ValidationRule } from './schema.ts';

/** A rule that was looked at: faults are what the server says of a CRD that has it. */
export interface CompiledRule {
  readonly rule: ValidationRule;
  readonly fault: string | undefined;
  readonly messageFault: string | undefined;
  readonly usesOldSelf: boolean;
  readonly evaluate: ((context: Record<string, unknown>) => unknown) | undefined;
  readonly evaluateMessage: ((context: Record<string, unknown>) => unknown) | undefined;
}

/** Checks the rules of one schema. */
export type RuleChecker = (object: unknown, old: unknown, path?: string) => FieldCause[];

/**
 * Prepares the rules of a schema and of all that is below. They are compiled when they are first needed.
 *
 * @param isObject - the schema is that of a whole Kubernetes object
 */
export function createRuleChecker(schema: Schema, isObject = true): RuleChecker {
  const compile = createCompiler(schema, isObject);
  return (object, old, path = '') =>
    check({ schema, value: object, old, path, isUnchanged: () => false }, compile);
}

/** Checks the rules of a schema once; see {@link createRuleChecker}. */
export function validateRules(schema: Schema, object: unknown, old?: unknown, path = ''): FieldCause[] {
  return createRuleChecker(schema, false)(object, old, path);
}

/** Prepares to compile the rules of single nodes, without those below. */
export function createRuleCompiler(schema: Schema): (node: Schema) => readonly CompiledRule[] {
  const compile = createCompiler(schema, true);
  return (node) => (hasOwnRules(node) ? compile(node).rules : []);
}

interface CompiledNode {
  readonly rules: readonly CompiledRule[];
  readonly type: CelType | undefined;
}

type Compile = (node: Schema) => CompiledNode;

/** Compiles a node when it is first asked for. All share one environment, which is what takes time. */
function createCompiler(schema: Schema, isObject: boolean): Compile {
  const compiled = new Map<Schema, CompiledNode>();
  let base: { readonly env: Environment; readonly typeOf: (node: Schema) => CelType | undefined } | undefined;
  return (node) => {
    if (base === undefined) {
      const env = registerKubernetes(new Environment({ enableOptionalTypes: true }));
      base = { env, typeOf: registerSchema(env, schema, isObject) };
    }
    const done = compiled.get(node) ?? compileNode(base.env, node, base.typeOf(node));
    compiled.set(node, done);
    return done;
  };
}

function compileNode(base: Environment, node: Schema, type: CelType | undefined): CompiledNode {
  const self = type?.name ?? 'dyn';
  const env = base.clone().registerVariable('self', self);
  const withOld = env.clone().registerVariable('oldSelf', self);
  const withOptional = env.clone().registerVariable('oldSelf', `optional<${self}>`);
  const rules = (node['x-kubernetes-validations'] ?? []).map((rule) =>
    compileRule(rule.optionalOldSelf === true ? withOptional : withOld, withOld, rule),
  );
  return { rules, type };
}

function hasOwnRules(schema: Schema): boolean {
  return (schema['x-kubernetes-validations']?.length ?? 0) > 0;
}

function compileRule(env: Environment, messageEnv: Environment, rule: ValidationRule): CompiledRule {
  const source = rule.rule.trim();
  const fault = expressionFault(env, source, 'bool', 'cel expression must evaluate to a bool');
  const words = rule.messageExpression?.trim() ?? '';
  const notText = 'messageExpression must evaluate to a string';
  const messageFault =
    words === '' ? undefined : expressionFault(messageEnv, words, 'string', notText, 'messageExpression ');
  const program = fault === undefined ? env.parse(source) : undefined;
  return {
    rule,
    fault,
    messageFault,
    usesOldSelf: program !== undefined && usesVariable(program.ast, 'oldSelf'),
    evaluate: program,
    evaluateMessage: words === '' || messageFault !== undefined ? undefined : messageEnv.parse(words),
  };
}

function expressionFault(
  env: Environment,
  source: string,
  type: string,
  wrongType: string,
  what = '',
): string | undefined {
  const fault = compileFault(env, source);
  if (fault !== undefined) return `${what}compilation failed: ${fault}`;
  const is = env.check(source).type;
  return is === type || is === 'dyn' ? undefined : wrongType;
}

interface Check {
  readonly schema: Schema;
  readonly value: unknown;
  readonly old: unknown;
  readonly path: string;
  /** Whether the nearest value around, of which an old one is known, is as before. */
  readonly isUnchanged: () => boolean;
}

function check(at: Check, compile: Compile): FieldCause[] {
  const { schema, value, old, path } = at;
  if (value === null || value === undefined) return [];
  const isUnchanged = old === undefined ? at.isUnchanged : () => isSameJson(value, old);
  const own = hasOwnRules(schema) ? ruleCauses({ ...at, isUnchanged }, compile(schema)) : [];
  const below = (child: Schema, one: unknown, before: unknown, where: string): FieldCause[] =>
    check({ schema: child, value: one, old: before, path: where, isUnchanged }, compile);
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items === undefined) return own;
    const oldOf = itemFinder(schema, old);
    return [...own, ...value.flatMap((item, index) => below(items, item, oldOf(item), `${path}[${index}]`))];
  }
  if (!isRecord(value)) return own;
  const inside = Object.entries(value).flatMap(([key, one]) => {
    const child = schemaOfField(schema, key);
    const before = isRecord(old) && Object.hasOwn(old, key) ? old[key] : undefined;
    return child === undefined ? [] : below(child, one, before, fieldPath(schema, path, key));
  });
  return [...own, ...inside];
}

function ruleCauses(at: Check, { rules, type }: CompiledNode): FieldCause[] {
  const self = type?.convert(at.value);
  const old = at.old === undefined || at.old === null ? undefined : type?.convert(at.old);
  const field = at.path === '' ? nowhere : at.path;
  return rules.flatMap((compiled) => {
    const { rule, fault, usesOldSelf, evaluate } = compiled;
    const kind = at.schema.type ?? '';
    if (evaluate === undefined) return [invalidValue(field, kind, `rule compile error: ${fault ?? ''}`)];
    const isOptional = rule.optionalOldSelf === true;
    if (usesOldSelf && old === undefined && !isOptional) return [];
    const oldSelf = isOptional ? Optional.of(old) : old;
    let holds: unknown;
    try {
      holds = evaluate({ self, oldSelf });
    } catch (error) {
      return [invalidValue(field, kind, evaluationFault(error, rule))];
    }
    if (holds === true || (!usesOldSelf && at.isUnchanged())) return [];
    return [ruleCause(at, rule, messageOf(compiled, { self, oldSelf: old }))];
  });
}

function evaluationFault(error: unknown, rule: ValidationRule): string {
  const { summary, message, code } = error as { summary?: string; message: string; code?: string };
  const said = (summary ?? message)
    .replace(/^No such key: index.*index (-?\d+) .*/, 'index out of bounds: $1')
    .replace(/^No such key/, 'no such key')
    .replace(/\bObject\d+\b/g, 'object');
  if (code === 'no_such_overload' || code === 'no_matching_overload') {
    const why = 'call arguments did not match a supported operator, function or macro signature for rule';
    return `'no such overload': ${why}: ${nameOf(rule)}`;
  }
  return `${said} evaluating rule: ${nameOf(rule)}`;
}

function nameOf({ rule, message = '' }: ValidationRule): string {
  return (message === '' ? rule : message).trim();
}

function messageOf({ rule, evaluateMessage }: CompiledRule, context: Record<string, unknown>): string {
  const words = evaluateMessage === undefined ? undefined : tryText(() => evaluateMessage(context));
  if (words !== undefined) return words;
  return rule.message === undefined || rule.message === '' ? `failed rule: ${nameOf(rule)}` : nameOf(rule);
}

/** A message that cannot be made, or is not one, gives way to the fixed one. */
function tryText(evaluate: () => unknown): string | undefined {
  try {
    const text = evaluate();
    const words = typeof text === 'string' ? text.trim() : '';
    return words === '' || words.includes('\n') ? undefined : words;
  } catch {
    return undefined;
  }
}

function ruleCause({ schema, value, path }: Check, rule: ValidationRule, detail: string): FieldCause {
  const below = rule.fieldPath === undefined ? '' : normalPath(rule.fieldPath);
  const whole = path === '' ? below.replace(/^\./, '') : `${path}${below}`;
  const field = whole === '' ? nowhere : whole;
  const isScalar = schema.type !== 'object' && schema.type !== 'array';
  switch (rule.reason) {
    case 'FieldValueForbidden':
      return forbidden(field, detail);
    case 'FieldValueRequired':
      return required(field, detail);
    case 'FieldValueDuplicate':
      return isScalar ? duplicate(field, value) : { ...duplicate(field, ''), message: 'Duplicate value' };
    default:
      return isScalar
        ? invalidValue(field, value, detail)
        : { ...invalidValue(field, '', detail), message: `Invalid value: ${detail}` };
  }
}

/** `.a['b']` as `.a.b`. */
function normalPath(path: string): string {
  return path
    .trim()
    .replace(/\['((?:\\.|[^'])*)'\]/g, (_whole, key: string) => `.${key.replaceAll(/\\(.)/g, '$1')}`);
}

/** Whether a path, as `.spec.replicas`, leads to something in a schema. */
export function isFieldPath(schema: Schema, path: string): boolean {
  const names = [...path.trim().matchAll(/\.([^.[\]]+)|\['((?:\\.|[^'])*)'\]/g)];
  if (names.map(([whole]) => whole).join('') !== path.trim()) return false;
  let at: Schema | undefined = schema;
  for (const [, plain, quoted = ''] of names)
    at = schemaOfField(at, plain ?? quoted.replaceAll(/\\(.)/g, '$1'));
  return at !== undefined;
}
