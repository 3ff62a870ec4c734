// What the controllers of Jobs and CronJobs do.
import { del, type Fields, get, type Json, patch, post, type Scene, scene, type Step } from '../scene.ts';
import { job, jobs, podSpec, pods } from './objects.ts';

const path = `${jobs}/once`;
/** The pods of a Job in the order of their indexes, or the only one. */
const one = `${pods}/«pods/items/0/metadata/name»`;
const two = `${pods}/«pods/items/1/metadata/name»`;
const settled = get(path, { after: 2500 });
/** An indexed Job; pods that are named by their index are listed in its order. */
const indexed = { completionMode: 'Indexed', completions: 3, parallelism: 2 };
const count = (length: number): Step =>
  get(pods, { as: 'pods', quiet: true, until: { body: { items: { length } } } });

/** Plays the kubelet. */
function phase(pod: string, text: string, more: Fields = {}): Step {
  return patch('merge-patch', `${pod}/status`, { status: { phase: text, ...more } }, { quiet: true });
}

function waitFor(status: Json): Step {
  return get(path, { until: { body: { status } } });
}

const ready = { conditions: [{ type: 'Ready', status: 'True' }] };
const exitCode = (code: number): Fields => ({
  containerStatuses: [
    {
      name: 'main',
      image: 'x',
      imageID: '',
      ready: false,
      restartCount: 0,
      state: { terminated: { exitCode: code, finishedAt: '2026-01-01T00:00:00Z' } },
    },
  ],
});
const failed: Json = { conditions: { '1': { type: 'Failed' } } };
const complete: Json = { conditions: { '1': { type: 'Complete' } } };

/** Of Jobs. */
export const jobScenes: readonly Scene[] = [
  scene(
    'a job runs several pods at once',
    post(jobs, job('once', { completions: 3, parallelism: 2 })),
    count(2),
    phase(one, 'Running', ready),
    waitFor({ ready: 1, active: 2 }),
    phase(one, 'Succeeded'),
    waitFor({ succeeded: 1, active: 2, ready: 0 }),
    phase(two, 'Succeeded'),
    waitFor({ succeeded: 2, active: 1 }),
    get(one),
    patch('merge-patch', path, { spec: { parallelism: 0 } }, { quiet: true }),
    settled,
  ),
  scene(
    'a job without completions ends with its first pod',
    post(jobs, job('once', { parallelism: 2 })),
    count(2),
    phase(one, 'Succeeded'),
    waitFor({ succeeded: 1, active: 1 }),
    phase(two, 'Failed'),
    waitFor(complete),
  ),
  scene(
    'an indexed job',
    post(jobs, job('once', indexed)),
    count(2),
    get(pods),
    phase(two, 'Succeeded'),
    settled,
    count(3),
    get(pods),
    phase(two, 'Succeeded'),
    phase(one, 'Succeeded'),
    phase(`${pods}/«pods/items/2/metadata/name»`, 'Succeeded'),
    waitFor(complete),
  ),
  scene(
    'an indexed job counts failures by index',
    post(jobs, job('once', { ...indexed, backoffLimitPerIndex: 0, maxFailedIndexes: 1 })),
    count(2),
    get(one),
    phase(one, 'Failed'),
    waitFor({ failed: 1, failedIndexes: '0', active: 2 }),
    phase(two, 'Failed'),
    waitFor(failed),
  ),
  scene(
    'an indexed job that has succeeded enough',
    post(jobs, job('once', { ...indexed, successPolicy: { rules: [{ succeededIndexes: '1' }] } })),
    count(2),
    phase(two, 'Succeeded'),
    waitFor(complete),
    get(one, { until: { status: 404 } }),
  ),
  scene(
    'a failed pod is made again after a while',
    post(jobs, job('once', { completions: 1, backoffLimit: 1 })),
    count(1),
    phase(one, 'Failed', exitCode(1)),
    waitFor({ failed: 1, active: 1 }),
    get(one),
    count(2),
    phase(one, 'Failed'),
    phase(two, 'Failed'),
    waitFor(failed),
  ),
  scene(
    'a job that runs too long',
    post(jobs, job('once', { completions: 2, parallelism: 2, activeDeadlineSeconds: 3 })),
    count(2),
    phase(one, 'Succeeded'),
    waitFor(failed),
    get(two, { until: { status: 404 } }),
  ),
  scene(
    'a job is suspended and resumed',
    post(jobs, job('once', { completions: 1, suspend: true })),
    settled,
    patch('merge-patch', path, { spec: { suspend: false } }, { quiet: true }),
    waitFor({ active: 1 }),
    count(1),
    patch('merge-patch', path, { spec: { suspend: true } }, { quiet: true }),
    get(one, { until: { status: 404 } }),
    settled,
    patch('merge-patch', path, { spec: { suspend: false } }, { quiet: true }),
    settled,
  ),
  scene(
    'a policy says what a failure means',
    post(
      jobs,
      job('once', {
        completions: 1,
        podFailurePolicy: {
          rules: [
            { action: 'Ignore', onExitCodes: { operator: 'In', values: [42] } },
            { action: 'FailJob', onExitCodes: { operator: 'In', values: [43] } },
          ],
        },
        backoffLimit: 3,
      }),
    ),
    count(1),
    phase(one, 'Failed', exitCode(42)),
    count(2),
    settled,
    phase(one, 'Failed', exitCode(43)),
    phase(two, 'Failed', exitCode(43)),
    get(path, { after: 2500, quiet: true }),
  ),
  scene(
    'pods that are deleted are made again',
    post(jobs, job('once', { completions: 1 })),
    count(1),
    del(one, undefined, { quiet: true }),
    settled,
    get(one, { until: { status: 404 } }),
  ),
  scene(
    'containers are restarted too often',
    post(jobs, job('once', { backoffLimit: 1, template: { spec: podSpec({ restartPolicy: 'OnFailure' }) } })),
    count(1),
    phase(one, 'Running', {
      containerStatuses: [{ name: 'main', image: 'x', imageID: '', ready: false, restartCount: 2 }],
    }),
    waitFor(failed),
  ),
  scene(
    'a finished job is deleted after some time',
    post(jobs, job('once', { completions: 1, ttlSecondsAfterFinished: 1 })),
    count(1),
    phase(one, 'Succeeded'),
    get(path, { until: { status: 404 } }),
    get(one),
  ),
  scene(
    'a job is deleted and its pods stay',
    post(jobs, job('once', { completions: 1 })),
    count(1),
    waitFor({ active: 1 }),
    del(path),
    get(path, { until: { status: 404 }, quiet: true }),
    get(one, { after: 1500 }),
  ),
];
