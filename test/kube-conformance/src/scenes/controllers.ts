// What controllers do: a table of its own, since each answer is waited for.
import { del, get, type Fields, type Json, patch, post, type Scene, scene, type Step } from '../scene.ts';
import {
  budget,
  budgets,
  claim,
  claims,
  configMap,
  configMaps,
  core,
  job,
  jobs,
  object,
  pod,
  pods,
  statefulSet,
  statefulSets,
} from './objects.ts';
import { collectingScenes } from './collecting.ts';
import { cronJobScenes } from './cron-jobs.ts';
import { jobScenes } from './jobs.ts';
import { statefulSetScenes } from './stateful-sets.ts';

const gone: Step['until'] = { status: 404 };

/** Plays the kubelet. */
function ready(name: string): Step {
  const status = { phase: 'Running', podIP: '10.1.1.1', conditions: [{ type: 'Ready', status: 'True' }] };
  return patch('merge-patch', `${pods}/${name}/status`, { status }, { quiet: true });
}

function ended(name: string, phase: string): Step {
  return patch('merge-patch', `${pods}/${name}/status`, { status: { phase } }, { quiet: true });
}

function ownedBy(name: string, more: Fields = {}): Fields {
  return {
    ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name, uid: `«${name}/metadata/uid»`, ...more }],
  };
}

function templates(name: string): Json {
  return [
    {
      metadata: { name },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    },
  ];
}

const set = `${statefulSets}/web`;

export const controllerScenes: readonly Scene[] = [
  scene(
    'dependents are collected',
    post(configMaps, configMap('owner'), { as: 'owner' }),
    post(configMaps, configMap('dependent', {}, ownedBy('owner'))),
    post(configMaps, configMap('held', {}, { ...ownedBy('owner'), finalizers: ['example.com/a'] })),
    del(`${configMaps}/owner`),
    get(`${configMaps}/dependent`, { until: gone }),
    get(`${configMaps}/held`, { until: { body: { metadata: { deletionGracePeriodSeconds: 0 } } } }),
    patch('merge-patch', `${configMaps}/held`, { metadata: { finalizers: null } }),
    get(`${configMaps}/held`, { until: gone }),
    post(configMaps, configMap('astray', {}, ownedBy('owner'))),
    get(`${configMaps}/astray`, { until: gone }),
  ),
  scene(
    'an owner waits for its dependents',
    post(configMaps, configMap('owner'), { as: 'owner' }),
    post(
      configMaps,
      configMap(
        'held',
        {},
        { ...ownedBy('owner', { blockOwnerDeletion: true }), finalizers: ['example.com/a'] },
      ),
    ),
    del(`${configMaps}/owner`, { propagationPolicy: 'Foreground' }),
    get(`${configMaps}/held`, { until: { body: { metadata: { deletionGracePeriodSeconds: 0 } } } }),
    get(`${configMaps}/owner`),
    patch('merge-patch', `${configMaps}/held`, { metadata: { finalizers: null } }),
    get(`${configMaps}/owner`, { until: gone }),
  ),
  scene(
    'orphans stay',
    post(configMaps, configMap('owner'), { as: 'owner' }),
    post(configMaps, configMap('orphan', {}, ownedBy('owner')), { as: 'orphan' }),
    del(`${configMaps}/owner`, { propagationPolicy: 'Orphan' }),
    get(`${configMaps}/owner`, { until: gone }),
    get(`${configMaps}/orphan`),
  ),
  scene(
    'a namespace is emptied',
    post('/api/v1/namespaces', object('v1', 'Namespace', '{ns}-x')),
    get('/api/v1/namespaces/{ns}-x/serviceaccounts/default', { until: { status: 200 } }),
    get('/api/v1/namespaces/{ns}-x/configmaps/kube-root-ca.crt', { until: { status: 200 }, quiet: true }),
    post('/api/v1/namespaces/{ns}-x/configmaps', configMap('a')),
    post(
      '/apis/conformance.example/v1/namespaces/{ns}-x/gadgets',
      object('conformance.example/v1', 'Gadget', 'a', { spec: { size: 1 } }),
    ),
    del('/api/v1/namespaces/{ns}-x'),
    get('/api/v1/namespaces/{ns}-x', { until: gone }),
    get('/api/v1/namespaces/{ns}-x/configmaps'),
    get('/apis/conformance.example/v1/namespaces/{ns}-x/gadgets'),
  ),
  scene(
    'a stateful set grows and shrinks in order',
    post(statefulSets, statefulSet('web', { volumeClaimTemplates: templates('data') })),
    get(`${pods}/web-0`, { until: { status: 200 } }),
    get(`${claims}/data-web-0`),
    get(`${pods}/web-1`),
    ready('web-0'),
    get(`${pods}/web-1`, { until: { status: 200 } }),
    ready('web-1'),
    get(set, { until: { body: { status: { readyReplicas: 2, updatedReplicas: 2 } } } }),
    get('/apis/apps/v1/namespaces/{ns}/controllerrevisions'),
    patch('merge-patch', `${set}/scale`, { spec: { replicas: 1 } }),
    get(`${pods}/web-1`, { until: gone }),
    get(set, { until: { body: { status: { replicas: 1, observedGeneration: 2 } } } }),
    get(`${claims}/data-web-1`),
    del(`${pods}/web-0`),
    get(`${pods}/web-0`, { until: { status: 200, body: { status: { phase: 'Pending' } } } }),
    del(set),
    get(pods, { until: { body: { items: { length: 0 } } } }),
    get(claims),
  ),
  scene(
    'a stateful set rolls',
    post(statefulSets, statefulSet('web', { podManagementPolicy: 'Parallel' })),
    get(`${pods}/web-0`, { until: { status: 200 }, quiet: true }),
    get(`${pods}/web-1`, { until: { status: 200 }, quiet: true }),
    ready('web-0'),
    ready('web-1'),
    get(set, { until: { body: { status: { readyReplicas: 2 } } } }),
    patch('merge-patch', set, { spec: { template: { metadata: { annotations: { version: '2' } } } } }),
    get(`${pods}/web-1`, { until: { body: { metadata: { annotations: { version: '2' } } } } }),
    ready('web-1'),
    get(`${pods}/web-0`, { until: { body: { metadata: { annotations: { version: '2' } } } } }),
    ready('web-0'),
    get(set, { until: { body: { status: { updatedReplicas: 2, readyReplicas: 2 } } } }),
    patch('merge-patch', set, {
      spec: {
        updateStrategy: { type: 'OnDelete', rollingUpdate: null },
        template: { metadata: { annotations: { version: '3' } } },
      },
    }),
    get(set, { until: { body: { status: { observedGeneration: 3 } } } }),
    del(`${pods}/web-1`, { gracePeriodSeconds: 0 }),
    get(`${pods}/web-1`, { until: { status: 200, body: { metadata: { annotations: { version: '3' } } } } }),
  ),
  scene(
    'a job runs to its end',
    post(jobs, job('once', { completions: 1 })),
    get(jobs, { until: { body: { items: [{ status: { active: 1 } }] } } }),
    get(pods, { as: 'pods' }),
    patch(
      'merge-patch',
      `${pods}/«pods/items/0/metadata/name»/status`,
      { status: { phase: 'Succeeded' } },
      { quiet: true },
    ),
    get(`${jobs}/once`, {
      until: { body: { status: { succeeded: 1, conditions: { '1': { type: 'Complete' } } } } },
    }),
    get(`${pods}/«pods/items/0/metadata/name»`),
    del(`${jobs}/once`, { propagationPolicy: 'Background' }),
    get(pods, { until: { body: { items: { length: 0 } } } }),
  ),
  scene(
    'a job fails for good',
    post(jobs, job('once', { backoffLimit: 0 })),
    get(pods, { as: 'pods', until: { body: { items: { length: 1 } } } }),
    ended('«pods/items/0/metadata/name»', 'Failed'),
    get(`${jobs}/once`, {
      until: { body: { status: { failed: 1, conditions: { '1': { type: 'Failed' } } } } },
    }),
  ),
  scene(
    'a budget is kept',
    post(budgets, budget('web')),
    post(statefulSets, statefulSet('web', { podManagementPolicy: 'Parallel' })),
    get(`${pods}/web-1`, { until: { status: 200 }, quiet: true }),
    get(`${pods}/web-0`, { until: { status: 200 }, quiet: true }),
    ready('web-0'),
    ready('web-1'),
    get(`${budgets}/web`, { until: { body: { status: { disruptionsAllowed: 1 } } } }),
    post(`${pods}/web-0/eviction`, object('policy/v1', 'Eviction', 'web-0')),
    get(`${budgets}/web`, { until: { body: { status: { currentHealthy: 1 } } }, quiet: true }),
    post(`${pods}/web-1/eviction`, object('policy/v1', 'Eviction', 'web-1')),
  ),
  scene(
    'a claim that is used stays',
    post(claims, claim('data')),
    post(
      pods,
      pod('user', { nodeName: 'n1', volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }] }),
    ),
    del(`${claims}/data`),
    get(`${claims}/data`),
    del(`${pods}/user`, { gracePeriodSeconds: 0 }),
    get(`${claims}/data`, { until: gone }),
    get(`${core}/pods`),
  ),
  ...collectingScenes,
  ...statefulSetScenes,
  ...jobScenes,
  ...cronJobScenes,
];
