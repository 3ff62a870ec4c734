// What the table says of a pod: one word for all that its containers do.
import type { SimObject } from '../api/object.ts';
import { numberAt, recordAt, recordsAt, textAt } from '../builtins/fields.ts';
import { isRecord, type JsonRecord } from '../schema/json.ts';
import { ageOf } from './ages.ts';

/** The cells that depend on the containers. */
export interface PodCells {
  readonly ready: string;
  readonly status: string;
  readonly restarts: string;
}

interface Tally {
  ready: number;
  restarts: number;
  lastRestart: string;
  reason: string;
}

/** Sums a pod up. */
export function podCells(pod: SimObject, nowMs: number): PodCells {
  const status = recordAt(pod, 'status');
  const phase = textAt(status, 'phase');
  const conditions = recordsAt(status, 'conditions');
  const isGated = conditions.some(
    ({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated',
  );
  const init = recordsAt(pod, 'spec', 'initContainers');
  const sidecars = new Set(
    init.filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name),
  );
  const reason = isGated ? 'SchedulingGated' : textAt(status, 'reason') || phase;
  const tally: Tally = { ready: 0, restarts: 0, lastRestart: '', reason };
  const ofSidecars: Tally = { ...tally };
  const isWaiting = initReason(status, sidecars, init.length, tally, ofSidecars);
  const isInitialized = conditions.some((one) => one['type'] === 'Initialized' && one['status'] === 'True');
  if (!isWaiting || isInitialized) {
    Object.assign(tally, { restarts: ofSidecars.restarts, lastRestart: ofSidecars.lastRestart });
    mainReason(status, conditions, tally);
  }
  if (pod.metadata.deletionTimestamp !== undefined) {
    if (textAt(status, 'reason') === 'NodeLost') tally.reason = 'Unknown';
    else if (phase !== 'Succeeded' && phase !== 'Failed') tally.reason = 'Terminating';
  }
  const { restarts, lastRestart, ready } = tally;
  const total = recordsAt(pod, 'spec', 'containers').length + sidecars.size;
  const since = restarts === 0 || lastRestart === '' ? '' : ` (${ageOf(lastRestart, nowMs)} ago)`;
  return { ready: `${ready}/${total}`, status: tally.reason, restarts: `${restarts}${since}` };
}

function initReason(
  status: JsonRecord,
  sidecars: ReadonlySet<unknown>,
  total: number,
  tally: Tally,
  ofSidecars: Tally,
): boolean {
  for (const [index, container] of recordsAt(status, 'initContainerStatuses').entries()) {
    const isSidecar = sidecars.has(container['name']);
    count(container, tally);
    if (isSidecar) count(container, ofSidecars);
    const ended = recordAt(container, 'state')['terminated'];
    if (isRecord(ended) && numberAt(ended, 'exitCode') === 0) continue;
    if (isSidecar && container['started'] === true) {
      if (container['ready'] === true) tally.ready += 1;
      continue;
    }
    const waiting = textAt(container, 'state', 'waiting', 'reason');
    if (isRecord(ended)) tally.reason = `Init:${endReason(ended)}`;
    else if (waiting !== '' && waiting !== 'PodInitializing') tally.reason = `Init:${waiting}`;
    else tally.reason = `Init:${index}/${total}`;
    return true;
  }
  return false;
}

function mainReason(status: JsonRecord, conditions: readonly JsonRecord[], tally: Tally): void {
  let isRunning = false;
  let failure = '';
  for (const container of recordsAt(status, 'containerStatuses').toReversed()) {
    count(container, tally);
    const waiting = textAt(container, 'state', 'waiting', 'reason');
    const ended = recordAt(container, 'state')['terminated'];
    if (waiting !== '') tally.reason = waiting;
    else if (isRecord(ended)) {
      tally.reason = endReason(ended);
      if (numberAt(ended, 'exitCode') !== 0) failure = tally.reason;
    } else if (container['ready'] === true && isRecord(recordAt(container, 'state')['running'])) {
      isRunning = true;
      tally.ready += 1;
    }
  }
  if (tally.reason !== 'Completed') return;
  if (isRunning && conditions.some((one) => one['type'] === 'Ready' && one['status'] === 'True'))
    tally.reason = 'Running';
  else if (failure !== '') tally.reason = failure;
  else if (isRunning) tally.reason = 'NotReady';
}

function count(container: JsonRecord, tally: Tally): void {
  tally.restarts += numberAt(container, 'restartCount');
  const at = textAt(container, 'lastState', 'terminated', 'finishedAt');
  if (at > tally.lastRestart) tally.lastRestart = at;
}

function endReason(ended: JsonRecord): string {
  const signal = numberAt(ended, 'signal');
  if (textAt(ended, 'reason') !== '') return textAt(ended, 'reason');
  return signal === 0 ? `ExitCode:${numberAt(ended, 'exitCode')}` : `Signal:${signal}`;
}
