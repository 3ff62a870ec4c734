// Jobs, whose pods are found by a label that is made for them, and CronJobs.
import type { FieldCause } from '../api/failure.ts';
import type { SimObject } from '../api/object.ts';
import type { Strategy } from '../api/resource.ts';
import { invalidValue, required } from '../schema/causes.ts';
import { copyJson, isRecord, isSameJson, type JsonRecord } from '../schema/json.ts';
import { type Causes, immutable, invalidStruct, notNegative, oneOf, selector } from './checks.ts';
import { ensure, numberAt, recordAt, recordsAt, textAt } from './fields.ts';
import { podTemplateCauses } from './pod-spec.ts';
import { combined, isSame, specOf, withStatus } from './strategy-parts.ts';
import { matchCauses } from './workloads.ts';

const uidLabel = 'batch.kubernetes.io/controller-uid';

/** Of Jobs. */
export const jobStrategy: Strategy = combined(withStatus({}), {
  prepareForCreate: (job) => {
    if (specOf(job)['manualSelector'] !== true) generateSelector(job);
  },
  orphansByDefault: true,
  selectableFields: {
    'status.successful': (job) => String(numberAt(job, 'status', 'succeeded')),
  },
  validate: (job, old) => [
    ...jobSpecCauses('spec', specOf(job), old === undefined ? job.metadata.uid : null),
    ...(old === undefined ? [] : changeCauses(job, old)),
  ],
});

/** Of CronJobs. */
export const cronJobStrategy: Strategy = combined(withStatus({}), {
  validate: (cronJob) => {
    const spec = specOf(cronJob);
    const schedule = textAt(spec, 'schedule');
    const { name } = cronJob.metadata;
    const causes: FieldCause[] = [
      ...notNegative('spec.startingDeadlineSeconds', spec['startingDeadlineSeconds']),
      ...scheduleCauses('spec.schedule', schedule),
      ...zoneCauses('spec.timeZone', spec['timeZone']),
      ...oneOf('spec.concurrencyPolicy', spec['concurrencyPolicy'], ['Allow', 'Forbid', 'Replace']),
      ...jobSpecCauses('spec.jobTemplate.spec', recordAt(spec, 'jobTemplate', 'spec'), undefined),
      ...notNegative('spec.successfulJobsHistoryLimit', spec['successfulJobsHistoryLimit']),
      ...notNegative('spec.failedJobsHistoryLimit', spec['failedJobsHistoryLimit']),
    ];
    if (schedule === '') causes.push(required('spec.schedule'));
    // Its jobs add eleven characters.
    if (name.length > 52)
      causes.push(invalidValue('metadata.name', name, 'must be no more than 52 characters'));
    return causes;
  },
});

function generateSelector(job: SimObject): void {
  const { uid = '', name } = job.metadata;
  const spec = ensure(job, 'spec');
  const metadata = ensure(ensure(spec, 'template'), 'metadata');
  const made = {
    [uidLabel]: uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
  };
  // The server's defaults make the two the same map, which then gets the new labels once for both.
  const shares = isRecord(metadata['labels']) && isSameJson(metadata['labels'], job.metadata.labels);
  metadata['labels'] = { ...recordAt(metadata, 'labels'), ...made };
  if (shares) job.metadata.labels = { ...job.metadata.labels, ...made };
  // And what is stored without labels is read with those of its template.
  job.metadata.labels ??= { ...made };
  const selected = ensure(spec, 'selector');
  selected['matchLabels'] = { ...recordAt(selected, 'matchLabels'), [uidLabel]: uid };
}

/** `uid` is that of a new job, null for one that is there already, and undefined for one that is only a template. */
function jobSpecCauses(path: string, spec: JsonRecord, uid: string | null | undefined): Causes {
  const template = recordAt(spec, 'template');
  const policy = textAt(template, 'spec', 'restartPolicy');
  const isNested = uid === undefined;
  const numbers = [
    'parallelism',
    'completions',
    'activeDeadlineSeconds',
    'backoffLimit',
    'ttlSecondsAfterFinished',
    'backoffLimitPerIndex',
    'maxFailedIndexes',
  ];
  const isGenerated =
    uid === undefined ||
    uid === null ||
    spec['manualSelector'] === true ||
    isSameJson(spec['selector'], { matchLabels: { [uidLabel]: uid } }) ||
    spec['selector'] === undefined;
  return [
    ...numbers.flatMap((field) => notNegative(`${path}.${field}`, spec[field])),
    ...oneOf(`${path}.completionMode`, spec['completionMode'], ['NonIndexed', 'Indexed']),
    ...oneOf(`${path}.podReplacementPolicy`, spec['podReplacementPolicy'], ['Failed', 'TerminatingOrFailed']),
    ...podTemplateCauses(`${path}.template`, template),
    ...(policy === 'OnFailure' || policy === 'Never'
      ? []
      : [required(`${path}.template.spec.restartPolicy`, 'valid values: "OnFailure", "Never"')]),
    ...(isNested ? [] : selectorCauses(spec)),
    ...(isGenerated
      ? []
      : [invalidStruct('spec.selector', recordAt(spec, 'selector'), '`selector` not auto-generated')]),
  ];
}

function selectorCauses(spec: JsonRecord): Causes {
  const causes = isRecord(spec['selector'])
    ? selector('spec.selector', spec['selector'])
    : [required('spec.selector')];
  return [...causes, ...matchCauses(spec)];
}

function changeCauses(next: SimObject, old: SimObject): Causes {
  const [spec, before] = [specOf(next), specOf(old)];
  const isStopped = before['suspend'] === true && recordAt(old, 'status')['startTime'] === undefined;
  return [
    ...['completions', 'selector'].flatMap((field) => immutable(`spec.${field}`, spec[field], before[field])),
    ...(isStopped && hasSameContainers(spec, before)
      ? placementCauses(spec, before)
      : immutableTemplate(next, old)),
    ...['completionMode', 'podFailurePolicy', 'backoffLimitPerIndex', 'managedBy', 'successPolicy'].flatMap(
      (field) => immutable(`spec.${field}`, spec[field], before[field]),
    ),
  ];
}

function immutableTemplate(next: SimObject, old: SimObject): Causes {
  if (isSame(next, old, 'spec', 'template')) return [];
  return [invalidValue('spec.template', specOf(next)['template'], 'field is immutable')];
}

/** Where containers come or go, the server compares templates as a whole. */
function hasSameContainers(next: JsonRecord, old: JsonRecord): boolean {
  const [count, before] = [next, old].map((spec) => recordsAt(spec, 'template', 'spec', 'containers').length);
  return count === before;
}

/** While a job is suspended and has not begun, it may be told where to run, and with how much, but not what. */
function placementCauses(next: JsonRecord, old: JsonRecord): Causes {
  const fixed = (spec: JsonRecord): JsonRecord => {
    const rest = copyJson(spec);
    for (const field of ['nodeSelector', 'tolerations', 'schedulingGates'])
      Reflect.deleteProperty(rest, field);
    const affinity = recordAt(rest, 'affinity');
    Reflect.deleteProperty(affinity, 'nodeAffinity');
    if (Object.keys(affinity).length === 0) Reflect.deleteProperty(rest, 'affinity');
    for (const container of [...recordsAt(rest, 'containers'), ...recordsAt(rest, 'initContainers')])
      Reflect.deleteProperty(container, 'resources');
    return rest;
  };
  const [spec, before] = [recordAt(next, 'template', 'spec'), recordAt(old, 'template', 'spec')];
  return isSameJson(fixed(spec), fixed(before))
    ? []
    : [invalidValue('spec.template.spec', spec, 'field is immutable')];
}

function scheduleCauses(path: string, schedule: string): Causes {
  if (/^(?:CRON_)?TZ=/.test(schedule))
    return [invalidValue(path, schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead')];
  if (schedule === '' || schedule.startsWith('@')) return [];
  const fields = schedule.trim().split(/\s+/);
  if (fields.length === 5) return [];
  const detail = `expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`;
  return [invalidValue(path, schedule, detail)];
}

function zoneCauses(path: string, zone: unknown): Causes {
  if (typeof zone !== 'string') return [];
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return [];
  } catch {
    return [invalidValue(path, zone, `unknown time zone ${zone}`)];
  }
}
