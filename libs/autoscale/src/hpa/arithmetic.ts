import type { Tolerance } from './types.ts';

/** Sizes are 32-bit in the autoscaling API. */
const MAX_REPLICAS = 2 ** 31 - 1;

/** Whether a ratio of usage to target is near enough to 1 to leave the size as it is; both ends are included. */
export function withinTolerance(ratio: number, tolerance: Tolerance): boolean {
  return 1 - tolerance.down <= ratio && ratio <= 1 + tolerance.up;
}

/** Rounds up to a size: a whole number of 32 bits, never NaN and never -0. */
export function ceilReplicas(value: number): number {
  if (Number.isNaN(value)) return 0;
  return Math.min(Math.max(Math.ceil(value), -MAX_REPLICAS), MAX_REPLICAS) + 0;
}

/** The sum of whole numbers, exact also beyond 53 bits: memory of many pods in thousandths of a byte gets there. */
export function exactSum(values: readonly number[]): bigint {
  return values.reduce((sum, value) => sum + BigInt(value), 0n);
}

/** Whole-number division that cuts towards zero, as the original's integers do. The divisor is not zero. */
export function truncatedQuotient(dividend: bigint, divisor: bigint): number {
  return Number(dividend / divisor);
}

/** A quantity as a whole number of thousandths, rounded up as the API's quantities are; undefined if it is not a number of 53 bits. */
export function wholeQuantity(value: number | undefined): number | undefined {
  if (value === undefined) return undefined;
  const whole = Math.ceil(value) + 0;
  return Number.isSafeInteger(whole) ? whole : undefined;
}

/** Throws unless a target can be divided by. */
export function checkTarget(target: number): void {
  if (!(target > 0) || target === Infinity)
    throw new RangeError(`a target is a number above 0, got ${target}`);
}
