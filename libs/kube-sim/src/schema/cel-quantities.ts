// quantity() of rules.
import type { Environment } from '@marcbachmann/cel-js';
import { quantityNanos, quantityProblem } from '../builtins/quantity.ts';

const nano = 1_000_000_000n;

class Quantity {
  readonly nanos: bigint;
  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

/** Amounts, which compare by what they mean. */
export function registerQuantities(env: Environment): void {
  const toInt = ({ nanos }: Quantity): bigint => {
    if (nanos % nano !== 0n) throw new Error('cannot convert value to integer');
    return nanos / nano;
  };
  const change = (sign: bigint) => (a: Quantity, b: Quantity | bigint) =>
    new Quantity(a.nanos + sign * (b instanceof Quantity ? b.nanos : b * nano));
  const compare = (a: Quantity, b: Quantity) => sign(a.nanos - b.nanos);
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
    .registerFunction('Quantity.sub(int): Quantity', change(-1n))
    .registerFunction('Quantity.compareTo(Quantity): int', compare)
    .registerFunction('Quantity.isLessThan(Quantity): bool', (a: Quantity, b: Quantity) => compare(a, b) < 0n)
    .registerFunction(
      'Quantity.isGreaterThan(Quantity): bool',
      (a: Quantity, b: Quantity) => compare(a, b) > 0n,
    )
    .registerOperator('Quantity == Quantity', (a: Quantity, b: Quantity) => compare(a, b) === 0n);
}

function sign(value: bigint): bigint {
  return value < 0n ? -1n : value > 0n ? 1n : 0n;
}
