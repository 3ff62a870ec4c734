import { objectKey } from '@neo4j-operator/reconcile-kit';
import { sleep, systemClock } from '@neo4j-operator/clock';
import type { BenchContext } from '../harness/context.ts';
import { buildOperators, type Operator } from '../harness/operators.ts';
import { createWidgets, widgets } from '../harness/populate.ts';
import type { Sample } from '../harness/samples.ts';
import { Stage, type User } from '../harness/stage.ts';
import { Subject } from '../harness/subject.ts';
import { type Row, samplesTable } from '../harness/table.ts';
import { type AuditEntry, isLease, isWrite } from '../../test/controlplane/src/index.ts';

const widgetCount = 10;
const usualRuns = 5;
const pollMs = 20;

type Signal = 'SIGTERM' | 'SIGKILL';

/**
 * Two replicas, the leader gets a signal, a Widget changes: how long until the other has written itself into the Lease, and until it
 * has written the Widget's ConfigMap. Times are those of the audit log, with the signal at 0.
 */
export async function benchHandOver(context: BenchContext): Promise<string> {
  const operators = (await buildOperators(context)).filter(({ name }) => name === 'Go' || name === 'kit');
  const rows: Row[] = [];
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    for (const operator of operators) rows.push(await benchOne(context, operator, signal));
  }
  return [
    '### Hand-over: seconds from the signal to the leader',
    samplesTable(rows, {
      'other is in the Lease': 'elected',
      'its first write to an object': 'firstWrite',
    }),
  ].join('\n\n');
}

async function benchOne({ quick, report }: BenchContext, operator: Operator, signal: Signal): Promise<Row> {
  const samples: Sample[] = [];
  const stage = await Stage.open();
  try {
    await createWidgets(stage, widgetCount);
    for (let run = 1; run <= (quick ? 1 : usualRuns); run++) {
      report(`hand-over: run ${run}, ${operator.name}, ${signal}`);
      samples.push(await measure(stage, operator, signal, run));
      await stage.controlPlane.kubectl(['delete', 'lease', '--all', '-n', 'default']);
    }
  } finally {
    await stage.stop();
  }
  return { name: `${operator.name}, ${signal}`, samples };
}

async function measure(stage: Stage, operator: Operator, signal: Signal, run: number): Promise<Sample> {
  const since = stage.controlPlane.audit.position();
  const leader = start(stage, operator, 'one');
  await leader.waitFor('leader', finds(stage, 'one', since, isWriteOf(isLease)));
  await stage.quiet('one', isNotLease);
  const standby = start(stage, operator, 'two');
  try {
    await standby.waitFor('candidate', finds(stage, 'two', since, isLease));
    await stage.quiet('two', isNotLease);
    const from = stage.controlPlane.audit.position();
    const told = systemClock.now();
    leader.kill(signal);
    await change(stage, `message ${signal} ${run}`);
    const elected = await standby.waitFor('leader', finds(stage, 'two', from, isWriteOf(isLease)));
    const first = await standby.waitFor('write', finds(stage, 'two', from, isWriteOf(isNotLease)));
    return { elected: (elected.stageAt - told) / 1_000, firstWrite: (first.stageAt - told) / 1_000 };
  } finally {
    await leader.stop();
    await standby.stop();
  }
}

function start(stage: Stage, operator: Operator, user: User): Subject {
  return new Subject(operator.program(widgetCount, { leaderElection: true }), stage.environment(user));
}

function change(stage: Stage, message: string): Promise<unknown> {
  return stage.withClient('bench', (client) =>
    client.jsonPatch(widgets, objectKey('default', 'widget-0'), [
      { op: 'replace', path: '/spec/message', value: message },
    ]),
  );
}

function isNotLease(entry: AuditEntry): boolean {
  return !isLease(entry) && entry.resource?.resource !== 'events';
}

function isWriteOf(matches: (entry: AuditEntry) => boolean): (entry: AuditEntry) => boolean {
  return (entry) => isWrite(entry) && entry.code < 300 && matches(entry);
}

/** Waits for a user's first request of a kind. */
async function finds(
  stage: Stage,
  user: User,
  since: number,
  matches: (entry: AuditEntry) => boolean,
): Promise<AuditEntry> {
  for (;;) {
    const found = stage.requests(user, since).find(matches);
    if (found !== undefined) return found;
    await sleep(systemClock, pollMs);
  }
}
