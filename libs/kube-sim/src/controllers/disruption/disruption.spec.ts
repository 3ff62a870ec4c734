import { beforeEach, describe, expect, it } from '@jest/globals';
import type { SimObject } from '../../api/object.ts';
import { type Answer, controlled, type Controlled, core, podOf, podSays } from '../controlled.spec-helper.ts';

const budgets = '/apis/policy/v1/namespaces/default/poddisruptionbudgets';
const sets = '/apis/apps/v1/namespaces/default/statefulsets';
const gone = "Cannot evict pod as it would violate the pod's disruption budget.";

let plane: Controlled;
beforeEach(async () => {
  plane = controlled();
  await plane.wait(0);
});

function budget(name: string, spec: object): object {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name },
    spec: { selector: { matchLabels: { app: 'x' } }, ...spec },
  };
}

function set(name: string, replicas: number): object {
  const labels = { app: 'x', set: name };
  const spec = { containers: [{ name: 'c', image: 'i' }] };
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name },
    spec: {
      replicas,
      serviceName: name,
      selector: { matchLabels: { set: name } },
      template: { metadata: { labels }, spec },
    },
  };
}

async function makeBudget(name: string, spec: object): Promise<Record<string, unknown>> {
  plane.ok(`POST ${budgets}`, budget(name, spec));
  await plane.wait(0);
  return statusOf(plane.ok(`GET ${budgets}/${name}`));
}

function statusOf(object: SimObject): Record<string, unknown> {
  return object['status'] as Record<string, unknown>;
}

/** By default on a node that nobody has heard of: long before that matters the test is over. */
async function makePods(
  names: readonly string[],
  ready: 'True' | 'False' = 'True',
  spec: object = { nodeName: 'n' },
): Promise<void> {
  for (const name of names) {
    plane.ok(`POST ${core('default', 'pods')}`, podOf(name, spec));
    say(name, 'Running', ready);
  }
  await plane.wait(0);
}

function say(name: string, phase: string, ready: 'True' | 'False'): void {
  plane.ok(`PATCH ${core('default', 'pods', name)}/status`, podSays(phase, ready));
}

function evict(name: string, deleteOptions: object = {}, query = ''): Answer {
  return plane.ask(`POST ${core('default', 'pods', name)}/eviction${query}`, {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name },
    deleteOptions,
  });
}

describe('the status of a budget', () => {
  it.each([
    [{ minAvailable: 2 }, 2, 1],
    [{ minAvailable: '50%' }, 2, 1],
    [{ minAvailable: '34%' }, 2, 1],
    [{ minAvailable: '100%' }, 3, 0],
    [{ minAvailable: 9 }, 9, 0],
    [{ maxUnavailable: 1 }, 2, 1],
    [{ maxUnavailable: '34%' }, 1, 2],
    [{ maxUnavailable: 0 }, 3, 0],
    [{ maxUnavailable: 9 }, 0, 3],
  ])('counts three StatefulSets of one pod each for %j', async (spec, desiredHealthy, disruptionsAllowed) => {
    for (const name of ['a', 'b', 'c']) plane.ok(`POST ${sets}`, set(name, 1));
    await plane.wait(0);
    for (const name of ['a-0', 'b-0', 'c-0']) say(name, 'Running', 'True');
    expect(await makeBudget('b', spec)).toMatchObject({
      currentHealthy: 3,
      desiredHealthy,
      disruptionsAllowed,
      expectedPods: 3,
      observedGeneration: 1,
      conditions: [
        {
          type: 'DisruptionAllowed',
          status: disruptionsAllowed > 0 ? 'True' : 'False',
          reason: disruptionsAllowed > 0 ? 'SufficientPods' : 'InsufficientPods',
          observedGeneration: 1,
        },
      ],
    });
  });

  it('counts what a StatefulSet wants, not what it has', async () => {
    plane.ok(`POST ${sets}`, set('a', 3));
    await plane.wait(0);
    say('a-0', 'Running', 'False');
    expect(await makeBudget('b', { maxUnavailable: 1 })).toMatchObject({
      expectedPods: 3,
      desiredHealthy: 2,
      currentHealthy: 0,
    });
  });

  it('says that nothing is selected, or that a pod has no controller', async () => {
    await makeBudget('b', { minAvailable: 1 });
    expect(plane.events('default')).toEqual(['Normal NoPods PodDisruptionBudget/b: No matching pods found']);
    await makePods(['alone']);
    plane.ok(`PATCH ${budgets}/b`, { spec: { minAvailable: null, maxUnavailable: 1 } });
    await plane.wait(0);
    expect(statusOf(plane.ok(`GET ${budgets}/b`))).toMatchObject({ expectedPods: 0, disruptionsAllowed: 0 });
    expect(plane.events('default')[1]).toBe(
      'Warning UnmanagedPods PodDisruptionBudget/b: Pods selected by this PodDisruptionBudget (selector: &LabelSelector{MatchLabels:map[string]string{app: x,},MatchExpressions:[]LabelSelectorRequirement{},}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.',
    );
  });

  it('allows nothing if a controller of its pods cannot be scaled', async () => {
    const owner = plane.ok(`POST ${core('default', 'configmaps')}`, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'owner' },
    });
    const ownerReferences = [
      { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: owner.metadata.uid, controller: true },
    ];
    plane.ok(`POST ${core('default', 'pods')}`, podOf('odd', { nodeName: 'n' }, { ownerReferences }));
    say('odd', 'Running', 'True');
    const message = 'configmaps does not implement the scale subresource';
    const status = await makeBudget('b', { maxUnavailable: 1 });
    expect(status).toMatchObject({
      disruptionsAllowed: 0,
      conditions: [{ type: 'DisruptionAllowed', status: 'False', reason: 'SyncFailed', message }],
    });
    expect(status['observedGeneration']).toBeUndefined();
    expect(plane.events('default')).toEqual([
      `Warning CalculateExpectedPodCountFailed PodDisruptionBudget/b: Failed to calculate the number of expected pods: ${message}`,
    ]);
    expect(evict('odd')).toMatchObject({ status: 429, headers: { 'retry-after': '10' } });
  });

  it('forgets an eviction that was granted and never carried out', async () => {
    await makePods(['a', 'b'], 'True', {});
    await makeBudget('b', { minAvailable: 1 });
    expect(evict('a', { preconditions: { uid: 'another' } }).status).toBe(409);
    await plane.wait(0);
    const lame = statusOf(plane.ok(`GET ${budgets}/b`));
    expect(lame).toMatchObject({ disruptionsAllowed: 0, currentHealthy: 1 });
    expect(Object.keys(lame['disruptedPods'] as object)).toEqual(['a']);
    await plane.wait(121_000);
    expect(statusOf(plane.ok(`GET ${budgets}/b`))).toMatchObject({
      disruptionsAllowed: 1,
      currentHealthy: 2,
    });
    expect(plane.events('default')).toEqual([
      "Warning NotDeleted Pod/a: Pod was expected by PDB default/default to be deleted but it wasn't",
    ]);
  });
});

describe('an eviction', () => {
  it('deletes a pod that a budget can spare, and says so on the pod', async () => {
    await makePods(['a', 'b']);
    await makeBudget('b', { minAvailable: 1 });
    expect(evict('a', { gracePeriodSeconds: 7 }).body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      code: 201,
    });
    const pod = plane.ok(`GET ${core('default', 'pods', 'a')}`);
    expect(pod.metadata.deletionGracePeriodSeconds).toBe(7);
    expect(statusOf(pod)['conditions']).toContainEqual(
      expect.objectContaining({
        type: 'DisruptionTarget',
        status: 'True',
        reason: 'EvictionByEvictionAPI',
        message: 'Eviction API: evicting',
      }),
    );
    await plane.wait(0);
    expect(evict('a').status).toBe(201);
    expect(evict('b')).toMatchObject({
      status: 429,
      body: {
        message: gone,
        reason: 'TooManyRequests',
        details: {
          causes: [
            {
              reason: 'DisruptionBudget',
              message: 'The disruption budget b needs 1 healthy pods and has 1 currently',
            },
          ],
        },
      },
    });
    expect(evict('b').headers).not.toHaveProperty('retry-after');
    expect(evict('b', {}, '?dryRun=All').status).toBe(429);
  });

  it('grants no second one on the same count, however soon it comes', async () => {
    await makePods(['a', 'b', 'c']);
    await makeBudget('b', { minAvailable: 2 });
    expect([evict('a').status, evict('b').status]).toEqual([201, 429]);
  });

  it('waits for a budget whose change was not looked at', async () => {
    await makePods(['a', 'b']);
    await makeBudget('b', { minAvailable: 2 });
    plane.ok(`PATCH ${budgets}/b`, { spec: { minAvailable: 1 } });
    expect(evict('a')).toMatchObject({
      status: 429,
      headers: { 'retry-after': '10' },
      body: {
        details: {
          retryAfterSeconds: 10,
          causes: [{ message: 'The disruption budget b is still being processed by the server.' }],
        },
      },
    });
    await plane.wait(0);
    expect(evict('a').status).toBe(201);
  });

  it('changes nothing in a dry run', async () => {
    await makePods(['a']);
    const before = await makeBudget('b', { minAvailable: 0 });
    expect([evict('a', {}, '?dryRun=All').status, evict('a', { dryRun: ['All'] }).status]).toEqual([
      201, 201,
    ]);
    await plane.wait(0);
    expect(statusOf(plane.ok(`GET ${budgets}/b`))).toEqual(before);
    expect(plane.ok(`GET ${core('default', 'pods', 'a')}`).metadata.deletionTimestamp).toBeUndefined();
  });

  it('holds to preconditions', async () => {
    await makePods(['a']);
    const { uid = '', resourceVersion = '' } = plane.ok(`GET ${core('default', 'pods', 'a')}`).metadata;
    expect(evict('a', { preconditions: { uid: 'another' } }).body.message).toBe(
      `Operation cannot be fulfilled on Pod "a": the UID in the precondition (another) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
    );
    expect(evict('a', { preconditions: { resourceVersion: '1' } }).body.message).toBe(
      `Operation cannot be fulfilled on Pod "a": the ResourceVersion in the precondition (1) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`,
    );
    expect(evict('a', { preconditions: { uid, resourceVersion } }).status).toBe(201);
  });

  it('spares pods that are not well only as the budget says', async () => {
    await makePods(['a', 'b']);
    await makePods(['ill'], 'False');
    await makeBudget('b', { minAvailable: 3 });
    const tryAfter = async (spec: object): Promise<number> => {
      plane.ok(`PATCH ${budgets}/b`, { spec });
      await plane.wait(0);
      return evict('ill', {}, '?dryRun=All').status;
    };
    expect(await tryAfter({})).toBe(429);
    expect(await tryAfter({ unhealthyPodEvictionPolicy: 'AlwaysAllow' })).toBe(201);
    expect(await tryAfter({ unhealthyPodEvictionPolicy: 'IfHealthyBudget' })).toBe(429);
    expect(await tryAfter({ minAvailable: 2 })).toBe(201);
    expect(evict('a').status).toBe(429);
  });

  it('takes pods that are over or have not begun whatever a budget says', async () => {
    plane.ok(`POST ${core('default', 'pods')}`, podOf('pending'));
    await makePods(['over']);
    say('over', 'Succeeded', 'False');
    await makeBudget('b', { minAvailable: 9 });
    expect([evict('pending').status, evict('over').status]).toEqual([201, 201]);
  });

  it('refuses two budgets, other names and pods that are not there', async () => {
    await makePods(['a']);
    await makeBudget('one', { minAvailable: 0 });
    await makeBudget('two', { minAvailable: 0 });
    expect(evict('a')).toMatchObject({
      status: 500,
      body: {
        message:
          'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
      },
    });
    expect(evict('a').body).not.toHaveProperty('reason');
    expect(evict('nobody').body.message).toBe('pods "nobody" not found');
    const path = `POST ${core('default', 'pods', 'a')}/eviction`;
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'z' } };
    expect(plane.ask(path, eviction).body.message).toBe('name in URL does not match name in Eviction object');
    expect(plane.ask(path, podOf('a')).body.message).toBe(
      'Pod in version "v1" cannot be handled as a Eviction: converting (v1.Pod) to (policy.Eviction): unknown conversion',
    );
  });

  it('is taken back on a pod that is still there after two minutes', async () => {
    await makePods(['a'], 'True', {});
    plane.ok(`PATCH ${core('default', 'pods', 'a')}/status`, {
      status: {
        conditions: [
          {
            type: 'DisruptionTarget',
            status: 'True',
            reason: 'EvictionByEvictionAPI',
            lastTransitionTime: '2026-01-01T00:00:00Z',
          },
        ],
      },
    });
    await plane.wait(119_000);
    const marks = (): unknown => statusOf(plane.ok(`GET ${core('default', 'pods', 'a')}`))['conditions'];
    expect(marks()).toEqual([expect.objectContaining({ type: 'DisruptionTarget', status: 'True' })]);
    await plane.wait(2000);
    expect(marks()).toEqual([expect.objectContaining({ type: 'DisruptionTarget', status: 'False' })]);
  });
});
