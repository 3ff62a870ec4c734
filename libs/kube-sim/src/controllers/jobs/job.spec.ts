import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SimObject } from '../../api/object.ts';
import { controlled, type Controlled, core } from '../controlled.spec-helper.ts';

const jobs = '/apis/batch/v1/namespaces/default/jobs';
const pods = core('default', 'pods');
const indexAnnotation = 'batch.kubernetes.io/job-completion-index';

let plane: Controlled;
beforeEach(async () => {
  plane = controlled();
  await plane.wait(0);
});

async function make(spec: object = {}): Promise<void> {
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: '1' }] } };
  plane.ok(`POST ${jobs}`, {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'once' },
    spec: { completions: 1, template, ...spec },
  });
  await plane.wait(0);
}

async function change(spec: object): Promise<void> {
  plane.ok(`PATCH ${jobs}/once`, { spec });
  await plane.wait(0);
}

function list(): readonly SimObject[] {
  return plane.ok(`GET ${pods}`)['items'] as SimObject[];
}

const phaseOf = ({ status }: SimObject): string => (status as { phase: string }).phase;
const open = (): readonly SimObject[] =>
  list().filter((pod) => ['Pending', 'Running'].includes(phaseOf(pod)));
const indexes = (): string =>
  open()
    .map(({ metadata }) => metadata.annotations?.[indexAnnotation])
    .sort()
    .join(' ');

function status(): Record<string, unknown> {
  return plane.ok(`GET ${jobs}/once`)['status'] as Record<string, unknown>;
}

function conditions(): readonly string[] {
  return ((status()['conditions'] ?? []) as { type: string; status: string; reason: string }[]).map(
    ({ type, status, reason }) => `${type} ${status} ${reason}`,
  );
}

/** Ends the first pod that has not ended, or the one of an index. */
async function end(phase: string, { index, code }: { index?: number; code?: number } = {}): Promise<void> {
  const pod = open().find(
    ({ metadata }) => index === undefined || metadata.annotations?.[indexAnnotation] === String(index),
  );
  if (pod === undefined) throw new Error('no such pod');
  const finishedAt = new Date(plane.clock.now()).toISOString();
  const terminated = { exitCode: code ?? (phase === 'Failed' ? 1 : 0), finishedAt };
  const containerStatuses = [
    { name: 'c', image: '1', imageID: '', ready: false, restartCount: 0, state: { terminated } },
  ];
  plane.ok(`PATCH ${pods}/${pod.metadata.name}/status`, { status: { phase, containerStatuses } });
  await plane.wait(0);
}

describe('a Job', () => {
  it('runs as many pods at once as it may, until it has its completions', async () => {
    await make({ completions: 3, parallelism: 2 });
    expect(status()).toMatchObject({ active: 2 });
    await end('Succeeded');
    await end('Succeeded');
    expect(status()).toMatchObject({ active: 1, succeeded: 2 });
    await end('Succeeded');
    expect(conditions()).toEqual([
      'SuccessCriteriaMet True CompletionsReached',
      'Complete True CompletionsReached',
    ]);
    expect(status()).toMatchObject({ succeeded: 3, completionTime: expect.any(String) });
    expect(list().flatMap(({ metadata }) => metadata.finalizers ?? [])).toEqual([]);
    expect(plane.events('default')).toContain('Normal Completed Job/once: Job completed');
  });

  it('keeps a count of its pods, even if they are deleted the moment they end', async () => {
    await make({ completions: 2 });
    for (let round = 0; round < 2; round++) {
      const [pod] = open();
      const path = `${pods}/${pod?.metadata.name ?? ''}`;
      plane.ok(`PATCH ${path}/status`, { status: { phase: 'Succeeded' } });
      plane.ok(`DELETE ${path}`);
      await plane.wait(0);
    }
    expect([status()['succeeded'], list()]).toEqual([2, []]);
  });

  it('makes a failed pod again after 10, 20, 40 seconds, and gives up', async () => {
    await make({ backoffLimit: 3 });
    for (const seconds of [10, 20, 40]) {
      await end('Failed');
      await plane.wait(seconds * 1000 - 1);
      expect(open()).toEqual([]);
      await plane.wait(1);
      expect(open()).toHaveLength(1);
    }
    await end('Failed');
    expect(conditions()).toEqual([
      'FailureTarget True BackoffLimitExceeded',
      'Failed True BackoffLimitExceeded',
    ]);
    expect(plane.events('default')).toContain(
      'Warning BackoffLimitExceeded Job/once: Job has reached the specified backoff limit',
    );
    await plane.wait(600_000);
    expect([open(), status()['failed']]).toEqual([[], 4]);
  });

  it('forgets failures before a success', async () => {
    await make({ completions: 3, backoffLimit: 5 });
    await end('Failed');
    await plane.wait(10_000);
    await end('Succeeded');
    await end('Failed');
    await plane.wait(10_000);
    expect(open()).toHaveLength(1);
  });

  it('ends pods that run too long', async () => {
    await make({ completions: 2, parallelism: 2, activeDeadlineSeconds: 60 });
    await end('Succeeded');
    await plane.wait(59_000);
    expect(conditions()).toEqual([]);
    await plane.wait(1000);
    expect(conditions()).toEqual(['FailureTarget True DeadlineExceeded', 'Failed True DeadlineExceeded']);
    expect([open(), status()['succeeded'], status()['failed']]).toEqual([[], 1, 1]);
  });

  it('is suspended and resumed', async () => {
    await make({ suspend: true, activeDeadlineSeconds: 60 });
    expect([conditions(), open(), status()['startTime']]).toEqual([
      ['Suspended True JobSuspended'],
      [],
      undefined,
    ]);
    await plane.wait(120_000);
    await change({ suspend: false });
    expect([conditions(), open().length]).toEqual([['Suspended False JobResumed'], 1]);
    await change({ suspend: true });
    expect([conditions(), open(), status()['failed']]).toEqual([
      ['Suspended True JobSuspended'],
      [],
      undefined,
    ]);
  });

  it('takes pods away that are too many', async () => {
    await make({ completions: 5, parallelism: 4 });
    const [first] = open();
    plane.ok(`PATCH ${pods}/${first?.metadata.name ?? ''}/status`, { status: { phase: 'Running' } });
    await change({ parallelism: 1 });
    expect(open().map(({ metadata }) => metadata.name)).toEqual([first?.metadata.name]);
  });

  it('is deleted when its time is over', async () => {
    await make({ ttlSecondsAfterFinished: 100 });
    await end('Succeeded');
    await plane.wait(99_000);
    expect(plane.ask(`GET ${jobs}/once`).status).toBe(200);
    await plane.wait(2000);
    expect([plane.ask(`GET ${jobs}/once`).status, list()]).toEqual([404, []]);
  });

  it('lets its pods go when it is deleted without them', async () => {
    await make();
    plane.ok(`DELETE ${jobs}/once`, { propagationPolicy: 'Orphan' });
    await plane.wait(1000);
    expect(list().map(({ metadata }) => metadata.finalizers)).toEqual([undefined]);
  });

  it('is left to whoever manages it', async () => {
    await make({ managedBy: 'example.com/queue' });
    expect([open(), status()]).toEqual([[], {}]);
  });

  it('asks a policy what a failure means', async () => {
    await make({
      backoffLimit: 0,
      podFailurePolicy: {
        rules: [
          { action: 'Ignore', onExitCodes: { operator: 'In', values: [42] } },
          { action: 'FailJob', onExitCodes: { containerName: 'c', operator: 'NotIn', values: [1] } },
        ],
      },
    });
    await end('Failed', { code: 42 });
    await plane.wait(10_000);
    expect([conditions(), open().length, status()['failed']]).toEqual([[], 1, undefined]);
    await end('Failed', { code: 7 });
    expect(conditions()).toEqual(['FailureTarget True PodFailurePolicy', 'Failed True PodFailurePolicy']);
  });
});

describe('an indexed Job', () => {
  const indexed = { completionMode: 'Indexed', completions: 4, parallelism: 2 };

  it('has a pod for each index', async () => {
    await make(indexed);
    expect(indexes()).toBe('0 1');
    await end('Succeeded', { index: 1 });
    expect([indexes(), status()['completedIndexes']]).toEqual(['0 2', '1']);
    const { hostname, containers } = open()[0]?.['spec'] as {
      hostname: string;
      containers: { env: { name: string }[] }[];
    };
    expect([hostname, containers[0]?.env[0]?.name]).toEqual(['once-0', 'JOB_COMPLETION_INDEX']);
    for (const index of [0, 2, 3]) await end('Succeeded', { index });
    expect(status()).toMatchObject({ completedIndexes: '0-3', succeeded: 4 });
    expect(conditions()).toContain('Complete True CompletionsReached');
  });

  it('counts the failures of each index', async () => {
    await make({ ...indexed, completions: 2, backoffLimitPerIndex: 1 });
    await end('Failed', { index: 0 });
    await end('Succeeded', { index: 1 });
    expect([indexes(), status()['failedIndexes']]).toEqual(['', '']);
    await plane.wait(10_000);
    expect(open()[0]?.metadata.annotations).toMatchObject({
      'batch.kubernetes.io/job-index-failure-count': '1',
    });
    await end('Failed', { index: 0 });
    expect(status()).toMatchObject({ failedIndexes: '0', completedIndexes: '1', failed: 2 });
    expect(conditions()).toEqual(['FailureTarget True FailedIndexes', 'Failed True FailedIndexes']);
  });

  it.each([
    [{ succeededIndexes: '1,3' }, [1, 3]],
    [{ succeededIndexes: '0-2', succeededCount: 1 }, [1]],
    [{ succeededCount: 2 }, [1, 0]],
  ])('has succeeded by the rule %j', async (rule, order) => {
    await make({ ...indexed, parallelism: 4, successPolicy: { rules: [rule] } });
    for (const index of order) {
      expect(conditions()).toEqual([]);
      await end('Succeeded', { index });
    }
    expect(conditions()).toEqual(['SuccessCriteriaMet True SuccessPolicy', 'Complete True SuccessPolicy']);
    expect(open()).toEqual([]);
  });
});

describe('whatever happens to the pods of a Job', () => {
  it('each is counted once, no more run than may, and it ends', async () => {
    const step = fc.constantFrom('Succeeded', 'Failed', 'delete', 'wait');
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          completions: fc.integer({ min: 1, max: 4 }),
          parallelism: fc.integer({ min: 1, max: 3 }),
        }),
        fc.constantFrom('Indexed', 'NonIndexed'),
        fc.array(step, { maxLength: 15 }),
        async (size, completionMode, steps) => {
          plane = controlled();
          await make({ ...size, completionMode, backoffLimit: 20 });
          const counts = { Succeeded: 0, Failed: 0 };
          for (const each of steps) {
            expect(open().length).toBeLessThanOrEqual(size.parallelism);
            const [pod] = open();
            if (each === 'wait' || pod === undefined) await plane.wait(600_000);
            else if (each === 'delete') {
              plane.ok(`DELETE ${pods}/${pod.metadata.name}`);
              await plane.wait(0);
              counts.Failed += 1;
            } else {
              await end(each);
              counts[each] += 1;
            }
            const { succeeded = 0, failed = 0 } = status();
            expect([succeeded, failed]).toEqual([counts.Succeeded, counts.Failed]);
          }
          while (counts.Succeeded < size.completions) {
            await plane.wait(600_000);
            await end('Succeeded');
            counts.Succeeded += 1;
          }
          expect(conditions()).toContain('Complete True CompletionsReached');
        },
      ),
      { numRuns: 12 },
    );
  });
});
