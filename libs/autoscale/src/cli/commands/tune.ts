import { intervalFor } from '../../compare/setting.ts';
import { percent, table } from '../../compare/text.ts';
import { tune as tuneTargets, type TuneReport, type TunedRun } from '../../compare/tune.ts';
import { figure } from '../../explain/figure.ts';
import { UsageError } from '../arguments.ts';
import type { Command } from '../command.ts';
import { readPolicy, readTraceFile } from '../files.ts';
import { poolChanges, poolFlags, seedOf, traceFlags } from '../pool-flags.ts';
import { json } from './compare.ts';

export const tune: Command = {
  summary: 'proposes the highest targets that keep a wished share of violations on the recorded past',
  synopsis: '--trace FILE.csv --policy FILE.yaml --violations SHARE [OPTIONS]',
  notes:
    'The first third of the past fills the history, the second is what the choice is made on, the last shows whether it holds. Exit code: 1 if no\ntarget keeps the wish.',
  flags: {
    trace: { kind: 'text', value: 'FILE', help: 'the recorded load, CSV' },
    policy: { kind: 'text', value: 'FILE', help: 'the policy whose targets are to be set, YAML' },
    violations: {
      kind: 'text',
      value: 'SHARE',
      help: 'share of steps with more load than capacity that is allowed, such as 0.1%',
    },
    'join-delay': { kind: 'text', value: 'TIME', help: 'how long a server takes to join (default: 5m)' },
    json: { kind: 'switch', help: 'print the report as JSON' },
    ...poolFlags,
    ...traceFlags,
  },
  run: (args, io, tools) => {
    const violationRate = args.share('violations');
    if (violationRate === undefined)
      throw new UsageError('--violations is missing: give a share such as 0.1%');
    const joinDelay = args.duration('join-delay') ?? 300_000;
    const report = tuneTargets(
      {
        trace: readTraceFile(args.required('trace'), args, io),
        policy: readPolicy(args.required('policy'), io).spec,
        violationRate,
        joinDelay,
        seed: seedOf(args),
        pool: poolChanges(args),
        interval: args.duration('interval') ?? intervalFor(joinDelay),
      },
      tools,
    );
    io.print(args.isOn('json') ? json(report).trimEnd() : tuneText(report));
    return report.proposal === undefined ? 1 : 0;
  },
};

function tuneText(report: TuneReport): string {
  const rows = report.runs.map((run) => [
    targetsOf(run),
    percent(run.chosenOn.violationRate.estimate),
    `${percent(run.chosenOn.violationRate.lower)} to ${percent(run.chosenOn.violationRate.upper)}`,
    figure(run.chosenOn.serverHours),
    percent(run.checkedOn.violationRate.estimate),
    figure(run.checkedOn.serverHours),
  ]);
  const head = [
    'target',
    'violations',
    '95 % interval',
    'server-hours',
    'checked: violations',
    'server-hours',
  ];
  return `${table([head, ...rows])}\n${proposalOf(report)}`;
}

function proposalOf({ wished, capacity, proposal, heldUp }: TuneReport): string {
  const given = `At ${figure(capacity)} events per second and server`;
  if (proposal === undefined)
    return `${given} no target keeps violations at ${percent(wished)}: allow more of them, more servers, or make servers join faster.`;
  const { chosenOn, checkedOn } = proposal;
  const { lower, upper } = chosenOn.violationRate;
  const checked = percent(checkedOn.violationRate.estimate);
  return (
    `${given} choose ${targetsOf(proposal)}: ${percent(chosenOn.violationRate.estimate)} violations (95 % interval ${percent(lower)} to ${percent(upper)}) over ${chosenOn.days} days. ` +
    (heldUp === true
      ? `It held up on the ${checkedOn.days} days after them, with ${checked}.`
      : `It did not hold up on the ${checkedOn.days} days after them, with ${checked}: choose a lower one.`)
  );
}

/** As they are to be written into the policy. */
function targetsOf({ targets }: TunedRun): string {
  return targets
    .map(({ pool, metric, target }) => `${pool}.${metric} ${Number(target.toPrecision(3))}`)
    .join(', ');
}
