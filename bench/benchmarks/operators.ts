import { type BenchContext } from '../harness/context.ts';
import { buildOperators } from '../harness/operators.ts';
import { createWidgets } from '../harness/populate.ts';
import { column, ratios, type Sample, spread } from '../harness/samples.ts';
import { Stage } from '../harness/stage.ts';
import type { Program } from '../harness/subject.ts';
import { markdownTable, type Row, samplesTable } from '../harness/table.ts';
import { buildTinyOperator } from '../harness/tiny-operator.ts';
import { measureOperator, type Milestones, told } from './measure-operator.ts';

const widgetCount = 1_000;

const situations = ['0 Widgets', '1,000 fresh', '1,000 restarted'] as const;

interface Contestant {
  readonly name: string;
  readonly program: (widgets: number) => Program;
  readonly milestones: (widgets: number) => Milestones;
}

/** Operators from start to settled, and then for a quiet minute. Each run of each has a control plane of its own. */
export async function benchOperators(context: BenchContext): Promise<string> {
  const contestants: readonly Contestant[] = [
    ...(await buildOperators(context)).map(({ name, program }) => ({
      name,
      program,
      milestones: () => told,
    })),
    await buildTinyOperator(context),
  ];
  const measured = new Map<string, Sample[]>();
  for (let run = 1; run <= context.runs; run++) {
    for (const contestant of contestants) {
      context.report(`operators: run ${run}, ${contestant.name}`);
      const samples = await measureContestant(contestant, context.quick ? 5_000 : 60_000);
      for (const situation of situations) {
        const name = rowName(situation, contestant.name);
        measured.set(name, [...(measured.get(name) ?? []), samples[situation]]);
      }
    }
  }
  return report(
    measured,
    contestants.map(({ name }) => name),
  );
}

async function measureContestant(
  { program, milestones }: Contestant,
  quietMs: number,
): Promise<Readonly<Record<(typeof situations)[number], Sample>>> {
  const stage = await Stage.open();
  const measure = (widgets: number, quiet?: number): Promise<Sample> =>
    measureOperator(stage, program(widgets), { milestones: milestones(widgets), quietMs: quiet });
  try {
    const empty = await measure(0);
    await createWidgets(stage, widgetCount);
    const fresh = await measure(widgetCount);
    const restarted = await measure(widgetCount, quietMs);
    return { '0 Widgets': empty, '1,000 fresh': fresh, '1,000 restarted': restarted };
  } finally {
    await stage.stop();
  }
}

function report(measured: ReadonlyMap<string, readonly Sample[]>, names: readonly string[]): string {
  const rows = situations.flatMap((situation) =>
    names.map((name): Row => {
      const row = rowName(situation, name);
      return { name: row, samples: measured.get(row) ?? [] };
    }),
  );
  return [
    '### Operators: start and settle',
    samplesTable(rows, {
      'synced ms': 'synced',
      'settled ms': 'settled',
      'CPU ms': 'cpuMs',
      'RSS MB': 'rssMb',
      'HWM MB': 'hwmMb',
    }),
    '### Operators: requests until quiet',
    samplesTable(rows, {
      all: 'requests',
      reads: 'reads',
      POST: 'creates',
      'PATCH and PUT': 'patches',
      'status writes': 'statusWrites',
      conflicts: 'conflicts',
    }),
    '### Operators: a quiet minute',
    samplesTable(
      rows.filter(({ samples }) => column(samples, 'quietRequests').length > 0),
      { requests: 'quietRequests', 'CPU ms': 'quietCpuMs', 'RSS MB after': 'quietRssMb' },
    ),
    '### Operators: the kit in proportion to the others',
    ratioTable(measured, names),
  ].join('\n\n');
}

function ratioTable(measured: ReadonlyMap<string, readonly Sample[]>, names: readonly string[]): string {
  const columns = ['synced', 'settled', 'cpuMs', 'rssMb', 'requests'];
  const others = names.filter((name) => name === 'Go' || name === 'client-node');
  const rows = situations.flatMap((situation) =>
    others.map((other) => [
      `${situation}: kit / ${other}`,
      ...columns.map((name) =>
        spread(
          ratios(
            measured.get(rowName(situation, 'kit')) ?? [],
            measured.get(rowName(situation, other)) ?? [],
            name,
          ),
        ),
      ),
    ]),
  );
  return markdownTable(['', 'synced', 'settled', 'CPU', 'RSS', 'requests'], rows);
}

function rowName(situation: string, name: string): string {
  return `${situation}, ${name}`;
}
