// The controller of CronJobs: makes a Job at each of its times, and clears old ones away.
import { ApiFailure } from '../../api/failure.ts';
import type { SimObject } from '../../api/object.ts';
import { timestamp } from '../../requests/system-fields.ts';
import { isSameJson } from '../../schema/json.ts';
import { type ControllerContext, controllerOf, type InsideController, splitKey } from '../controller.ts';
import { finished, jobType, statusOf as jobStatusOf } from '../jobs/spec.ts';
import { controllerReference, isTerminating } from '../pods.ts';
import { dueAt, scheduleOf, zonedText } from './schedule.ts';

const cronJobType = { group: 'batch', plural: 'cronjobs' };
const manager = 'kube-controller-manager';
/** Clocks may differ a little. */
const paddingMs = 100;

interface CronJobSpec {
  readonly schedule: string;
  readonly timeZone?: string;
  readonly startingDeadlineSeconds?: number;
  readonly concurrencyPolicy: 'Allow' | 'Forbid' | 'Replace';
  readonly suspend?: boolean;
  readonly successfulJobsHistoryLimit?: number;
  readonly failedJobsHistoryLimit?: number;
  readonly jobTemplate: {
    readonly metadata?: {
      readonly labels?: Readonly<Record<string, string>>;
      readonly annotations?: Readonly<Record<string, string>>;
    };
    readonly spec: Readonly<Record<string, unknown>>;
  };
}

interface JobReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
}

interface CronJobStatus {
  readonly active?: readonly JobReference[];
  readonly lastScheduleTime?: string;
  readonly lastSuccessfulTime?: string;
}

/** Keeps CronJobs. */
export function cronJobController(): InsideController {
  /** Until when one whose schedule has changed is left alone, so that times before the change are not made up for; epoch milliseconds. */
  const quietUntil = new Map<string, number>();
  return {
    name: 'cronjob-controller',
    keysOf: ({ type, resource, namespace = '', name, object, old }) => {
      if (resource.group !== cronJobType.group) return [];
      const key = `${namespace}/${name}`;
      if (resource.plural === cronJobType.plural) {
        const before = old();
        if (type === 'DELETED') quietUntil.delete(key);
        else if (before !== undefined && !hasSameTimes(object(), before)) quietUntil.set(key, Infinity);
        return [key];
      }
      const owner = resource.plural === jobType.plural ? controllerOf(object()) : undefined;
      return owner?.kind === 'CronJob' ? [`${namespace}/${owner.name}`] : [];
    },
    reconcile: (key, context) => {
      const cronJob = context.view.get(cronJobType, ...splitKey(key));
      if (cronJob === undefined) return undefined;
      const nowMs = context.clock.now();
      let quiet = quietUntil.get(key) ?? 0;
      if (quiet === Infinity) {
        quiet = nowMs + (untilNext(cronJob, context) ?? 0);
        quietUntil.set(key, quiet);
      }
      if (nowMs < quiet) return quiet - nowMs;
      quietUntil.delete(key);
      return reconcile(cronJob, context);
    },
  };
}

function reconcile(cronJob: SimObject, context: ControllerContext): number | undefined {
  const state: State = { cronJob, status: { ...statusOf(cronJob) }, context };
  const jobs = jobsOf(state);
  try {
    clearHistory(jobs, state);
    follow(jobs, state);
    return isTerminating(cronJob) ? undefined : start(state);
  } finally {
    const { active = [], ...status } = state.status;
    const next = active.length === 0 ? status : { ...status, active };
    if (!isSameJson(next, statusOf(cronJob)))
      context.client.update({ ...cronJob, status: next }, manager, 'status');
  }
}

function hasSameTimes(one: SimObject, other: SimObject): boolean {
  const [a, b] = [specOf(one), specOf(other)];
  return a.schedule === b.schedule && a.timeZone === b.timeZone;
}

interface State {
  readonly cronJob: SimObject;
  /** Changes as work is done. */
  status: CronJobStatus;
  readonly context: ControllerContext;
}

function specOf(cronJob: SimObject): CronJobSpec {
  return cronJob['spec'] as CronJobSpec;
}

function statusOf(cronJob: SimObject): CronJobStatus {
  return cronJob['status'] ?? {};
}

function jobsOf({ cronJob, context }: State): readonly SimObject[] {
  return context.view
    .dependents(cronJob.metadata.uid ?? '')
    .filter(({ type }) => type.plural === jobType.plural && type.group === jobType.group)
    .map(({ object }) => object)
    .filter((job) => controllerOf(job)?.uid === cronJob.metadata.uid);
}

/** Deletes the oldest of the finished Jobs. */
function clearHistory(jobs: readonly SimObject[], state: State): void {
  const { successfulJobsHistoryLimit = Infinity, failedJobsHistoryLimit = Infinity } = specOf(state.cronJob);
  const begun = (job: SimObject): number => Date.parse(jobStatusOf(job).startTime ?? '') || Infinity;
  const sorted = [...jobs].sort(
    (one, other) => begun(one) - begun(other) || (one.metadata.name < other.metadata.name ? -1 : 1),
  );
  for (const [type, limit] of [
    ['Complete', successfulJobsHistoryLimit],
    ['Failed', failedJobsHistoryLimit],
  ] as const) {
    const ended = sorted.filter((job) => finished(job)?.type === type);
    for (const job of ended.slice(0, Math.max(0, ended.length - limit))) deleteJob(job, state);
  }
}

function deleteJob(job: SimObject, state: State): void {
  const { namespace, name, uid } = job.metadata;
  state.context.client.delete(jobType, namespace, name, { propagationPolicy: 'Background' });
  forget(uid, state);
  state.context.record(state.cronJob, 'SuccessfulDelete', `Deleted job ${name}`);
}

function forget(uid: string | undefined, state: State): void {
  const active = (state.status.active ?? []).filter((job) => job.uid !== uid);
  state.status = { ...state.status, active };
}

/** Takes over what has become of the Jobs. */
function follow(jobs: readonly SimObject[], state: State): void {
  const { cronJob, context } = state;
  for (const job of jobs) {
    const { name, uid } = job.metadata;
    const isActive = state.status.active?.some((each) => each.uid === uid) === true;
    const end = finished(job);
    if (end === undefined) {
      const message = `Saw a job that the controller did not create or forgot: ${name}`;
      if (!isActive) context.record(cronJob, 'UnexpectedJob', message, 'Warning');
      continue;
    }
    if (isActive) {
      forget(uid, state);
      context.record(cronJob, 'SawCompletedJob', `Saw completed job: ${name}, condition: ${end.type}`);
    }
    const { completionTime } = jobStatusOf(job);
    const last = Date.parse(state.status.lastSuccessfulTime ?? '') || 0;
    if (completionTime !== undefined && Date.parse(completionTime) > last)
      state.status = { ...state.status, lastSuccessfulTime: completionTime };
  }
  for (const { namespace, name, uid } of state.status.active ?? []) {
    if (context.view.get(jobType, namespace, name) !== undefined) continue;
    context.record(cronJob, 'MissingJob', `Active job went missing: ${name}`);
    forget(uid, state);
  }
}

/** Makes a Job if it is time; gives the milliseconds until the next time. */
function start(state: State): number | undefined {
  const { cronJob, context } = state;
  const { schedule: text, timeZone, suspend, startingDeadlineSeconds = Infinity } = specOf(cronJob);
  if (suspend === true) return undefined;
  const next = untilNext(cronJob, context);
  if (next === undefined) return undefined;
  const nowMs = context.clock.now();
  const last = Date.parse(state.status.lastScheduleTime ?? cronJob.metadata.creationTimestamp ?? '');
  const sinceMs = Math.max(last, nowMs - startingDeadlineSeconds * 1000);
  const { atMs, missed } = dueAt(scheduleOf(text, timeZone), sinceMs, nowMs);
  if (atMs === undefined) return next;
  if (missed === 'many') {
    const message =
      'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew';
    context.record(cronJob, 'TooManyMissedTimes', message, 'Warning');
  }
  makeJob(atMs, state);
  return next;
}

/** Milliseconds until a time has come; undefined if the schedule cannot be read. */
function untilNext(cronJob: SimObject, { clock, record }: ControllerContext): number | undefined {
  const { schedule, timeZone } = specOf(cronJob);
  const nowMs = clock.now();
  try {
    return scheduleOf(schedule, timeZone).after(nowMs) + paddingMs - nowMs;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `unparseable schedule: ${JSON.stringify(schedule)} : ${why}`;
    record(cronJob, 'UnparseableSchedule', message, 'Warning');
    return undefined;
  }
}

function makeJob(atMs: number, state: State): void {
  const { cronJob, context } = state;
  const { client, record, view } = context;
  const { concurrencyPolicy } = specOf(cronJob);
  const { active = [], lastScheduleTime } = state.status;
  const job = jobFor(cronJob, atMs);
  const { name, namespace = '' } = job.metadata;
  if (active.some((each) => each.name === name) || lastScheduleTime === timestamp(atMs)) return;
  if (concurrencyPolicy === 'Forbid' && active.length > 0) {
    const message = 'Not starting job because prior execution is running and concurrency policy is Forbid';
    record(cronJob, 'JobAlreadyActive', message);
    return;
  }
  if (concurrencyPolicy === 'Replace') {
    for (const each of active) {
      const running = view.get(jobType, each.namespace, each.name);
      if (running !== undefined) deleteJob(running, state);
    }
  }
  let made: SimObject | undefined;
  try {
    made = client.create(job, manager);
    record(cronJob, 'SuccessfulCreate', `Created job ${name}`);
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    if (error.status.reason !== 'AlreadyExists') {
      record(cronJob, 'FailedCreate', `Error creating job: ${error.message}`, 'Warning');
      throw error;
    }
    made = view.get(jobType, namespace, name);
    if (made === undefined || controllerOf(made)?.uid !== cronJob.metadata.uid) return;
  }
  const { uid = '', resourceVersion = '' } = made.metadata;
  const reference = { apiVersion: 'batch/v1', kind: 'Job', namespace, name, uid, resourceVersion };
  state.status = {
    ...state.status,
    active: [...(state.status.active ?? []), reference],
    lastScheduleTime: timestamp(atMs),
  };
}

function jobFor(cronJob: SimObject, atMs: number): SimObject {
  const { jobTemplate, timeZone = 'UTC' } = specOf(cronJob);
  const { namespace, name } = cronJob.metadata;
  const { labels, annotations } = jobTemplate.metadata ?? {};
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: `${name}-${Math.floor(atMs / 60_000)}`,
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels }),
      annotations: {
        ...annotations,
        'batch.kubernetes.io/cronjob-scheduled-timestamp': zonedText(atMs, timeZone),
      },
      ownerReferences: [controllerReference(cronJob)],
    },
    spec: jobTemplate.spec,
  };
}
