// What the garbage collector does with owners and dependents of all kinds.
import { del, type Fields, get, type Json, patch, post, type Scene, scene, type Step } from '../scene.ts';
import { configMap, configMaps, object, secrets } from './objects.ts';

const gone: NonNullable<Step['until']> = { status: 404 };
const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }];
const roles = '/apis/rbac.authorization.k8s.io/v1/clusterroles';

/** A reference to an object that an earlier step has made. */
function owner(name: string, more: Fields = {}): Fields {
  return { apiVersion: 'v1', kind: 'ConfigMap', name, uid: `«${name}/metadata/uid»`, ...more };
}

function owned(name: string, ...ownerReferences: readonly Json[]): Step {
  return post(configMaps, configMap(name, {}, { ownerReferences }), { as: name });
}

const made = (name: string): Step => post(configMaps, configMap(name), { as: name });
const stays = (name: string): Step => get(`${configMaps}/${name}`, { after: 1000 });
const goes = (name: string): Step => get(`${configMaps}/${name}`, { until: gone });
const blocks = { blockOwnerDeletion: true };
const held = (name: string, ...ownerReferences: readonly Json[]): Step =>
  post(configMaps, configMap(name, {}, { ownerReferences, finalizers: ['example.com/a'] }), { as: name });
const free = (name: string): Step =>
  patch('merge-patch', `${configMaps}/${name}`, { metadata: { finalizers: null } }, { quiet: true });

/** Of owners and dependents. */
export const collectingScenes: readonly Scene[] = [
  scene(
    'a dependent with two owners goes with the last',
    made('one'),
    made('two'),
    owned('both', owner('one'), owner('two')),
    del(`${configMaps}/one`),
    get(`${configMaps}/both`, { until: { body: { metadata: { ownerReferences: { length: 1 } } } } }),
    del(`${configMaps}/two`),
    goes('both'),
  ),
  scene(
    'dependents of dependents go as well',
    made('one'),
    owned('two', owner('one')),
    owned('three', owner('two')),
    del(`${configMaps}/one`),
    goes('three'),
    goes('two'),
  ),
  scene(
    'an owner waits for dependents of dependents',
    made('one'),
    owned('two', owner('one', blocks)),
    held('three', owner('two', blocks)),
    del(`${configMaps}/one`, { propagationPolicy: 'Foreground' }),
    get(`${configMaps}/three`, { until: { body: { metadata: { deletionGracePeriodSeconds: 0 } } } }),
    stays('two'),
    stays('one'),
    free('three'),
    goes('one'),
    goes('two'),
  ),
  scene(
    'an owner does not wait for dependents that do not ask for it',
    made('one'),
    held('two', owner('one')),
    del(`${configMaps}/one`, { propagationPolicy: 'Foreground' }),
    goes('one'),
    stays('two'),
    free('two'),
    goes('two'),
  ),
  scene(
    'an owner does not wait for a dependent that has another',
    made('one'),
    made('other'),
    owned('both', owner('one', blocks), owner('other')),
    del(`${configMaps}/one`, { propagationPolicy: 'Foreground' }),
    goes('one'),
    stays('both'),
  ),
  scene(
    'owners in other namespaces are none',
    made('one'),
    post('/api/v1/namespaces', object('v1', 'Namespace', '{ns}-other'), { quiet: true }),
    post(
      '/api/v1/namespaces/{ns}-other/configmaps',
      configMap('astray', {}, { ownerReferences: [owner('one')] }),
    ),
    get('/api/v1/namespaces/{ns}-other/configmaps/astray', { until: gone }),
  ),
  scene(
    'owners in namespaces own nothing outside of them',
    made('one'),
    post(
      roles,
      object('rbac.authorization.k8s.io/v1', 'ClusterRole', '{ns}-astray', {
        metadata: { ownerReferences: [owner('one')] },
        rules,
      }),
    ),
    del(`${configMaps}/one`),
    get(`${roles}/{ns}-astray`, { after: 2000 }),
  ),
  scene(
    'owners outside of namespaces own what is in them',
    post(roles, object('rbac.authorization.k8s.io/v1', 'ClusterRole', '{ns}-owner', { rules }), {
      as: 'role',
    }),
    post(
      secrets,
      object('v1', 'Secret', 'owned', {
        metadata: {
          ownerReferences: [
            {
              apiVersion: 'rbac.authorization.k8s.io/v1',
              kind: 'ClusterRole',
              name: '{ns}-owner',
              uid: '«role/metadata/uid»',
            },
          ],
        },
      }),
    ),
    del(`${roles}/{ns}-owner`),
    get(`${secrets}/owned`, { until: gone }),
  ),
  scene(
    'owners of a kind that is not known keep their dependents',
    owned('one', { apiVersion: 'example.com/v1', kind: 'Nothing', name: 'a', uid: 'u-1' }),
    stays('one'),
  ),
  scene(
    'an owner of another uid is none',
    made('one'),
    owned('two', { ...owner('one'), uid: 'u-2' }),
    goes('two'),
  ),
  scene(
    'a dependent that loses its owner is left',
    made('one'),
    owned('two', owner('one')),
    patch('merge-patch', `${configMaps}/two`, { metadata: { ownerReferences: null } }, { quiet: true }),
    del(`${configMaps}/one`),
    stays('two'),
  ),
  scene(
    'orphans of an owner that waits keep their other owners',
    made('one'),
    made('other'),
    owned('both', owner('one'), owner('other')),
    del(`${configMaps}/one`, { propagationPolicy: 'Orphan' }),
    goes('one'),
    stays('both'),
  ),
];
