// What the controller of CronJobs does. On the real one a minute takes a minute, so most is left to the library's own tests.
import { type Fields, get, type Json, patch, post, type Scene, scene } from '../scene.ts';
import { cronJobs, jobs, object, podSpec, pods } from './objects.ts';

const path = `${cronJobs}/tick`;
const first = '«jobs/items/0/metadata/name»';

function cronJob(spec: Fields): Json {
  const jobTemplate = {
    metadata: { labels: { a: 'b' }, annotations: { c: 'd' } },
    spec: { template: { spec: podSpec({ restartPolicy: 'Never' }) } },
  };
  return object('batch/v1', 'CronJob', 'tick', { spec: { schedule: '* * * * *', jobTemplate, ...spec } });
}

/** Of CronJobs. */
export const cronJobScenes: readonly Scene[] = [
  scene(
    'a job every minute',
    post(cronJobs, cronJob({ successfulJobsHistoryLimit: 0 })),
    get(jobs, { quiet: true, after: 59_000 }),
    get(jobs, { as: 'jobs', quiet: true, until: { body: { items: { length: 1 } } } }),
    get(path, { after: 1000 }),
    get(`${jobs}/${first}`),
    get(pods, { as: 'pods', quiet: true }),
    patch(
      'merge-patch',
      `${pods}/«pods/items/0/metadata/name»/status`,
      { status: { phase: 'Succeeded' } },
      { quiet: true },
    ),
    get(`${jobs}/${first}`, { until: { status: 404 }, quiet: true }),
    get(path, { after: 500 }),
  ),
  scene(
    'a cron job that is suspended',
    post(cronJobs, cronJob({ suspend: true })),
    get(path, { after: 1000 }),
  ),
];
