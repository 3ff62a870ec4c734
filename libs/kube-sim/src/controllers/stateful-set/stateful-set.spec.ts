import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SimObject } from '../../api/object.ts';
import { controlled, type Controlled, core, podSays } from '../controlled.spec-helper.ts';

const sets = '/apis/apps/v1/namespaces/default/statefulsets';
const pods = core('default', 'pods');
const claims = core('default', 'persistentvolumeclaims');

let plane: Controlled;
beforeEach(async () => {
  plane = controlled();
  await plane.wait(0);
});

async function make(spec: object = {}): Promise<void> {
  const template = {
    metadata: { labels: { app: 'web' } },
    spec: { containers: [{ name: 'c', image: '1' }] },
  };
  plane.ok(`POST ${sets}`, {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'web' },
    spec: { serviceName: 'web', replicas: 3, selector: { matchLabels: { app: 'web' } }, template, ...spec },
  });
  await plane.wait(0);
}

async function change(spec: object): Promise<void> {
  plane.ok(`PATCH ${sets}/web`, { spec });
  await plane.wait(0);
}

const image = (version: string): object => ({
  template: { spec: { containers: [{ name: 'c', image: version }] } },
});

async function say(name: string, phase: string, isReady?: 'True' | 'False'): Promise<void> {
  plane.ok(`PATCH ${pods}/${name}/status`, podSays(phase, isReady));
  await plane.wait(0);
}

/** A kubelet for which nothing ever fails. */
async function runAll(): Promise<void> {
  for (let round = 0; round < 20; round++) {
    const idle = list(pods).filter(({ status }) => (status as { phase: string }).phase === 'Pending');
    if (idle.length === 0) return;
    for (const { metadata } of idle)
      plane.ok(`PATCH ${pods}/${metadata.name}/status`, podSays('Running', 'True'));
    await plane.wait(0);
  }
}

function list(path: string): readonly SimObject[] {
  return plane.ok(`GET ${path}`)['items'] as SimObject[];
}

const names = (): string =>
  list(pods)
    .map(({ metadata }) => metadata.name)
    .join(' ');

function images(): readonly unknown[] {
  return list(pods).map(({ spec }) => (spec as { containers: { image: string }[] }).containers[0]?.image);
}

function status(): Record<string, unknown> {
  return plane.ok(`GET ${sets}/web`)['status'] as Record<string, unknown>;
}

describe('a StatefulSet', () => {
  it('makes each pod when the one before is ready', async () => {
    await make();
    expect(names()).toBe('web-0');
    await say('web-0', 'Running', 'False');
    expect(names()).toBe('web-0');
    await say('web-0', 'Running', 'True');
    expect(names()).toBe('web-0 web-1');
    await runAll();
    expect(status()).toMatchObject({
      replicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      updatedReplicas: 3,
    });
    expect(plane.events('default')).toContain(
      'Normal SuccessfulCreate StatefulSet/web: Create Pod web-2 in StatefulSet web successful',
    );
  });

  it('makes all at once if it may', async () => {
    await make({ podManagementPolicy: 'Parallel' });
    expect(names()).toBe('web-0 web-1 web-2');
  });

  it('waits until a pod has been ready for a while', async () => {
    await make({ minReadySeconds: 10 });
    plane.ok(`PATCH ${pods}/web-0/status`, {
      status: {
        phase: 'Running',
        conditions: [
          { type: 'Ready', status: 'True', lastTransitionTime: new Date(plane.clock.now()).toISOString() },
        ],
      },
    });
    await plane.wait(9000);
    expect([names(), status()['availableReplicas']]).toEqual(['web-0', 0]);
    await plane.wait(1000);
    expect([names(), status()['availableReplicas']]).toEqual(['web-0 web-1', 1]);
  });

  it('takes the highest ordinals away first', async () => {
    await make();
    await runAll();
    await change({ replicas: 1 });
    expect(names()).toBe('web-0');
    await change({ replicas: 2, ordinals: { start: 5 } });
    await runAll();
    expect(names()).toBe('web-5 web-6');
  });

  it('updates from the top down to its partition, one pod after the other', async () => {
    await make({ updateStrategy: { rollingUpdate: { partition: 1 } } });
    await runAll();
    await change(image('2'));
    expect(images()).toEqual(['1', '1', '2']);
    await change({});
    expect(images()).toEqual(['1', '1', '2']);
    await runAll();
    expect(images()).toEqual(['1', '2', '2']);
    const { currentRevision, updateRevision } = status();
    expect(currentRevision).not.toBe(updateRevision);
    plane.ok(`DELETE ${pods}/web-0`);
    await plane.wait(0);
    await runAll();
    expect(images()).toEqual(['1', '2', '2']);
    await change({ updateStrategy: { rollingUpdate: { partition: 0 } } });
    await runAll();
    expect(images()).toEqual(['2', '2', '2']);
    expect(status()['currentRevision']).toBe(updateRevision);
  });

  it.each([
    [2, ['1', '2', '2']],
    ['100%', ['2', '2', '2']],
    ['10%', ['1', '1', '2']],
  ])('misses %s in an update', async (maxUnavailable, expected) => {
    await make({ podManagementPolicy: 'Parallel', updateStrategy: { rollingUpdate: { maxUnavailable } } });
    await runAll();
    await change(image('2'));
    expect(images()).toEqual(expected);
  });

  it('replaces what is broken before what is not', async () => {
    await make({ podManagementPolicy: 'Parallel' });
    await runAll();
    await say('web-0', 'Running', 'False');
    await change(image('2'));
    expect(images()).toEqual(['2', '1', '1']);
  });

  it('leaves updates to those who delete pods', async () => {
    await make({ updateStrategy: { type: 'OnDelete' } });
    await runAll();
    await change(image('2'));
    expect(images()).toEqual(['1', '1', '1']);
    plane.ok(`DELETE ${pods}/web-1`);
    await plane.wait(0);
    expect(images()).toEqual(['1', '2', '1']);
  });

  it.each(['Failed', 'Succeeded'])('makes a pod anew that has %s', async (phase) => {
    await make({ replicas: 1 });
    const [before] = list(pods);
    await say('web-0', phase);
    const [after] = list(pods);
    expect(after?.metadata.uid).not.toBe(before?.metadata.uid);
  });

  it('keeps no more revisions than it should, and takes back the one that was there', async () => {
    const revisions = (): readonly string[] =>
      list('/apis/apps/v1/namespaces/default/controllerrevisions').map(({ revision }) => String(revision));
    await make({ replicas: 1, revisionHistoryLimit: 1 });
    for (const version of ['2', '3', '4']) {
      await change(image(version));
      await runAll();
    }
    expect([...revisions()].sort()).toEqual(['3', '4']);
    await change(image('3'));
    await runAll();
    expect([...revisions()].sort()).toEqual(['4', '5']);
  });

  it('takes over what one of its name has left behind', async () => {
    await make({ replicas: 1 });
    await runAll();
    const [before] = list(pods);
    plane.ok(`DELETE ${sets}/web`, { propagationPolicy: 'Orphan' });
    await plane.wait(1000);
    expect(list(pods)[0]?.metadata.ownerReferences).toBeUndefined();
    await make({ replicas: 1 });
    const [after] = list(pods);
    expect(after?.metadata.uid).toBe(before?.metadata.uid);
    expect(after?.metadata.ownerReferences).toMatchObject([{ kind: 'StatefulSet', controller: true }]);
    expect(status()).toMatchObject({ replicas: 1, updatedReplicas: 1 });
  });

  it('says why a pod cannot be made, and tries again', async () => {
    const allow = plane.sim.admit(({ operation, definition }) => {
      if (operation === 'CREATE' && definition.kind === 'Pod') throw new Error('no room');
    });
    await expect(make({ replicas: 1 })).rejects.toThrow('a controller failed');
    const failures = plane.events('default').filter((event) => event.includes('FailedCreate'));
    expect(failures).toEqual([
      'Warning FailedCreate StatefulSet/web: Create Pod web-0 in StatefulSet web failed error: no room',
    ]);
    allow();
    await plane.clock.advance(60_000);
    expect(names()).toBe('web-0');
  });
});

describe('the claims of a StatefulSet', () => {
  const volumeClaimTemplates = [
    {
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    },
  ];
  const claimNames = (): string =>
    list(claims)
      .map(({ metadata }) => metadata.name)
      .join(' ');

  it('are made with their pods and stay', async () => {
    await make({ replicas: 2, volumeClaimTemplates });
    await runAll();
    expect(claimNames()).toBe('data-web-0 data-web-1');
    await change({ replicas: 0 });
    plane.ok(`DELETE ${sets}/web`);
    await plane.wait(1000);
    expect([names(), claimNames()]).toEqual(['', 'data-web-0 data-web-1']);
  });

  it('go with what the policy says', async () => {
    const persistentVolumeClaimRetentionPolicy = { whenScaled: 'Delete', whenDeleted: 'Delete' };
    await make({ replicas: 2, volumeClaimTemplates, persistentVolumeClaimRetentionPolicy });
    await runAll();
    await change({ replicas: 1 });
    await plane.wait(1000);
    expect(claimNames()).toBe('data-web-0');
    await change({ persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain' } });
    expect(list(claims)[0]?.metadata.ownerReferences).toBeUndefined();
    await change({ persistentVolumeClaimRetentionPolicy });
    plane.ok(`DELETE ${sets}/web`);
    await plane.wait(1000);
    expect([names(), claimNames()]).toEqual(['', '']);
  });
});

describe('whatever happens to a StatefulSet', () => {
  it('ends as its spec says', async () => {
    const step = fc.oneof(
      fc.record({ replicas: fc.nat(4) }),
      fc.record({ image: fc.constantFrom('2', '3') }),
      fc.record({ lose: fc.nat(4), how: fc.constantFrom('delete', 'fail', 'unready') }),
      fc.record({ run: fc.constant(true) }),
    );
    const policy = fc.constantFrom('OrderedReady', 'Parallel');
    await fc.assert(
      fc.asyncProperty(policy, fc.array(step, { maxLength: 12 }), async (podManagementPolicy, steps) => {
        plane = controlled();
        await make({ podManagementPolicy, replicas: 2 });
        let [replicas, version] = [2, '1'];
        for (const each of steps) {
          if ('replicas' in each) {
            ({ replicas } = each);
            await change({ replicas });
          } else if ('image' in each) {
            version = each.image;
            await change(image(version));
          } else if ('lose' in each) {
            const pod = list(pods)[each.lose]?.metadata.name;
            if (pod === undefined) continue;
            if (each.how === 'delete') plane.ok(`DELETE ${pods}/${pod}`);
            else if (each.how === 'fail') await say(pod, 'Failed');
            else await say(pod, 'Pending', 'False');
            await plane.wait(0);
          } else await runAll();
        }
        await runAll();
        const expected = Array.from({ length: replicas }, (_, ordinal) => `web-${ordinal}`);
        expect([names(), images()]).toEqual([expected.join(' '), expected.map(() => version)]);
        expect(status()['currentRevision']).toBe(status()['updateRevision']);
      }),
      { numRuns: 25 },
    );
  });
});
