import { sleep, systemClock } from '@neo4j-operator/clock';
import { isWrite } from '../../test/controlplane/src/index.ts';
import { startSimulatedControlPlane } from '../../test/controlplane/src/simulated.ts';
import { type OperatorProcess, RealStage } from '../../test/stage/src/index.ts';
import { bundle, optional } from '../harness/bundle.ts';
import type { BenchContext } from '../harness/context.ts';
import type { Sample } from '../harness/samples.ts';
import { samplesTable } from '../harness/table.ts';
import { Fleet, passTimes, serversEach, usage } from '../operator/fleet.ts';
import { between, quantileMs } from '../operator/pass-times.ts';

/** So many have room in the memory of a node of the stage. */
const podsPerNode = 12;
/** How often each cluster is touched: five hundred passes and more make a hundredth of them. */
const touches = 3;
/** Often enough to be exact to some milliseconds. */
const askMs = 5;

/**
 * The operator as it is shipped, a process of its own, on the simulated control plane with simulated servers, which share another process
 * and the cores with it.
 */
export async function benchOperator(context: BenchContext): Promise<string> {
  const { args } = await bundle('../apps/operator/src/main.ts', context.dir, optional);
  const [file = ''] = args;
  const clusters = context.quick ? 10 : 200;
  const starts: Sample[] = [];
  const fleets: Sample[] = [];
  for (let run = 1; run <= context.runs; run++) {
    context.report(`operator: start, run ${run}`);
    starts.push(await onStage(file, 0, (stage) => measureStart(stage)));
    context.report(`operator: ${clusters} clusters, run ${run}`);
    fleets.push(await onStage(file, clusters, (stage) => measureFleet(stage, clusters, context)));
  }
  context.record('operator', { clusters, serversEach, starts, fleets });
  const name = `${clusters} clusters of ${serversEach}`;
  return [
    '### Operator: start with nothing to do',
    samplesTable([{ name: 'operator', samples: starts }], {
      'ready ms': 'readyMs',
      'CPU ms': 'cpuMs',
      'RSS MB': 'rssMb',
    }),
    '### Operator: many clusters made at once',
    samplesTable([{ name, samples: fleets }], {
      'settled s': 'settledS',
      'CPU s': 'cpuS',
      requests: 'requests',
      statements: 'statements',
      'RSS MB': 'rssMb',
      'HWM MB': 'hwmMb',
    }),
    '### Operator: the same, settled',
    samplesTable([{ name, samples: fleets }], {
      'requests per minute': 'minuteRequests',
      'of which writes': 'minuteWrites',
      'statements per minute': 'minuteStatements',
      'CPU ms per minute': 'minuteCpuMs',
      'RSS MB after it': 'minuteRssMb',
      'a pass that changes nothing, p99 ms': 'noopP99Ms',
      'mean ms': 'noopMeanMs',
      'CPU ms each': 'noopCpuMs',
    }),
    '### Operator: started again beside them',
    samplesTable([{ name, samples: fleets }], {
      'ready ms': 'againReadyMs',
      'each looked at s': 'againSettledS',
      writes: 'againWrites',
      'RSS MB': 'againRssMb',
      'HWM MB': 'againHwmMb',
    }),
  ].join('\n\n');
}

async function onStage(
  file: string,
  clusters: number,
  measure: (stage: RealStage) => Promise<Sample>,
): Promise<Sample> {
  const nodes = Math.max(3, Math.ceil((clusters * serversEach) / podsPerNode));
  const stage = await RealStage.open(startSimulatedControlPlane, { bundle: file, nodes });
  try {
    return await measure(stage);
  } finally {
    await stage.close();
  }
}

async function measureStart(stage: RealStage): Promise<Sample> {
  const { operator, readyMs } = await start(stage);
  await sleep(systemClock, 1_000);
  const { cpuMs, rssMb } = usage(operator);
  return { readyMs, cpuMs, rssMb };
}

async function measureFleet(
  stage: RealStage,
  clusters: number,
  { quick, report }: BenchContext,
): Promise<Sample> {
  const fleet = new Fleet(stage, clusters);
  const first = await start(stage);
  const began = systemClock.monotonic();
  await fleet.make();
  await fleet.settled();
  const settledS = (systemClock.monotonic() - began) / 1_000;
  const made = usage(first.operator);
  const requests = fleet.requests(0).length;
  const statements = stage.world.statements.length;
  await fleet.quiet();
  report('  settled; now a minute of nothing');
  const minute = await measureMinute(stage, fleet, first.operator, quick ? 10_000 : 60_000);
  report('  now passes that change nothing');
  const noop = await measureNoop(fleet, first.operator, clusters);
  report('  now a start beside all that');
  await first.operator.stop();
  const again = await measureAgain(stage, fleet, clusters);
  return {
    settledS,
    cpuS: made.cpuMs / 1_000,
    rssMb: made.rssMb,
    hwmMb: made.hwmMb,
    requests,
    statements,
    ...minute,
    ...noop,
    ...again,
  };
}

async function measureMinute(
  stage: RealStage,
  fleet: Fleet,
  operator: OperatorProcess,
  lastsMs: number,
): Promise<Sample> {
  const since = stage.controlPlane.audit.position();
  const before = { ...usage(operator), statements: stage.world.statements.length };
  await sleep(systemClock, lastsMs);
  const perMinute = (count: number): number => (count * 60_000) / lastsMs;
  const sent = fleet.requests(since);
  const { cpuMs, rssMb } = usage(operator);
  return {
    minuteRequests: perMinute(sent.length),
    minuteWrites: perMinute(sent.filter(isWrite).length),
    minuteStatements: perMinute(stage.world.statements.length - before.statements),
    minuteCpuMs: perMinute(cpuMs - before.cpuMs),
    minuteRssMb: rssMb,
  };
}

async function measureNoop(fleet: Fleet, operator: OperatorProcess, clusters: number): Promise<Sample> {
  const before = { ...usage(operator), passes: await passTimes(operator) };
  for (let round = 1; round <= touches; round++) await fleet.touch(round);
  const after = await fleet.passes(operator, before.passes.count + touches * clusters);
  const passes = between(before.passes, after);
  return {
    noopPasses: passes.count,
    noopP99Ms: quantileMs(passes, 0.99),
    noopMeanMs: (1_000 * passes.seconds) / passes.count,
    noopCpuMs: (usage(operator).cpuMs - before.cpuMs) / passes.count,
  };
}

async function measureAgain(stage: RealStage, fleet: Fleet, clusters: number): Promise<Sample> {
  const since = stage.controlPlane.audit.position();
  const began = systemClock.monotonic();
  const { operator, readyMs } = await start(stage);
  await fleet.passes(operator, clusters);
  const againSettledS = (systemClock.monotonic() - began) / 1_000;
  await fleet.quiet();
  const { rssMb, hwmMb } = usage(operator);
  return {
    againReadyMs: readyMs,
    againSettledS,
    againWrites: fleet.requests(since).filter(isWrite).length,
    againRssMb: rssMb,
    againHwmMb: hwmMb,
  };
}

/** Starts the operator and waits until it says that it is ready. */
async function start(
  stage: RealStage,
): Promise<{ readonly operator: OperatorProcess; readonly readyMs: number }> {
  const began = systemClock.monotonic();
  const operator = stage.startOperator();
  while (operator.isRunning && !(await operator.isReady())) await sleep(systemClock, askMs);
  if (!operator.isRunning) throw new Error(`the operator has ended: ${operator.output.slice(-2_000)}`);
  return { operator, readyMs: systemClock.monotonic() - began };
}
