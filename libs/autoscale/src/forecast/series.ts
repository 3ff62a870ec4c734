import type { Series } from './types.ts';

/** End of the newest bucket, in milliseconds since 1970. */
export function endOf({ start, step, values }: Series): number {
  return start + step * values.length;
}
