// Flags that describe the simulated pool, the same for every command that replays.
import { comparedPool } from '../compare/setting.ts';
import type { SimulatedPool } from '../replay/types.ts';
import type { Arguments, Flags } from './arguments.ts';

export const traceFlags: Flags = {
  'time-column': {
    kind: 'text',
    value: 'NAME',
    help: 'column of the times, by name or number (default: guessed)',
  },
  'value-column': {
    kind: 'text',
    value: 'NAME',
    help: 'column of the load: events in each row (default: guessed)',
  },
};

export const poolFlags: Flags = {
  capacity: {
    kind: 'text',
    value: 'N',
    help: "events per second that a server serves (default: so that 8 serve 99 % of the trace's first third)",
  },
  spread: {
    kind: 'text',
    value: 'N',
    help: 'spread of the join delay: standard deviation of its logarithm (default: 0.2)',
  },
  drain: { kind: 'text', value: 'TIME', help: 'how long a server that is to go still costs (default: 2m)' },
  mtbf: {
    kind: 'text',
    value: 'TIME',
    help: 'mean time between failures of a server, or none (default: 30d)',
  },
  repair: { kind: 'text', value: 'TIME', help: 'how long a failed server is gone (default: 10m)' },
  missing: { kind: 'text', value: 'SHARE', help: 'share of samples that get lost (default: 0.1%)' },
  interval: {
    kind: 'text',
    value: 'TIME',
    help: 'time between two evaluations (default: 1m, 3m from a join delay of 10m on, 5m from 30m on)',
  },
  seed: { kind: 'text', value: 'N', help: 'seed of failures and of the load between rows (default: 1)' },
};

/** What the flags change in the simulated pool. @throws UsageError */
export function poolChanges(args: Arguments): Partial<Omit<SimulatedPool, 'joinDelay'>> {
  const changes = {
    capacity: args.number('capacity', { min: Number.MIN_VALUE, max: Number.MAX_VALUE }),
    joinSpread: args.number('spread', { min: 0, max: 3 }),
    drainDelay: args.duration('drain'),
    repairTime: args.duration('repair'),
    missingSamples: args.share('missing'),
  };
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  if (args.text('mtbf') === 'none') return { ...given, meanTimeBetweenFailures: undefined };
  const meanTimeBetweenFailures = args.duration('mtbf');
  return meanTimeBetweenFailures === undefined ? given : { ...given, meanTimeBetweenFailures };
}

/** The whole pool. @throws UsageError */
export function poolOf(args: Arguments, capacity: number, joinDelay: number): SimulatedPool {
  return { ...comparedPool(capacity, joinDelay), ...poolChanges(args) };
}

export function seedOf(args: Arguments): number {
  return args.number('seed', { min: 0, max: 2 ** 32 - 1 }) ?? 1;
}
