// Kubernetes' functions for rules, beside those of the language.
import { type Environment, Optional } from '@marcbachmann/cel-js';
import { isSame, registerNamespace } from './cel-types.ts';
import { registerFormats } from './cel-formats.ts';
import { registerQuantities } from './cel-quantities.ts';
import { toRegExp } from './scalars.ts';

/** Registers everything that a rule may call. */
export function registerKubernetes(env: Environment): Environment {
  registerStrings(env);
  registerLists(env);
  registerSets(env);
  registerTimes(env);
  registerQuantities(env);
  registerFormats(env);
  return env;
}

function registerStrings(env: Environment): void {
  const find = (text: string, pattern: string) => toRegExp(pattern).exec(text)?.[0] ?? '';
  const findAll = (text: string, pattern: string, limit = -1n) => {
    const re = toRegExp(pattern);
    const all = [...text.matchAll(new RegExp(re.source, `${re.flags}g`))].map(([found]) => found);
    return limit < 0n ? all : all.slice(0, Number(limit));
  };
  const replace = (text: string, from: string, to: string, limit = -1n) => {
    const parts = text.split(from);
    const times = limit < 0n ? parts.length - 1 : Math.min(Number(limit), parts.length - 1);
    return [parts.slice(0, times + 1).join(to), ...parts.slice(times + 1)].join(from);
  };
  env
    .registerFunction('string.find(string): string', find)
    .registerFunction('string.findAll(string): list<string>', findAll)
    .registerFunction('string.findAll(string, int): list<string>', findAll)
    .registerFunction('string.replace(string, string): string', replace)
    .registerFunction('string.replace(string, string, int): string', replace)
    .registerFunction('string.charAt(int): string', (text: string, index: bigint) => {
      const points = Array.from(text);
      if (index < 0n || index > points.length) throw new Error(`index out of range: ${index}`);
      return points[Number(index)] ?? '';
    })
    .registerFunction('string.format(list): string', formatText)
    .registerFunction('matches(string, string): bool', (text: string, pattern: string) =>
      toRegExp(pattern).test(text),
    );
  registerNamespace(env, 'strings', 'StringsLib');
  env.registerFunction('StringsLib.quote(string): string', (_: unknown, text: string) =>
    JSON.stringify(text),
  );
}

/** `%s`, `%d`, `%f` with a precision, `%x`. */
function formatText(format: string, values: readonly unknown[]): string {
  let next = 0;
  return format.replace(/%(?:\.(\d+))?([%sdfxX])/g, (_whole, precision: string | undefined, verb: string) => {
    if (verb === '%') return '%';
    const value = values[next];
    next += 1;
    if (verb === 'f') return Number(value).toFixed(Number(precision ?? 6));
    if (verb === 'x' || verb === 'X') {
      const hex = typeof value === 'bigint' ? value.toString(16) : Buffer.from(String(value)).toString('hex');
      return verb === 'x' ? hex : hex.toUpperCase();
    }
    return textOf(value);
  });
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(textOf).join(', ')}]`;
  if (value instanceof Map) return `{${[...value].map((entry) => entry.map(textOf).join(': ')).join(', ')}}`;
  return value instanceof Date ? timeText(value) : String(value);
}

function registerLists(env: Environment): void {
  type List = readonly unknown[];
  const order = (a: unknown, b: unknown) =>
    (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0;
  const extreme = (list: List, sign: number, name: string): unknown => {
    if (list.length === 0) throw new Error(`${name} called on empty list`);
    return list.reduce((best, one) => (order(one, best) * sign > 0 ? one : best));
  };
  registerNamespace(env, 'lists', 'ListsLib');
  const indexOf = (list: readonly unknown[], value: unknown) =>
    BigInt(list.findIndex((one) => isSame(one, value)));
  env
    .registerFunction('ListsLib.range(int): list<int>', (_: unknown, size: bigint) =>
      Array.from({ length: Number(size) }, (_one, index) => BigInt(index)),
    )
    .registerFunction('list<A>.isSorted(): bool', (list: List) =>
      list.every((one, index) => index === 0 || order(list[index - 1], one) <= 0),
    )
    .registerFunction('list<int>.sum(): int', (list: readonly bigint[]) =>
      list.reduce((sum, one) => sum + one, 0n),
    )
    .registerFunction('list<double>.sum(): double', (list: readonly number[]) =>
      list.reduce((sum, one) => sum + one, 0),
    )
    .registerFunction('list<A>.min(): A', (list: List) => extreme(list, -1, 'min'))
    .registerFunction('list<A>.max(): A', (list: List) => extreme(list, 1, 'max'))
    .registerFunction('list<A>.indexOf(A): int', indexOf)
    .registerFunction('list<A>.lastIndexOf(A): int', (list: readonly unknown[], value: unknown) =>
      BigInt(list.findLastIndex((one) => isSame(one, value))),
    )
    .registerFunction('list<A>.slice(int, int): list<A>', (list: List, from: bigint, to: bigint) => {
      if (from < 0n || to > list.length || from > to)
        throw new Error(`cannot slice(${from}, ${to}), index out of range`);
      return list.slice(Number(from), Number(to));
    })
    .registerFunction('list<A>.reverse(): list<A>', (list: List) => list.toReversed())
    .registerFunction('list<A>.sort(): list<A>', (list: List) => list.toSorted(order))
    .registerFunction('list<A>.distinct(): list<A>', (list: List) =>
      list.filter((one, index) => indexOf(list, one) === BigInt(index)),
    )
    .registerFunction('list<A>.first(): optional<A>', (list: List) => Optional.of(list[0]))
    .registerFunction('list<A>.last(): optional<A>', (list: List) => Optional.of(list.at(-1)))
    .registerFunction('list.flatten(): list', (list: readonly unknown[]) => list.flat());
}

function registerSets(env: Environment): void {
  type List = readonly unknown[];
  const has = (list: List, value: unknown) => list.some((one) => isSame(one, value));
  const contains = (list: List, others: List) => others.every((one) => has(list, one));
  registerNamespace(env, 'sets', 'SetsLib');
  env
    .registerFunction('SetsLib.contains(list<A>, list<A>): bool', (_: unknown, a: List, b: List) =>
      contains(a, b),
    )
    .registerFunction(
      'SetsLib.equivalent(list<A>, list<A>): bool',
      (_: unknown, a: List, b: List) => contains(a, b) && contains(b, a),
    )
    .registerFunction('SetsLib.intersects(list<A>, list<A>): bool', (_: unknown, a: List, b: List) =>
      a.some((one) => has(b, one)),
    );
}

function registerTimes(env: Environment): void {
  const timestamp = 'google.protobuf.Timestamp';
  const duration = 'google.protobuf.Duration';
  env
    .registerFunction(`string(${timestamp}): string`, timeText)
    .registerFunction(`string(${duration}): string`, String)
    .registerFunction(`int(${timestamp}): int`, (time: Date) => BigInt(Math.floor(time.getTime() / 1000)))
    .registerFunction(`timestamp(${timestamp}): ${timestamp}`, (time: Date) => time)
    .registerFunction(`duration(${duration}): ${duration}`, (time: unknown) => time);
}

function timeText(time: Date): string {
  return time.toISOString().replace(/\.?0*Z$/, 'Z');
}
