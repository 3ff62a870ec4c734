import { quantityValue } from '../env/quantity.ts';

/**
 * A resource quantity in thousandths of its unit, rounded up: `1500m` is 1500, `1Ki` is 1024000. Exact up to 8 PiB.
 *
 * @throws RangeError if `text` is no quantity
 */
export function milli(text: string): number {
  // 1.1 * 1000 is a little more than 1100, which must not become 1101.
  const value = quantityValue(text) * 1000;
  const nearest = Math.round(value);
  return Math.abs(value - nearest) < 1e-6 ? nearest : Math.ceil(value);
}
