const suffixes = {
  decimal: new Map([
    ['n', -9],
    ['u', -6],
    ['m', -3],
    ['', 0],
    ['k', 3],
    ['M', 6],
    ['G', 9],
    ['T', 12],
    ['P', 15],
    ['E', 18],
  ]),
  binary: new Map([
    ['Ki', 10n],
    ['Mi', 20n],
    ['Gi', 30n],
    ['Ti', 40n],
    ['Pi', 50n],
    ['Ei', 60n],
  ]),
} as const;

const perUnit = 10n ** 9n;
/** Binary quantities are capped here; decimal ones are not. */
const largestBinary = (2n ** 63n - 1n) * perUnit;

type Format = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

/** A quantity as a whole number of nano-units, and the family of suffixes that it was written with. */
interface Quantity {
  readonly nanos: bigint;
  readonly format: Format;
}

/**
 * A resource quantity the way the API server writes it back: `1000m` is `1`, `1024Mi` is `1Gi`, `0.5` is `500m`.
 *
 * The rules are those of `resource.Quantity` in k8s.io/apimachinery: the suffix family is kept, there is no fraction, the exponent is as
 * large as that allows; binary quantities between -1024 and 1024, or not whole, turn decimal; anything finer than a nano is rounded away from zero.
 *
 * @throws RangeError if `text` is no quantity
 */
export function canonicalQuantity(text: string): string {
  const { nanos, format } = parseQuantity(text);
  if (nanos === 0n) return '0';
  const magnitude = nanos < 0n ? -nanos : nanos;
  if (format === 'BinarySI' && magnitude >= 1024n * perUnit && magnitude % perUnit === 0n) {
    return writeBinary(nanos / perUnit);
  }
  return writeDecimal(nanos, format);
}

function parseQuantity(text: string): Quantity {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?([a-zA-Z]*|[eE][+-]?\d+)$/.exec(text);
  const [, sign = '', whole = '', fraction = '', suffix = ''] = match ?? [];
  if (match === null || whole + fraction === '') throw invalid(text);

  const binary = suffixes.binary.get(suffix);
  const exponent = suffixes.decimal.get(suffix) ?? exponentOf(suffix);
  let digits = BigInt(whole + fraction);
  let scale = 9 - fraction.length;
  if (binary !== undefined) digits <<= binary;
  else if (exponent !== undefined) scale += exponent;
  else throw invalid(text);

  let nanos = shift(digits, scale);
  if (binary !== undefined && nanos > largestBinary) nanos = largestBinary;
  return { nanos: sign === '-' ? -nanos : nanos, format: formatOf(suffix, binary) };
}

function formatOf(suffix: string, binary: bigint | undefined): Format {
  if (binary !== undefined) return 'BinarySI';
  return suffixes.decimal.has(suffix) ? 'DecimalSI' : 'DecimalExponent';
}

/** More digits than this are either zero or too large, and not worth the memory. */
function exponentOf(suffix: string): number | undefined {
  if (!/^[eE][+-]?\d{1,3}$/.test(suffix)) return undefined;
  return Number(suffix.slice(1));
}

/** `digits` times ten to the power of `scale`, rounded up. */
function shift(digits: bigint, scale: number): bigint {
  if (scale >= 0) return digits * 10n ** BigInt(scale);
  const divisor = 10n ** BigInt(-scale);
  return (digits + divisor - 1n) / divisor;
}

function writeDecimal(nanos: bigint, format: Format): string {
  let [mantissa, exponent] = [nanos, -9];
  while (mantissa % 1000n === 0n && (format === 'DecimalExponent' || exponent < 18)) {
    mantissa /= 1000n;
    exponent += 3;
  }
  if (format === 'DecimalExponent')
    return `${String(mantissa)}${exponent === 0 ? '' : `e${String(exponent)}`}`;
  return `${String(mantissa)}${keyOfValue(suffixes.decimal, exponent)}`;
}

function writeBinary(units: bigint): string {
  let [mantissa, exponent] = [units, 0n];
  while (mantissa % 1024n === 0n && exponent < 60n) {
    mantissa /= 1024n;
    exponent += 10n;
  }
  return `${String(mantissa)}${keyOfValue(suffixes.binary, exponent)}`;
}

function keyOfValue<V>(table: ReadonlyMap<string, V>, value: V): string {
  for (const [key, each] of table) if (each === value) return key;
  return '';
}

function invalid(text: string): RangeError {
  return new RangeError(
    `"${text}" is not a quantity: write a number with an optional suffix, such as 500m, 2 or 4Gi`,
  );
}
