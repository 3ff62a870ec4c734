import { beforeEach, describe, expect, it } from '@jest/globals';
import type { SimObject } from '../../api/object.ts';
import { controlled, type Controlled, core } from '../controlled.spec-helper.ts';

const cronJobs = '/apis/batch/v1/namespaces/default/cronjobs';
const jobs = '/apis/batch/v1/namespaces/default/jobs';
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

let plane: Controlled;
beforeEach(async () => {
  plane = controlled();
  // To the full hour, and a second more.
  await plane.wait(hourMs - (plane.clock.now() % hourMs) + 1000);
});

async function make(spec: object = {}): Promise<void> {
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: '1' }] } };
  plane.ok(`POST ${cronJobs}`, {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'tick' },
    spec: { schedule: '*/10 * * * *', jobTemplate: { spec: { template } }, ...spec },
  });
  await plane.wait(0);
}

function list(path: string): readonly SimObject[] {
  return plane.ok(`GET ${path}`)['items'] as SimObject[];
}

/** The minutes of the hours for which there are Jobs. */
function minutes(): string {
  return list(jobs)
    .map(({ metadata }) => Number(metadata.name.slice('tick-'.length)) % 60)
    .join(' ');
}

function status(): Record<string, unknown> {
  return plane.ok(`GET ${cronJobs}/tick`)['status'] as Record<string, unknown>;
}

const active = (): number => ((status()['active'] ?? []) as unknown[]).length;

/** Ends all pods that run. */
async function end(phase: string): Promise<void> {
  for (const pod of list(core('default', 'pods'))) {
    if ((pod['status'] as { phase: string }).phase !== 'Pending') continue;
    plane.ok(`PATCH ${core('default', 'pods', pod.metadata.name)}/status`, { status: { phase } });
  }
  await plane.wait(1000);
}

describe('a CronJob', () => {
  it('makes a Job at each of its times', async () => {
    await make();
    expect(minutes()).toBe('');
    await plane.wait(10 * minuteMs);
    expect([minutes(), active()]).toEqual(['10', 1]);
    expect(status()['lastScheduleTime']).toMatch(/:10:00Z$/);
    await plane.wait(20 * minuteMs);
    expect([minutes(), active()]).toEqual(['10 20 30', 3]);
    const [job] = list(jobs);
    expect(job?.metadata.annotations?.['batch.kubernetes.io/cronjob-scheduled-timestamp']).toMatch(
      /:10:00Z$/,
    );
    expect(job?.metadata.ownerReferences).toMatchObject([
      { kind: 'CronJob', name: 'tick', controller: true },
    ]);
  });

  it('follows its Jobs, and keeps no more of them than it should', async () => {
    await make({ successfulJobsHistoryLimit: 2, failedJobsHistoryLimit: 1 });
    for (const phase of ['Succeeded', 'Succeeded', 'Succeeded']) {
      await plane.wait(10 * minuteMs);
      await end(phase);
    }
    expect([minutes(), active()]).toEqual(['20 30', 0]);
    expect(status()['lastSuccessfulTime']).toMatch(/:30:0\dZ$/);
    expect(plane.events('default').map((event) => event.split(' ')[1])).toEqual(
      expect.arrayContaining(['SuccessfulCreate', 'SawCompletedJob', 'SuccessfulDelete']),
    );
  });

  it('does not start while the one before runs, if it forbids that', async () => {
    await make({ concurrencyPolicy: 'Forbid' });
    await plane.wait(25 * minuteMs);
    expect(minutes()).toBe('10');
    expect(plane.events('default').join()).toContain('JobAlreadyActive');
    await end('Succeeded');
    await plane.wait(minuteMs);
    // What was put off is made up for.
    expect(minutes()).toBe('10 20');
  });

  it('puts the next in the place of the one before', async () => {
    await make({ concurrencyPolicy: 'Replace' });
    await plane.wait(25 * minuteMs);
    expect([minutes(), active()]).toEqual(['20', 1]);
  });

  it('is suspended, and makes up for the last time that it has missed', async () => {
    await make({ suspend: true });
    await plane.wait(35 * minuteMs);
    expect(minutes()).toBe('');
    plane.ok(`PATCH ${cronJobs}/tick`, { spec: { suspend: false } });
    await plane.wait(minuteMs);
    expect(minutes()).toBe('30');
  });

  it('does not make up for what is too late', async () => {
    await make({ suspend: true, startingDeadlineSeconds: 60 });
    await plane.wait(35 * minuteMs);
    plane.ok(`PATCH ${cronJobs}/tick`, { spec: { suspend: false } });
    await plane.wait(minuteMs);
    expect(minutes()).toBe('');
    await plane.wait(5 * minuteMs);
    expect(minutes()).toBe('40');
  });

  it('is not late for times that a new schedule would have had', async () => {
    await make({ schedule: '0 * * * *' });
    await plane.wait(30 * minuteMs);
    plane.ok(`PATCH ${cronJobs}/tick`, { spec: { schedule: '15 * * * *' } });
    await plane.wait(minuteMs);
    expect(minutes()).toBe('');
    await plane.wait(45 * minuteMs);
    expect(minutes()).toBe('15');
  });

  it('knows time zones', async () => {
    await make({ schedule: '20 * * * *', timeZone: 'Asia/Kathmandu' });
    await plane.wait(59 * minuteMs);
    expect(minutes()).toBe('35');
    const [job] = list(jobs);
    expect(job?.metadata.annotations?.['batch.kubernetes.io/cronjob-scheduled-timestamp']).toMatch(
      /:20:00\+05:[34][05]$/,
    );
  });

  it('says that it cannot read its schedule', async () => {
    await make({ schedule: '99 * * * *' });
    expect(plane.events('default').join()).toContain(
      'Warning UnparseableSchedule CronJob/tick: unparseable schedule: "99 * * * *" : ',
    );
  });

  it('takes its Jobs with it', async () => {
    await make();
    await plane.wait(10 * minuteMs);
    plane.ok(`DELETE ${cronJobs}/tick`);
    await plane.wait(1000);
    expect([list(jobs), list(core('default', 'pods'))]).toEqual([[], []]);
  });
});
