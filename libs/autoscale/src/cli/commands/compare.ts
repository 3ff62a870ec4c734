import { casesOf } from '../../compare/cases.ts';
import { defaultContenders } from '../../compare/contenders.ts';
import { frontsSvg } from '../../compare/fronts-svg.ts';
import { comparisonMarkdown, comparisonTable, outcomeLine } from '../../compare/report.ts';
import type { ComparisonOptions, ComparisonReport } from '../../compare/types.ts';
import { syntheticFamilies, syntheticTrace } from '../../replay/synthetic.ts';
import type { Contender, Trace } from '../../replay/types.ts';
import { type Arguments, type Flags, readDuration, UsageError } from '../arguments.ts';
import type { Command, ExitCode } from '../command.ts';
import { baseName, readPolicy, readTraceFile, writeFile } from '../files.ts';
import type { Io } from '../io.ts';
import { poolChanges, poolFlags, seedOf, traceFlags } from '../pool-flags.ts';

/** Flags of everything that compares. */
export const comparisonFlags: Flags = {
  trace: { kind: 'list', value: 'FILE', help: 'a recorded load, CSV; as often as wanted' },
  family: {
    kind: 'list',
    value: 'NAME',
    help: `a synthetic load: ${syntheticFamilies.join(', ')}; NAME:SEED for another seed than --seed`,
  },
  days: { kind: 'text', value: 'N', help: 'length of synthetic loads (default: 84)' },
  policy: {
    kind: 'list',
    value: 'FILE',
    help: 'a policy to compare, YAML (default: the default policy with forecasts in mode Active)',
  },
  baseline: {
    kind: 'text',
    value: 'FILE',
    help: 'the policy to compare with (default: the default policy without forecasts, hpa)',
  },
  delay: { kind: 'list', value: 'TIME', help: 'a join delay (default: 5m, 15m and 60m)' },
  resamples: { kind: 'text', value: 'N', help: 'resamples of the interval (default: 1000)' },
  jobs: { kind: 'text', value: 'N', help: 'cases at a time (default: one for each core)' },
  ...poolFlags,
  ...traceFlags,
};

export const compare: Command = {
  summary:
    'sweeps the targets of policies over many loads and says which needs fewer servers at equal violations',
  synopsis: '[--trace FILE.csv]... [--family NAME]... [OPTIONS]',
  notes:
    'All policies have 1 to 32 secondaries, the same capacity, delays and failures; only targets are swept. The first third of a load fills the\nhistory. A load counts only for delays of at least its own step.',
  flags: {
    ...comparisonFlags,
    out: { kind: 'text', value: 'DIR', help: 'where to write comparison.json, comparison.md and fronts.svg' },
    json: { kind: 'switch', help: 'print the report as JSON' },
  },
  run: async (args, io): Promise<ExitCode> => {
    const report = await runComparison(comparisonOf(args, io), args, io);
    const out = args.text('out');
    if (out !== undefined) {
      writeFile(`${out}/comparison.json`, json(report), io);
      writeFile(`${out}/comparison.md`, comparisonMarkdown(report, 'fronts.svg'), io);
      writeFile(`${out}/fronts.svg`, frontsSvg(report), io);
    }
    io.print((args.isOn('json') ? json(report) : comparisonTable(report)).trimEnd());
    return 0;
  },
};

/** What the flags ask for. @throws UsageError */
export function comparisonOf(args: Arguments, io: Io): ComparisonOptions {
  const seed = seedOf(args);
  const traces = [
    ...args.list('trace').map((path) => readTraceFile(path, args, io)),
    ...args.list('family').map((family) => syntheticOf(family, seed, args)),
  ];
  if (traces.length === 0) throw new UsageError('there is no load: give --trace FILE.csv or --family daily');
  const delays = args.list('delay').map((delay) => readDuration('delay', delay));
  const interval = args.duration('interval');
  const resamples = args.number('resamples', { min: 1, max: 1e6 });
  return {
    traces,
    seed,
    ...contendersOf(args, io),
    pool: poolChanges(args),
    ...(delays.length > 0 && { delays }),
    ...(interval !== undefined && { interval }),
    ...(resamples !== undefined && { resamples: Math.round(resamples) }),
  };
}

/** Runs the cases in as many threads as wanted, and says on the way what came of each. */
export async function runComparison(
  options: ComparisonOptions,
  args: Arguments,
  io: Io,
): Promise<ComparisonReport> {
  const { cases, skipped, baseline } = casesOf(options);
  const jobs = Math.floor(args.number('jobs', { min: 1, max: 256 }) ?? io.cores);
  let finished = 0;
  const reports = await io.runCases(cases, jobs, (report) => {
    finished += 1;
    io.note(`${finished}/${cases.length} ${outcomeLine(report)}`);
  });
  return { seed: options.seed, baseline, cases: reports, skipped };
}

export function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 1)}\n`;
}

function contendersOf(args: Arguments, io: Io): Pick<ComparisonOptions, 'contenders' | 'baseline'> {
  const read = (path: string): Contender => ({ name: baseName(path), policy: readPolicy(path, io).spec });
  const [predictive, hpa] = defaultContenders;
  const policies = args.list('policy');
  const against = args.text('baseline');
  const baseline = against === undefined ? hpa : read(against);
  const others = policies.length === 0 ? [predictive] : policies.map(read);
  const contenders = [...others, baseline].filter((one) => one !== undefined);
  return { contenders, baseline: baseline?.name ?? '' };
}

function syntheticOf(text: string, seed: number, args: Arguments): Trace {
  const [name, own] = text.split(':');
  const family = syntheticFamilies.find((one) => one === name);
  if (family === undefined)
    throw new UsageError(`there is no family '${name ?? ''}': there are ${syntheticFamilies.join(', ')}`);
  const chosen = own === undefined ? seed : Number(own);
  if (!Number.isInteger(chosen))
    throw new UsageError(`--family is '${text}': give NAME:SEED with a whole number`);
  const days = args.number('days', { min: 1, max: 3650 });
  return syntheticTrace(family, chosen, days === undefined ? {} : { days });
}
