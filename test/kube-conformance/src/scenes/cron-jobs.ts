// What the controller of CronJobs does when it is not time. On the real one a minute takes a minute: what it does then is in the
// library's own tests.
import { del, get, post, type Scene, scene } from '../scene.ts';
import { cronJobs, jobs, object, podSpec } from './objects.ts';

const path = `${cronJobs}/tick`;
const cronJob = object('batch/v1', 'CronJob', 'tick', {
  spec: {
    schedule: '* * * * *',
    suspend: true,
    jobTemplate: { spec: { template: { spec: podSpec({ restartPolicy: 'Never' }) } } },
  },
});

/** Of CronJobs. */
export const cronJobScenes: readonly Scene[] = [
  scene(
    'a cron job that is suspended',
    post(cronJobs, cronJob),
    get(path, { after: 1000 }),
    get(jobs),
    del(path, { propagationPolicy: 'Background' }),
    get(path, { until: { status: 404 } }),
  ),
];
