// What a metric that is measured at each pod asks for: ReplicaCalculator of Kubernetes, "Algorithm details" of its page on horizontal pod
// autoscaling. Whole numbers are divided as the original divides them, since the result shows it.
import {
  ceilReplicas,
  checkTarget,
  exactSum,
  truncatedQuotient,
  wholeQuantity,
  withinTolerance,
} from './arithmetic.ts';
import type { PodSample, PodsTarget, Proposal, Tolerance } from './types.ts';

/**
 * The size at which the pods would use what the target says, moved as little as what is not known allows: pods without a sample are taken
 * to use all when usage is low and nothing when it is high, unready ones to use nothing when it is high.
 *
 * @param pods in any order. A sample that is not a number of 53 bits counts as none, and a ready pod without a sample as missing.
 * @param target in percent of the requests, or in thousandths for each pod.
 * @param current the size now; it is the answer where usage is within tolerance or where the missing could change the direction.
 * @returns `NoSamples` without a pod or without a usable sample; `NoRequest` for `Utilization` if any listed pod has no request, or all are 0.
 * @throws RangeError if the target is not above 0.
 */
export function proposeFromPods(
  pods: readonly PodSample[],
  target: PodsTarget,
  current: number,
  tolerance: Tolerance,
): Proposal {
  checkTarget(target.value);
  const groups = groupPods(pods);
  if (groups.listed === 0 || groups.measured.length === 0) return { failed: 'NoSamples' };
  if (target.type === 'Utilization' && groups.withoutRequest) return { failed: 'NoRequest' };
  const present = presentValue(groups.measured, target);
  if (present === undefined) return { failed: 'NoRequest' };
  const ratio = present.value / target.value;

  const unreadyMatter = groups.unready.length > 0 && ratio > 1;
  if (groups.missing.length === 0 && !unreadyMatter) {
    const replicas = withinTolerance(ratio, tolerance) ? current : ceilReplicas(ratio * groups.ready);
    return { replicas, ...present };
  }

  const filled = [...groups.measured, ...fillMissing(groups.missing, target, ratio)];
  if (ratio > 1) filled.push(...groups.unready.map(withUsage(() => 0)));
  const filledRatio = (presentValue(filled, target) ?? present).value / target.value;
  return { replicas: conservative(ratio, filledRatio, filled.length, current, tolerance), ...present };
}

interface Measured {
  readonly usage: number;
  readonly request: number | undefined;
  readonly listed: boolean;
}

interface Groups {
  readonly listed: number;
  /** Pods that are there, of use and measured. */
  readonly ready: number;
  /** Samples of the ready ones, and of pods that are gone. */
  readonly measured: readonly Measured[];
  readonly missing: readonly PodSample[];
  readonly unready: readonly PodSample[];
  readonly withoutRequest: boolean;
}

function groupPods(pods: readonly PodSample[]): Groups {
  const measured: Measured[] = [];
  const missing: PodSample[] = [];
  const unready: PodSample[] = [];
  let listed = 0;
  let ready = 0;
  let withoutRequest = false;
  for (const pod of pods) {
    const usage = wholeQuantity(pod.usage);
    const request = wholeQuantity(pod.request);
    if (pod.state === 'unlisted') {
      if (usage !== undefined) measured.push({ usage, request: undefined, listed: false });
      continue;
    }
    listed += 1;
    if (request === undefined) withoutRequest = true;
    if (pod.state === 'unready') unready.push(pod);
    else if (pod.state === 'missing' || (pod.state === 'ready' && usage === undefined)) missing.push(pod);
    else if (pod.state === 'ready' && usage !== undefined) {
      measured.push({ usage, request, listed: true });
      ready += 1;
    }
  }
  return { listed, ready, measured, missing, unready, withoutRequest };
}

interface PresentValue {
  readonly value: number;
  readonly average?: number;
}

/** Whole percent of the requests of pods that are listed, or whole thousandths a sample; undefined if there is nothing to compare with. */
function presentValue(samples: readonly Measured[], target: PodsTarget): PresentValue | undefined {
  const counted = target.type === 'AverageValue' ? samples : samples.filter((sample) => sample.listed);
  if (counted.length === 0) return undefined;
  const used = exactSum(counted.map((sample) => sample.usage));
  const average = truncatedQuotient(used, BigInt(counted.length));
  if (target.type === 'AverageValue') return { value: average };
  const requested = exactSum(counted.map((sample) => sample.request ?? 0));
  return requested === 0n ? undefined : { value: truncatedQuotient(100n * used, requested), average };
}

function fillMissing(missing: readonly PodSample[], target: PodsTarget, ratio: number): readonly Measured[] {
  if (ratio > 1) return missing.map(withUsage(() => 0));
  if (ratio === 1) return [];
  if (target.type === 'AverageValue') {
    const share = wholeQuantity(target.value) ?? Number.MAX_SAFE_INTEGER;
    return missing.map(withUsage(() => share));
  }
  const percent = BigInt(Math.max(100, Math.trunc(target.value)));
  return missing.map(withUsage((request) => truncatedQuotient(BigInt(request) * percent, 100n)));
}

function withUsage(usageOf: (request: number) => number): (pod: PodSample) => Measured {
  return (pod) => {
    const request = wholeQuantity(pod.request);
    return { usage: usageOf(request ?? 0), request, listed: true };
  };
}

/** With samples filled in, the size never moves against what was measured. */
function conservative(
  ratio: number,
  filledRatio: number,
  samples: number,
  current: number,
  tolerance: Tolerance,
): number {
  const turned = (ratio < 1 && filledRatio > 1) || (ratio > 1 && filledRatio < 1);
  if (turned || withinTolerance(filledRatio, tolerance)) return current;
  const replicas = ceilReplicas(filledRatio * samples);
  const against = (filledRatio < 1 && replicas > current) || (filledRatio > 1 && replicas < current);
  return against ? current : replicas;
}
