/**
 * What Kubernetes accepts as an amount, without a sign: digits, then a binary suffix, a decimal suffix or an
 * exponent of at most two digits (k8s.io/apimachinery, package resource).
 */
export const quantityPattern = '^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][-+]?[0-9]{1,2})?$';

const grammar = new RegExp(quantityPattern);
const parts = /^([0-9]*)(?:\.([0-9]*))?(.*)$/;

const binaryPowers: Readonly<Record<string, bigint>> = {
  Ki: 10n,
  Mi: 20n,
  Gi: 30n,
  Ti: 40n,
  Pi: 50n,
  Ei: 60n,
};
const decimalPowers: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};

/** Kubernetes keeps nothing finer than a billionth; what is finer is rounded up. */
const finestPower = -9;

/**
 * Parses an amount as Kubernetes writes it (`500m`, `10Gi`, `1e3`). Numbers are taken as YAML gives them.
 *
 * @returns the amount in billionths, rounded up; undefined when it is not an amount. Amounts are not capped at
 *   2^63-1 as the API server caps some of them.
 */
export function parseQuantity(text: string | number): bigint | undefined {
  const written = String(text);
  if (!grammar.test(written)) return undefined;
  const [, whole = '', fraction = '', suffix = ''] = parts.exec(written) ?? [];
  const digits = BigInt(whole + fraction);
  const binaryPower = binaryPowers[suffix];
  const factor = binaryPower === undefined ? 1n : 2n ** binaryPower;
  const power = binaryPower === undefined ? decimalPower(suffix) : 0;
  return scale(digits * factor, power - fraction.length - finestPower);
}

/**
 * Compares two amounts.
 *
 * @returns negative, zero or positive, as `a` is smaller than, equal to or greater than `b`; undefined when one
 *   of them is not an amount
 */
export function compareQuantities(a: string | number, b: string | number): number | undefined {
  const left = parseQuantity(a);
  const right = parseQuantity(b);
  if (left === undefined || right === undefined) return undefined;
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function decimalPower(suffix: string): number {
  return decimalPowers[suffix] ?? Number(suffix.slice(1));
}

function scale(digits: bigint, power: number): bigint {
  if (power >= 0) return digits * 10n ** BigInt(power);
  const divisor = 10n ** BigInt(-power);
  return (digits + divisor - 1n) / divisor;
}
