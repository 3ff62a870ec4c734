// A life of a cluster, drawn from a seed, with everything that can go wrong.
import { seededRng } from '@neo4j-operator/clock';
import { describeWrite, isEvent, NotInTime, type Stage, type Write } from '../../stage/src/index.ts';
import { beginTrouble } from './simulation-faults.spec-helper.ts';
import { watchSimulation } from './simulation-invariants.spec-helper.ts';
import { drawLife, happens } from './simulation-life.spec-helper.ts';
import { findings } from './simulation-oracle.spec-helper.ts';
import { createPast, enact, enactWish } from './simulation-user.spec-helper.ts';
import { describeFailure, followObjects, type Trace } from './simulation-trace.spec-helper.ts';
import { describeWish } from './simulation-wish.spec-helper.ts';
import { cluster, isCondition, openThread } from './thread.spec-helper.ts';

/** How long a cluster may take, once nothing goes wrong any more. */
const convergenceMs = 15 * 60_000;
/** Longer than a statement waits that was sent while a server was mute. */
const aftermathMs = 20_000;
const quietMs = 60_000;

/**
 * Lives one life: the same for the same seed.
 *
 * @throws Error that says what did not hold, and the line that reproduces it
 */
export async function simulate(seed: number, trace: Trace = () => undefined): Promise<void> {
  const rng = seededRng(seed);
  const life = drawLife(rng);
  const { stage, invariants } = await openThread({ seed });
  const lines: string[] = [];
  const tell: Trace = (line) => {
    const at = `${(stage.clock.monotonic() / 1000).toFixed(2)}s`.padStart(9);
    lines.push(`${at} ${line}`);
    trace(`${at} ${line}`);
  };
  const own = watchSimulation(stage, tell);
  followObjects(stage, tell);
  const check = (): void => {
    invariants.check();
    own.check();
  };
  try {
    stage.startOperator();
    const past = createPast();
    const trouble = beginTrouble(stage, rng, tell);
    let wish = { cluster: undefined, databases: new Map() } as typeof life.start;
    tell(`start: ${describeWish(life.start)}`);
    await enactWish(stage, wish, life.start, past);
    wish = life.start;
    await stage.advance(happens(rng, 0.7) ? 30_000 : rng.next() * 20_000);
    for (const edit of life.edits) {
      tell(`${edit.what}: ${describeWish(edit.refused ?? edit.to)}`);
      await enact(stage, wish, edit, past);
      wish = edit.to;
      await stage.advance(edit.pauseMs);
      await own.note();
      check();
    }
    await trouble.stop();
    await converge(stage, () => findings(stage, wish, past));
    // What the last of it leads to, such as another list of hosted databases in a status.
    await stage.advance(aftermathMs);
    await converge(stage, () => findings(stage, wish, past));
    // What runs beside a mistake is still on its way to where it can get, and what is held back becomes a problem after a while.
    if (
      isCondition(cluster(stage), 'Stalled', 'True') ||
      isCondition(cluster(stage), 'Reconciling', 'True')
    ) {
      await untilQuiet(stage);
    }
    tell('as it should be');
    check();
    await own.checkNotes();
    const since = stage.clock.now();
    const writes = await stage.writesDuring(quietMs);
    expectNone(
      'the operator goes on writing',
      writes.filter((write) => !isLateEvent(write, since)).map(describeWrite),
    );
    expectNone('it did not stay as it was', findings(stage, wish, past));
    check();
    if (happens(rng, 0.15)) await startAnew(stage, tell);
  } catch (error) {
    throw new Error(describeFailure(stage, error, lines), { cause: error });
  } finally {
    await stage.close();
  }
}

async function converge(stage: Stage, wrong: () => readonly string[]): Promise<void> {
  try {
    await stage.until(() => wrong().length === 0, convergenceMs, 1000);
  } catch (error) {
    if (!(error instanceof NotInTime)) throw error;
    throw new Error(['it is not as it should be:', ...wrong()].join('\n  '), { cause: error });
  }
}

async function untilQuiet(stage: Stage): Promise<void> {
  const { writes } = stage.ledger;
  await stage.until(() => (writes.at(-1)?.atMs ?? 0) < stage.clock.now() - quietMs, convergenceMs, 1000);
}

function expectNone(what: string, found: readonly string[]): void {
  if (found.length > 0) throw new Error([`${what}:`, ...found].join('\n  '));
}

/** An operator that finds everything as it should be has nothing to write. */
async function startAnew(stage: Stage, tell: Trace): Promise<void> {
  tell('the operator is started anew');
  await stage.stopOperator();
  stage.startOperator();
  expectNone('the new one writes', (await stage.writesDuring(quietMs)).map(describeWrite));
}

/** The end of a series of Events is told a while after the last of them. */
function isLateEvent(write: Write, since: number): boolean {
  if (write.kind !== 'kube' || write.method !== 'PATCH' || !isEvent(write)) return false;
  const [, last] = /"lastObservedTime":"([^"]+)"/.exec(write.body) ?? [];
  return last !== undefined && Date.parse(last) <= since;
}
