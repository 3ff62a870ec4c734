// Amounts as Kubernetes writes them: 500m, 1536Mi, 1e3.

const looksRight = /^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$/;

/** What the server says of a text that does not even look like a quantity. */
export const quantityProblem = `quantities must match the regular expression '${looksRight.source}'`;

/** What it says of any text that is none. */
export function quantityFault(text: string): string {
  return looksRight.test(text) ? "unable to parse quantity's suffix" : quantityProblem;
}

const nano = 1_000_000_000n;
const shape = /^([+-]?)(\d*)(?:\.(\d*))?(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][+-]?\d+)?$/;
/** The form in which the server would write it anyway. */
const plain = /^(?:[1-9]\d{0,2}(?:m|k|M|G|Ki|Mi|Gi|Ti)?|0)$/;
const decimalExponents: Readonly<Record<string, number>> = {
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
const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

interface Quantity {
  /** In billionths. */
  readonly nanos: bigint;
  readonly form: 'decimal' | 'binary' | 'exponent';
}

/** The canonical form of a quantity, or undefined if the text is none. */
export function canonicalQuantity(text: string): string | undefined {
  if (plain.test(text)) return text;
  const parsed = parse(text.trim());
  return parsed === undefined ? undefined : format(parsed);
}

/** The amount in billionths, for comparisons; undefined if the text is no quantity. */
export function quantityNanos(text: string): bigint | undefined {
  return parse(text.trim())?.nanos;
}

function parse(text: string): Quantity | undefined {
  const match = shape.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', suffix = ''] = match;
  if (whole === '' && fraction === '') return undefined;
  const digits = BigInt(whole + fraction);
  const binary = suffix === '' ? -1 : binarySuffixes.indexOf(suffix);
  const exponent = /^[eE][+-]?\d/.test(suffix) ? Number(suffix.slice(1)) : (decimalExponents[suffix] ?? 0);
  const numerator =
    digits * nano * (binary > 0 ? 1024n ** BigInt(binary) : 10n ** BigInt(Math.max(exponent, 0)));
  const denominator = 10n ** BigInt(fraction.length + Math.max(-exponent, 0));
  // What is finer than a billionth is rounded away from zero.
  const nanos = (numerator + denominator - 1n) / denominator;
  const form = binary > 0 ? 'binary' : /^[eE][+-]?\d/.test(suffix) ? 'exponent' : 'decimal';
  return { nanos: sign === '-' ? -nanos : nanos, form };
}

function format({ nanos, form }: Quantity): string {
  if (nanos === 0n) return '0';
  const sign = nanos < 0n ? '-' : '';
  const size = nanos < 0n ? -nanos : nanos;
  if (form === 'binary' && size >= 1024n * nano && size % nano === 0n) {
    let amount = size / nano;
    let power = 0;
    while (amount % 1024n === 0n && power < 6) {
      amount /= 1024n;
      power += 1;
    }
    return `${sign}${amount}${binarySuffixes[power] ?? ''}`;
  }
  let amount = size;
  let exponent = -9;
  while (amount % 1000n === 0n && exponent < 18) {
    amount /= 1000n;
    exponent += 3;
  }
  if (form === 'exponent' && exponent !== 0) return `${sign}${amount}e${exponent}`;
  const suffix = Object.keys(decimalExponents).find((key) => decimalExponents[key] === exponent) ?? '';
  return `${sign}${amount}${suffix}`;
}
