import { capacityOf, endOf, intervalFor } from '../../compare/setting.ts';
import { figure, spanOf } from '../../explain/figure.ts';
import type { MetricPolicy, Policy } from '../../policy/types.ts';
import { replaySvg } from '../../replay/plot.ts';
import { replayJson, replayTable } from '../../replay/report.ts';
import { UsageError } from '../arguments.ts';
import type { Command } from '../command.ts';
import { readPolicy, readTraceFile, writeFile } from '../files.ts';
import { poolFlags, poolOf, seedOf, traceFlags } from '../pool-flags.ts';

/** Targets above what a server takes, of which `--capacity` that was not given is often the reason. */
function tooHigh({ pools }: Policy, capacity: number): readonly MetricPolicy[] {
  const { metrics } = pools.secondaries ?? pools.primaries ?? { metrics: [] };
  return metrics.filter(({ type, target }) => type === 'throughput' && target > capacity);
}

/** Nearly four years of minutes. A single wrong time can make a load of an hour last for decades. */
const mostSteps = 2_000_000;

export const replay: Command = {
  summary: 'plays a policy over a recorded load through a simulated pool and says how well it did',
  synopsis: '--trace FILE.csv --policy FILE.yaml [OPTIONS]',
  notes:
    'Targets are used as they stand in the policy. A metric of the load is measured in events per second.',
  flags: {
    trace: {
      kind: 'text',
      value: 'FILE',
      help: 'the recorded load: CSV with a column of times and one of values',
    },
    policy: {
      kind: 'text',
      value: 'FILE',
      help: 'the policy, as YAML or JSON: spec.autoScaling, or a whole Neo4jEnterpriseCluster',
    },
    'join-delay': { kind: 'text', value: 'TIME', help: 'how long a server takes to join (default: 5m)' },
    'warm-up': {
      kind: 'text',
      value: 'SHARE',
      help: 'share of the trace that only fills the history (default: a third)',
    },
    json: { kind: 'text', value: 'FILE', help: 'where to write the result as JSON' },
    svg: { kind: 'text', value: 'FILE', help: 'where to write a picture of demand, supply and forecast' },
    ...poolFlags,
    ...traceFlags,
  },
  run: (args, io, tools) => {
    const trace = readTraceFile(args.required('trace'), args, io);
    const { policy } = readPolicy(args.required('policy'), io);
    const joinDelay = args.duration('join-delay') ?? 300_000;
    const interval = args.duration('interval') ?? intervalFor(joinDelay);
    const capacity =
      args.number('capacity', { min: Number.MIN_VALUE, max: Number.MAX_VALUE }) ?? capacityOf(trace);
    if (capacity === undefined)
      throw new UsageError(
        `--capacity is missing, and ${trace.name} has no load in its first third that tells it`,
      );
    const start = trace.times[0] ?? 0;
    const length = endOf(trace) - start;
    if (length > mostSteps * interval)
      throw new UsageError(
        `${trace.name} is ${spanOf(length)} long, which is more than ${figure(mostSteps)} times an interval of ${spanOf(interval)}: give a longer --interval, and look for wrong times in it`,
      );
    const warmUp = args.share('warm-up') ?? 1 / 3;
    if ((1 - warmUp) * length < interval)
      throw new UsageError(
        `nothing of ${trace.name} would be scored: give a longer load, a shorter --interval or a smaller --warm-up`,
      );
    const result = tools.replay({
      trace,
      policy: { ...policy, interval },
      pool: poolOf(args, capacity, joinDelay),
      interval,
      seed: seedOf(args),
      scoreFrom: start + warmUp * length,
    });
    if (args.text('capacity') === undefined)
      io.print(
        `capacity of a server: ${figure(capacity)} events per second (from the first third of the trace)`,
      );
    io.print(replayTable(result).trimEnd());
    for (const { name, target } of tooHigh(policy, capacity))
      io.note(
        `the target of ${name} is ${figure(target)}, and a server takes ${figure(capacity)} events per second: with a target above that, servers come too late`,
      );
    const jsonFile = args.text('json');
    if (jsonFile !== undefined) writeFile(jsonFile, replayJson(result), io);
    const svgFile = args.text('svg');
    if (svgFile !== undefined) writeFile(svgFile, replaySvg(result), io);
    return 0;
  },
};
