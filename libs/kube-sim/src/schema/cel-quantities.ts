// quantity() and semver() of rules.
import type { Environment } from '@marcbachmann/cel-js';
import { quantityNanos } from '../builtins/quantity.ts';

const nano = 1_000_000_000n;

class Quantity {
  readonly nanos: bigint;
  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

class Semver {
  readonly text: string;
  readonly numbers: readonly bigint[];
  readonly pre: readonly string[];
  constructor(text: string, numbers: readonly bigint[], pre: readonly string[]) {
    this.text = text;
    this.numbers = numbers;
    this.pre = pre;
  }
}

/** Amounts and versions, which compare by what they mean. */
export function registerQuantities(env: Environment): void {
  const toInt = ({ nanos }: Quantity): bigint => {
    if (nanos % nano !== 0n) throw new Error('cannot convert value to integer');
    return nanos / nano;
  };
  const change = (sign: bigint) => (a: Quantity, b: Quantity | bigint) =>
    new Quantity(a.nanos + sign * (b instanceof Quantity ? b.nanos : b * nano));
  env
    .registerType('Quantity', { ctor: Quantity, fields: {} })
    .registerFunction('isQuantity(string): bool', (text: string) => quantityNanos(text) !== undefined)
    .registerFunction('quantity(string): Quantity', (text: string) => {
      const nanos = quantityNanos(text);
      if (nanos === undefined) throw new Error(quantityProblem);
      return new Quantity(nanos);
    })
    .registerFunction('sign(Quantity): int', ({ nanos }: Quantity) => sign(nanos))
    .registerFunction('Quantity.isInteger(): bool', ({ nanos }: Quantity) => nanos % nano === 0n)
    .registerFunction('Quantity.asInteger(): int', toInt)
    .registerFunction('Quantity.asApproximateFloat(): double', ({ nanos }: Quantity) => Number(nanos) / 1e9)
    .registerFunction('Quantity.add(Quantity): Quantity', change(1n))
    .registerFunction('Quantity.add(int): Quantity', change(1n))
    .registerFunction('Quantity.sub(Quantity): Quantity', change(-1n))
    .registerFunction('Quantity.sub(int): Quantity', change(-1n));
  registerOrder(env, 'Quantity', (a: Quantity, b: Quantity) => sign(a.nanos - b.nanos));
  env
    .registerType('Semver', { ctor: Semver, fields: {} })
    .registerFunction('isSemver(string): bool', (text: string) => parseSemver(text) !== undefined)
    .registerFunction('semver(string): Semver', (text: string) => {
      const version = parseSemver(text);
      if (version === undefined) throw new Error('No Major.Minor.Patch elements found');
      return version;
    });
  ['major', 'minor', 'patch'].forEach((part, index) => {
    env.registerFunction(`Semver.${part}(): int`, ({ numbers }: Semver) => numbers[index] ?? 0n);
  });
  registerOrder(env, 'Semver', compareVersions);
}

const quantityProblem =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

function registerOrder<T>(env: Environment, type: string, compare: (a: T, b: T) => bigint): void {
  env
    .registerFunction(`${type}.compareTo(${type}): int`, compare)
    .registerFunction(`${type}.isLessThan(${type}): bool`, (a: T, b: T) => compare(a, b) < 0n)
    .registerFunction(`${type}.isGreaterThan(${type}): bool`, (a: T, b: T) => compare(a, b) > 0n)
    .registerOperator(`${type} == ${type}`, (a: T, b: T) => compare(a, b) === 0n);
}

function sign(value: bigint): bigint {
  return value < 0n ? -1n : value > 0n ? 1n : 0n;
}

function parseSemver(text: string): Semver | undefined {
  const number = '(0|[1-9]\\d*)';
  const shape = new RegExp(`^${number}\\.${number}\\.${number}(?:-([0-9A-Za-z.-]+))?(?:\\+[0-9A-Za-z.-]+)?$`);
  const [whole, major = '0', minor = '0', patch = '0', pre = ''] = shape.exec(text) ?? [];
  if (whole === undefined) return undefined;
  return new Semver(text, [major, minor, patch].map(BigInt), pre === '' ? [] : pre.split('.'));
}

function compareVersions(a: Semver, b: Semver): bigint {
  for (const [index, number] of a.numbers.entries()) {
    const difference = sign(number - (b.numbers[index] ?? 0n));
    if (difference !== 0n) return difference;
  }
  if (a.pre.length === 0 || b.pre.length === 0) return sign(BigInt(b.pre.length - a.pre.length));
  for (const [index, part] of a.pre.entries()) {
    const other = b.pre[index];
    if (other === undefined) return 1n;
    if (part !== other) return comparePre(part, other);
  }
  return a.pre.length < b.pre.length ? -1n : 0n;
}

function comparePre(a: string, b: string): bigint {
  const [isA, isB] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (isA && isB) return sign(BigInt(a) - BigInt(b));
  if (isA !== isB) return isA ? -1n : 1n;
  return a < b ? -1n : 1n;
}
