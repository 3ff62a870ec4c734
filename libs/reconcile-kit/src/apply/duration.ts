const nanosPer = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n],
  ['μs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);

const second = 1_000_000_000n;
const largest = 2n ** 63n - 1n;

/**
 * A duration the way Go's `time.Duration` prints it, and so every Go program that reads and writes it back: `60s` is `1m0s`, `0.5s` is `500ms`.
 *
 * @throws RangeError if `text` is no duration in Go's notation, or one beyond about 292 years
 */
export function canonicalDuration(text: string): string {
  const nanos = parse(text);
  return nanos < 0n ? `-${write(-nanos)}` : write(nanos);
}

function parse(text: string): bigint {
  const sign = /^[+-]/.exec(text)?.[0] ?? '';
  const body = text.slice(sign.length);
  if (body === '0') return 0n;
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(body)) {
    throw new RangeError(`"${text}" is not a duration: write numbers with units, such as 90s or 1h30m`);
  }
  let nanos = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of body.matchAll(/(\d*)\.?(\d*)([a-zµμ]+)/g)) {
    const scale = 10n ** BigInt(fraction.length);
    nanos += (BigInt(whole + fraction) * (nanosPer.get(unit) ?? 0n)) / scale;
  }
  if (nanos > largest) throw new RangeError(`duration ${text} is too long`);
  return sign === '-' ? -nanos : nanos;
}

function write(nanos: bigint): string {
  if (nanos === 0n) return '0s';
  if (nanos < 1_000n) return `${String(nanos)}ns`;
  if (nanos < 1_000_000n) return `${decimal(nanos, 1_000n)}µs`;
  if (nanos < second) return `${decimal(nanos, 1_000_000n)}ms`;
  const minutes = nanos / (60n * second);
  const seconds = `${decimal(nanos % (60n * second), second)}s`;
  if (minutes === 0n) return seconds;
  const hours = minutes / 60n;
  return `${hours === 0n ? '' : `${String(hours)}h`}${String(minutes % 60n)}m${seconds}`;
}

/** `value / unit` in decimal notation without trailing zeros; `unit` is a power of ten. */
function decimal(value: bigint, unit: bigint): string {
  const digits = String(unit).length - 1;
  const fraction = String(value % unit)
    .padStart(digits, '0')
    .replace(/0+$/, '');
  return `${String(value / unit)}${fraction === '' ? '' : `.${fraction}`}`;
}
