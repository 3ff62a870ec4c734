// What query latency says about the number of servers. Latency is not proportional to size: twice the servers do not halve it, and near
// full use it explodes. It enters through utilisation: each server is taken for a queue with processor sharing, whose response time is
// service time / (1 - utilisation). From the latency that is seen at the utilisation that is seen follows the service time, and from that
// the latency that n servers would show, with the same load spread over them.
//
// Servers have several cores, so real latency grows later and then faster than this; the model errs to the careful side when it is asked
// whether a server can go. A quantile is treated as the mean is: both are taken to stretch alike.
import { figure } from '../explain/figure.ts';
import type { Tolerance } from '../hpa/types.ts';
import type { Verdict } from '../rules/types.ts';
import { responseTimeProcessorSharing } from './queues.ts';

/** One latency metric as it is now. */
export interface LatencySignal {
  readonly metric: string;
  /** Milliseconds. */
  readonly target: number;
  /** Milliseconds; undefined if it could not be read. */
  readonly latency: number | undefined;
  /** Of the servers that serve, as a fraction of their CPU requests, and it may pass 1; undefined if it could not be read. */
  readonly utilization: number | undefined;
  /** Servers that serve. */
  readonly serving: number;
  /** Whether every server that serves could be read: only then may a server go. */
  readonly complete: boolean;
}

/** What the rule `LatencyVeto` looks at: one entry for each latency metric. */
export interface LatencyView {
  readonly signals: readonly LatencySignal[];
}

export interface LatencyProposal {
  readonly replicas: number;
  /** Why it is no more and no less; undefined if the figures say it. */
  readonly note: string | undefined;
}

/** From this utilisation on latency is mostly queue: what one request takes alone cannot be told from it any more. */
const saturated = 0.9;

/** Utilisation is measured over time and may pass 1; the service time is taken to be at least this share of the latency. */
const leastServiceShare = 0.01;

/** However fast a query is, servers are never planned to be busier than 1 less this. */
const leastSpare = 0.001;

/** Divisions end a hair above whole numbers. */
const hair = 1e-9;

/** Milliseconds that one request would take alone: latency x (1 - utilisation). */
export function serviceTime(latency: number, utilization: number): number {
  return latency * Math.max(leastServiceShare, 1 - utilization);
}

/** Milliseconds that the same load would take on `servers`; Infinity if it is more than they can serve, undefined if nothing is known. */
export function predictLatency(signal: LatencySignal, servers: number): number | undefined {
  const { latency, utilization, serving } = signal;
  if (latency === undefined || utilization === undefined || serving < 1) return undefined;
  const spread = (utilization * serving) / servers;
  return servers >= 1 ? responseTimeProcessorSharing(serviceTime(latency, utilization), spread) : Infinity;
}

/**
 * What a latency metric asks for. Above its target: enough servers that the model predicts the target, at least one more than serve now and
 * at most twice as many as are asked for. Within tolerance: no change. Below: as few as keep it below the tolerance.
 */
export function proposeFromLatency(
  signal: LatencySignal & { readonly latency: number },
  asked: number,
  tolerance: Tolerance,
): LatencyProposal {
  const { latency, utilization, target, serving } = signal;
  const lower = target * (1 - tolerance.down);
  if (latency > target * (1 + tolerance.up)) return boost(signal, asked);
  if (latency >= lower) return { replicas: asked, note: undefined };
  if (utilization === undefined) return { replicas: asked, note: noUtilization };
  if (!signal.complete) return { replicas: asked, note: 'not every server could be read' };
  const needed = serversNeeded(serviceTime(latency, utilization), lower, utilization * serving);
  return { replicas: Math.min(asked, needed ?? asked), note: undefined };
}

/**
 * Keeps servers that the latency targets need: the number is raised, at most to what is asked for now, until the model predicts a latency
 * within every target. Where latency or utilisation is not known for all servers, none goes.
 *
 * @param view undefined if the pool has no latency metric.
 * @param asked how many servers are asked for now.
 * @param replicas how many are wanted.
 */
export function latencyVeto(view: LatencyView | undefined, asked: number, replicas: number): Verdict {
  if (view === undefined || !(replicas < asked)) return undefined;
  return view.signals.reduce<Verdict>((strictest, signal) => {
    const verdict = vetoOf(signal, asked, replicas);
    return verdict !== undefined && verdict.replicas > (strictest?.replicas ?? replicas)
      ? verdict
      : strictest;
  }, undefined);
}

const noUtilization =
  'how busy the servers are is not known: fewer servers need a cpu sample and a CPU request of each';

function boost(signal: LatencySignal & { readonly latency: number }, asked: number): LatencyProposal {
  const { latency, utilization, target, serving } = signal;
  const oneMore = Math.max(asked, serving + 1);
  if (utilization === undefined) return { replicas: oneMore, note: noUtilization };
  const alone = serviceTime(latency, utilization);
  const busy = utilization >= saturated;
  if (!busy && alone >= target) {
    return {
      replicas: asked,
      note: 'it is not from load: a query alone takes longer, more servers do not help',
    };
  }
  const work = utilization * serving;
  const needed = serversNeeded(busy ? Math.min(alone, target / 2) : alone, target, work) ?? oneMore;
  const most = Math.max(2 * asked, 1);
  return { replicas: Math.max(asked, Math.min(most, Math.max(oneMore, needed))), note: undefined };
}

function vetoOf(signal: LatencySignal, asked: number, replicas: number): Verdict {
  const { metric, latency, utilization, target, serving } = signal;
  if (latency === undefined || utilization === undefined || !signal.complete || serving < 1) {
    const missing = latency === undefined ? metric : `use of cpu or the ${metric}`;
    return { replicas: asked, message: `The ${missing} is not known for every server, so none is removed.` };
  }
  const needed = serversNeeded(serviceTime(latency, utilization), target, utilization * serving) ?? asked;
  const kept = Math.min(asked, Math.max(replicas, needed));
  if (kept === replicas) return undefined;
  const predicted = predictLatency(signal, replicas) ?? Infinity;
  const would = Number.isFinite(predicted) ? `would be ${figure(predicted)} ms` : 'would grow without end';
  return {
    replicas: kept,
    message: `With ${replicas} servers ${metric} ${would}; its target is ${figure(target)} ms.`,
  };
}

/** The fewest servers that meet the target: n with work / n <= 1 - alone / target. Undefined if no number of them does. */
function serversNeeded(alone: number, target: number, work: number): number | undefined {
  if (!(alone < target)) return undefined;
  return Math.max(1, Math.ceil(work / (1 - Math.max(alone / target, leastSpare)) - hair));
}
