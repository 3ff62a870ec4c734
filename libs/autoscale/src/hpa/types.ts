// The pieces of the Horizontal Pod Autoscaler's algorithm (autoscaling/v2) speak these.

/** How far usage may be off its target without a change, as fractions: within [1 - down, 1 + up], both ends included. */
export interface Tolerance {
  readonly up: number;
  readonly down: number;
}

/**
 * How a pod counts. `ignored`: being deleted or failed. `unready`: not yet of use, its sample is dropped. `missing`: should have a sample and
 * has none. `unlisted`: only its sample is left.
 */
export type PodState = 'ready' | 'unready' | 'missing' | 'ignored' | 'unlisted';

/** One pod and what was measured of it; usage and request are whole numbers in thousandths of the metric's unit. */
export interface PodSample {
  readonly state: PodState;
  readonly usage: number | undefined;
  readonly request: number | undefined;
}

/** `Utilization`: whole percent of the sum of requests. `AverageValue`: per pod, in thousandths. */
export interface PodsTarget {
  readonly type: 'Utilization' | 'AverageValue';
  readonly value: number;
}

/**
 * What one metric asks for. `value` is what the target is compared with, in the unit of the target; `average` is said beside a utilisation:
 * usage per pod in thousandths.
 */
export type Proposal =
  | { readonly replicas: number; readonly value: number; readonly average?: number; readonly failed?: never }
  | { readonly failed: 'NoSamples' | 'NoRequest'; readonly replicas?: never; readonly value?: never };
