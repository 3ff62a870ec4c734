// What the controller of StatefulSets does.
import { del, get, type Fields, patch, post, type Json, type Scene, scene, type Step } from '../scene.ts';
import { claims, pod, pods, statefulSet, statefulSets } from './objects.ts';

const set = `${statefulSets}/web`;
type Until = NonNullable<Step['until']>;
const there: Until = { status: 200 };
const gone: Until = { status: 404 };

function status(name: string, fields: Fields): Step {
  return patch('merge-patch', `${pods}/${name}/status`, { status: fields }, { quiet: true });
}

const readyStatus = {
  phase: 'Running',
  podIP: '10.1.1.1',
  conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }],
};

/** Plays the kubelet, as soon as there is a pod. */
function ready(name: string): readonly Step[] {
  return [get(`${pods}/${name}`, { until: there, quiet: true }), status(name, readyStatus)];
}

function waitFor(fields: Json): Step {
  return get(set, { until: { body: { status: fields } } });
}

/** When the controller has done all that it does by itself. */
const settled = get(set, { after: 1500 });

/** The same in all that counts, as another version of the program. */
function version(text: string): Fields {
  return { spec: { template: { metadata: { annotations: { version: text } } } } };
}

/** A pod that was made of that version. */
function isOf(text: string): Until {
  return { status: 200, body: { metadata: { annotations: { version: text } } } };
}

const template: Json = {
  metadata: { name: 'data', labels: { a: 'b' } },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
};

/** Of the StatefulSet and what it owns. */
export const statefulSetScenes: readonly Scene[] = [
  scene(
    'the update of a stateful set ends at its partition',
    post(statefulSets, statefulSet('web', { updateStrategy: { rollingUpdate: { partition: 1 } } })),
    ...ready('web-0'),
    ...ready('web-1'),
    waitFor({ readyReplicas: 2 }),
    patch('merge-patch', set, version('2')),
    get(`${pods}/web-1`, { until: isOf('2') }),
    ...ready('web-1'),
    settled,
    get(`${pods}/web-0`),
    del(`${pods}/web-0`),
    get(`${pods}/web-0`, { until: { status: 200, body: { status: { phase: 'Pending' } } } }),
    ...ready('web-0'),
    settled,
    patch('merge-patch', set, { spec: { updateStrategy: { rollingUpdate: { partition: 0 } } } }),
    get(`${pods}/web-0`, { until: isOf('2') }),
    ...ready('web-0'),
    settled,
  ),
  scene(
    'a revision that was there before comes back',
    post(statefulSets, statefulSet('web', { replicas: 1, revisionHistoryLimit: 0 })),
    ...ready('web-0'),
    waitFor({ readyReplicas: 1 }),
    patch('merge-patch', set, version('2')),
    get(`${pods}/web-0`, { until: isOf('2'), quiet: true }),
    settled,
    patch('merge-patch', set, { spec: { template: { metadata: { annotations: null } } } }),
    settled,
    get(`${pods}/web-0`),
  ),
  scene(
    'a broken update waits for its pods',
    post(statefulSets, statefulSet('web')),
    ...ready('web-0'),
    ...ready('web-1'),
    waitFor({ readyReplicas: 2 }),
    patch('merge-patch', set, version('2')),
    get(`${pods}/web-1`, { until: isOf('2'), quiet: true }),
    settled,
    patch('merge-patch', set, version('3')),
    settled,
    get(`${pods}/web-1`),
    get(`${pods}/web-0`),
  ),
  scene(
    'a broken update of a parallel stateful set',
    post(statefulSets, statefulSet('web', { podManagementPolicy: 'Parallel', replicas: 3 })),
    ...ready('web-0'),
    ...ready('web-1'),
    ...ready('web-2'),
    waitFor({ readyReplicas: 3 }),
    patch('merge-patch', set, version('2')),
    get(`${pods}/web-2`, { until: isOf('2'), quiet: true }),
    settled,
    patch('merge-patch', set, version('3')),
    settled,
    get(`${pods}/web-2`),
    get(`${pods}/web-1`),
    get(set),
  ),
  scene(
    'several pods may be missing in an update',
    post(
      statefulSets,
      statefulSet('web', {
        podManagementPolicy: 'Parallel',
        replicas: 3,
        updateStrategy: { rollingUpdate: { maxUnavailable: 2 } },
      }),
    ),
    ...ready('web-0'),
    ...ready('web-1'),
    ...ready('web-2'),
    waitFor({ readyReplicas: 3 }),
    patch('merge-patch', set, version('2')),
    get(`${pods}/web-2`, { until: isOf('2'), quiet: true }),
    get(`${pods}/web-1`, { until: isOf('2') }),
    get(`${pods}/web-0`, { after: 1000 }),
    get(set),
  ),
  scene(
    'pods that have ended are made anew',
    post(statefulSets, statefulSet('web')),
    ...ready('web-0'),
    get(`${pods}/web-1`, { until: there, quiet: true }),
    status('web-0', { phase: 'Failed' }),
    get(`${pods}/web-0`, { until: { body: { status: { phase: 'Pending' } } } }),
    ...ready('web-0'),
    status('web-1', { phase: 'Succeeded' }),
    get(`${pods}/web-1`, { until: { body: { status: { phase: 'Pending' } } } }),
    settled,
  ),
  scene(
    'ordinals begin anywhere',
    post(statefulSets, statefulSet('web', { ordinals: { start: 3 } })),
    ...ready('web-3'),
    ...ready('web-4'),
    waitFor({ readyReplicas: 2 }),
    patch('merge-patch', set, { spec: { ordinals: { start: 4 } } }),
    ...ready('web-5'),
    get(`${pods}/web-3`, { until: gone }),
    waitFor({ readyReplicas: 2, replicas: 2 }),
  ),
  scene(
    'pods have to be ready for a while',
    post(statefulSets, statefulSet('web', { minReadySeconds: 2, replicas: 1 })),
    get(`${pods}/web-0`, { until: there, quiet: true }),
    patch(
      'strategic-merge-patch',
      `${pods}/web-0/status`,
      { status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } },
      { quiet: true },
    ),
    waitFor({ readyReplicas: 1 }),
  ),
  scene(
    'claims go with what they belong to',
    post(
      statefulSets,
      statefulSet('web', {
        volumeClaimTemplates: [template],
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Delete' },
      }),
    ),
    ...ready('web-0'),
    ...ready('web-1'),
    settled,
    get(`${claims}/data-web-1`, { until: { body: { metadata: { ownerReferences: { length: 1 } } } } }),
    patch('merge-patch', `${pods}/web-1`, { metadata: { finalizers: ['example.com/a'] } }, { quiet: true }),
    patch('merge-patch', set, { spec: { replicas: 1 } }),
    get(`${pods}/web-1`, { until: { body: { metadata: { deletionGracePeriodSeconds: 0 } } } }),
    get(`${claims}/data-web-1`, {
      until: { body: { metadata: { ownerReferences: [{ kind: 'Pod' }] } } },
    }),
    patch('merge-patch', `${pods}/web-1`, { metadata: { finalizers: null } }, { quiet: true }),
    get(`${claims}/data-web-1`, { until: gone }),
    get(`${claims}/data-web-0`),
    settled,
    patch('merge-patch', set, {
      spec: { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain' } },
    }),
    get(`${claims}/data-web-0`, { until: { body: { metadata: { ownerReferences: null } } } }),
    del(set),
    get(pods, { until: { body: { items: { length: 0 } } } }),
    get(`${claims}/data-web-0`),
  ),
  scene(
    'a stateful set that goes leaves its pods if it is told to',
    post(statefulSets, statefulSet('web', { replicas: 1 })),
    get(`${pods}/web-0`, { until: there, quiet: true }),
    settled,
    del(set, { propagationPolicy: 'Orphan' }),
    get(set, { until: gone, quiet: true }),
    get(`${pods}/web-0`),
  ),
  scene(
    'pods that nobody controls are taken, and let go',
    post(pods, pod('web-0', {}, { labels: { app: 'web' } })),
    post(pods, pod('other', {}, { labels: { app: 'web' } })),
    post(statefulSets, statefulSet('web', { replicas: 1 })),
    settled,
    get(`${pods}/web-0`),
    get(`${pods}/other`),
    patch('merge-patch', `${pods}/web-0`, { metadata: { labels: { app: 'another' } } }, { quiet: true }),
    settled,
    get(`${pods}/web-0`),
    del(set, { propagationPolicy: 'Foreground' }),
    get(set, { until: gone, quiet: true }),
    get(`${pods}/web-0`),
  ),
];
