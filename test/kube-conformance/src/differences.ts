// Where two answers differ.
import { isRecord } from './json.ts';

/** One place. What is not there is undefined. */
export interface Difference {
  /** `body.metadata.labels.a`, `status` */
  readonly path: string;
  readonly real: unknown;
  readonly simulated: unknown;
}

/** All places in which two values differ, the outermost ones. */
export function differencesBetween(real: unknown, simulated: unknown, path = ''): readonly Difference[] {
  if (Object.is(real, simulated)) return [];
  if (Array.isArray(real) && Array.isArray(simulated)) {
    const length = Math.max(real.length, simulated.length);
    return Array.from({ length }, (_, index) =>
      differencesBetween(real[index], simulated[index], `${path}[${index}]`),
    ).flat();
  }
  if (isRecord(real) && isRecord(simulated)) {
    const keys = new Set([...Object.keys(real), ...Object.keys(simulated)]);
    return [...keys].flatMap((key) =>
      differencesBetween(real[key], simulated[key], path === '' ? key : `${path}.${key}`),
    );
  }
  return [{ path, real, simulated }];
}

/** Lines for people. */
export function describeDifference({ path, real, simulated }: Difference): readonly string[] {
  return [path, `  real:      ${shown(real)}`, `  simulated: ${shown(simulated)}`];
}

function shown(value: unknown): string {
  if (value === undefined) return '(nothing)';
  const text = JSON.stringify(value);
  return text.length > 1500 ? `${text.slice(0, 1500)}…` : text;
}
