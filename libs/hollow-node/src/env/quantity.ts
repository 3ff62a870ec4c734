const exponents: Readonly<Record<string, number>> = {
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
const binary = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/**
 * A resource quantity as a number: cores, bytes, pieces. The API server has checked how it is written.
 *
 * @throws RangeError if `text` is no quantity
 */
export function quantityValue(text: string): number {
  const match = /^([+-]?\d*\.?\d*)(?:([eE][+-]?\d+)|([A-Za-z]*))$/.exec(text);
  const [, digits = '', exponent = '', suffix = ''] = match ?? [];
  const power = binary.indexOf(suffix);
  const scale = exponents[suffix];
  const value =
    power > 0
      ? Number(digits) * 1024 ** power
      : // Through the decimal text, so that 100m is exactly the number that 0.1 is.
        Number(`${digits}${exponent === '' ? `e${String(scale ?? NaN)}` : exponent}`);
  if (digits === '' || Number.isNaN(value)) throw new RangeError(`"${text}" is not a quantity`);
  return value;
}
