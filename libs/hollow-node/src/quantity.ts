const exponents = ['', 'k', 'M', 'G', 'T', 'P', 'E'];
const small: Readonly<Record<string, number>> = { n: 1e-9, u: 1e-6, m: 1e-3 };

/**
 * A resource quantity in thousandths of its unit, rounded up: `1500m` is 1500, `1Ki` is 1024000. Exact up to 8 PiB.
 *
 * @throws RangeError if `text` is no quantity
 */
export function milli(text: string): number {
  const [, number = '', suffix = ''] =
    /^([+-]?(?:\d+\.?\d*|\.\d+))([a-zA-Z]{0,2}|[eE][+-]?\d+)$/.exec(text) ?? [];
  const factor = factorOf(suffix);
  if (number === '' || factor === undefined) throw new RangeError(`"${text}" is not a quantity`);
  // 1.1 * 1000 is a little more than 1100, which must not become 1101.
  const value = Number(number) * factor * 1000;
  const nearest = Math.round(value);
  return Math.abs(value - nearest) < 1e-6 ? nearest : Math.ceil(value);
}

function factorOf(suffix: string): number | undefined {
  if (/^[eE][+-]?\d+$/.test(suffix)) return 10 ** Number(suffix.slice(1));
  const fraction = small[suffix];
  if (fraction !== undefined) return fraction;
  const isBinary = suffix.endsWith('i');
  const unit = isBinary ? suffix.slice(0, -1) : suffix;
  const exponent = exponents.indexOf(isBinary && unit === 'K' ? 'k' : unit);
  if (exponent < 0 || (isBinary && (exponent === 0 || unit === 'k'))) return undefined;
  return isBinary ? 1024 ** exponent : 1000 ** exponent;
}
