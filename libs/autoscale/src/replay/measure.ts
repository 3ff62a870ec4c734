// What is measured of a simulated pool under a load.
import type {
  DatabaseObservation,
  Observation,
  PoolName,
  PoolObservation,
  Sample,
  ServerObservation,
} from '../observation.ts';
import type { MetricPolicy, PoolPolicy } from '../policy/types.ts';
import { chance } from './random.ts';
import type { SimulatedServer } from './server-pool.ts';
import type { SimulatedPool } from './types.ts';

/** Cores that each server requests. */
const CORES = 4;
/** Milliseconds that a query takes on an idle server. */
const SERVICE_TIME = 20;
/** A client gives up where queues would make it wait for more than a hundred times that. */
const LONGEST_QUEUE = 0.99;
const IDLE_MEMORY = 40;
const BUSY_MEMORY = 75;

const LOST_SAMPLES = 3;

/** What a metric is at a load of `rate` events per second over `serving` servers. */
interface Load {
  readonly rate: number;
  readonly serving: number;
  readonly capacity: number;
}

export interface Moment {
  readonly now: number;
  /** Events per second; NaN if unknown. */
  readonly rate: number;
  /** Number of the step: which samples get lost depends on it. */
  readonly step: number;
  readonly desired: number;
  readonly servers: readonly SimulatedServer[];
  readonly serving: number;
}

/**
 * Makes observations of the pool: the load as `throughput`, one open connection for each event per second, cores in use up to what is
 * requested, latency of a server that shares itself between all its queries (M/G/1-PS), a heap that grows with use. A custom metric is the
 * load too, with `targetType: Value` that of a mean server.
 */
export function observer(
  name: PoolName,
  policy: PoolPolicy,
  pool: SimulatedPool,
  seed: number,
): (moment: Moment) => Observation {
  const measured = measuredMetrics(policy);
  const ofPool = policy.metrics.filter(({ type }) => type !== 'cpu' && type !== 'memory');
  const databases = name === 'primaries' ? [databaseOf(policy)] : undefined;

  const lost = (step: number, number: number): boolean =>
    pool.missingSamples > 0 && chance(seed, LOST_SAMPLES, step, number) < pool.missingSamples;

  const serverOf = (
    server: SimulatedServer,
    moment: Moment,
    samples: Readonly<Record<string, Sample>>,
    votes: boolean,
  ): ServerObservation => {
    const { name: called, state, zone, createdAt, joinedAt, slot } = server;
    return {
      name: called,
      state,
      zone,
      createdAt,
      cpuRequest: CORES,
      ...(joinedAt <= moment.now && { readySince: joinedAt }),
      ...(votes && { primaryOf: ['neo4j'] }),
      ...(state === 'ready' && !lost(moment.step, slot) && { samples }),
    };
  };

  return (moment) => {
    const { now, rate, serving, servers, step, desired } = moment;
    const load = { rate, serving, capacity: pool.capacity };
    const samples = samplesOf(measured, 'server', load, now);
    const voters = databases === undefined ? 0 : policy.minReplicas;
    let votes = 0;
    const observed: PoolObservation = {
      desired,
      servers: servers.map((server) => {
        const hosts = server.joinedAt <= now && votes < voters && server.state !== 'draining';
        if (hosts) votes++;
        return serverOf(server, moment, samples, hosts);
      }),
      samples: samplesOf(
        ofPool.filter((_, index) => !lost(step, -1 - index)),
        'pool',
        load,
        now,
      ),
    };
    return { pools: { [name]: observed }, ...(databases !== undefined && { databases }) };
  };
}

/** The metrics of the policy, and the use of CPU, which latency is judged with. */
function measuredMetrics({ metrics }: PoolPolicy): readonly Measured[] {
  const hasCpu = metrics.some(({ type }) => type === 'cpu');
  return hasCpu ? metrics : [...metrics, { name: 'cpu', type: 'cpu', kind: 'utilization' }];
}

type Measured = Pick<MetricPolicy, 'name' | 'type' | 'kind'>;

/** One database with as many primaries as the pool has at least. */
function databaseOf({ minReplicas }: PoolPolicy): DatabaseObservation {
  return { name: 'neo4j', primaries: minReplicas, secondaries: 0 };
}

function samplesOf(
  metrics: readonly Measured[],
  of: 'pool' | 'server',
  load: Load,
  now: number,
): Readonly<Record<string, Sample>> {
  const samples: Record<string, Sample> = {};
  for (const metric of metrics) {
    const value = valueOf(metric, of, load);
    if (Number.isFinite(value)) samples[metric.name] = { value, time: now };
  }
  return samples;
}

function valueOf({ type, kind }: Measured, of: 'pool' | 'server', { rate, serving, capacity }: Load): number {
  const share = rate / serving;
  const use = share / capacity;
  switch (type) {
    case 'cpu':
      return CORES * Math.min(1, use);
    case 'memory':
      return IDLE_MEMORY + (BUSY_MEMORY - IDLE_MEMORY) * Math.min(1, use);
    case 'query_latency':
      return SERVICE_TIME / (1 - Math.min(LONGEST_QUEUE, use));
    case 'throughput':
    case 'connection_count':
      return of === 'pool' ? rate : share;
    case 'custom':
      return of === 'pool' && kind !== 'value' ? rate : share;
  }
}
