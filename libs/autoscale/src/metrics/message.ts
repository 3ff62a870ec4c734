// Half sentences about metrics: without a capital at the front and a full stop at the end, to be put together with others.
import type { MetricFailure } from '../decision.ts';
import { figure, listed, spanOf } from '../explain/figure.ts';
import type { MetricPolicy } from '../policy/types.ts';
import type { SampleFailure } from './sample.ts';

/** A server that could not be read, and why. */
export interface Missing {
  readonly server: string;
  readonly why: SampleFailure | 'NotReady';
}

/** Such as `81 % per server, target 60 %`. */
export function describe({ type, kind, target }: MetricPolicy, value: number): string {
  const unit = type === 'cpu' || type === 'memory' ? ' %' : type === 'query_latency' ? ' ms' : '';
  const share = kind === 'average' || kind === 'utilization' ? ' per server' : '';
  return `${figure(value)}${unit}${share}, target ${figure(target)}${unit}`;
}

const causes: readonly (readonly [Missing['why'], string])[] = [
  ['NoSamples', 'no sample from'],
  ['Stale', 'no fresh sample from'],
  ['NotANumber', 'no usable number from'],
  ['NotReady', 'not ready:'],
];

/** Which servers could not be read, and why; undefined if all could. */
export function explainMissing(missing: readonly Missing[]): string | undefined {
  const parts = causes.flatMap(([cause, words]) => {
    const servers = missing.filter(({ why }) => why === cause).map(({ server }) => server);
    return servers.length === 0 ? [] : [`${words} ${listed(servers)}`];
  });
  return parts.length === 0 ? undefined : parts.join(', ');
}

/** Why a metric that is measured at the servers has no value. */
export function explainFailure({ name }: Pick<MetricPolicy, 'name'>, missing: readonly Missing[]): string {
  return `${name} cannot be read (${explainMissing(missing) ?? 'no server is ready'})`;
}

/** Why a metric that is measured for the pool as a whole has no value. */
export function explainTotal({ name, maxAge }: MetricPolicy, failed: MetricFailure): string {
  switch (failed) {
    case 'Stale':
      return `${name} cannot be read (the pool's sample is older than ${spanOf(maxAge)} or from the future)`;
    case 'NotANumber':
      return `${name} cannot be read (the pool's sample is not a usable number)`;
    default:
      return `${name} cannot be read (the pool has no sample of it)`;
  }
}
