// Who may do what, by impersonation.
import { del, get, patch, post, type Scene, scene, type Step } from '../scene.ts';
import { bindings, configMap, configMaps, gadgets, object, pods, roles } from './objects.ts';

function as(user: string, step: Step, groups: readonly string[] = []): Step {
  const group = groups.length === 0 ? {} : { 'impersonate-group': groups.join(',') };
  return { ...step, headers: { ...step.headers, 'impersonate-user': user, ...group } };
}

const rbac = 'rbac.authorization.k8s.io';

export const access: readonly Scene[] = [
  scene(
    'a user without rights',
    as('nobody', get(configMaps)),
    as('nobody', get(`${configMaps}/a`)),
    as('nobody', post(configMaps, configMap('a'))),
    as('nobody', patch('merge-patch', `${configMaps}/a`, {})),
    as('nobody', del(`${configMaps}/a`)),
    as('nobody', del(configMaps)),
    as('nobody', get(`${configMaps}?watch=true`)),
    as('nobody', get('/api/v1/configmaps')),
    as('nobody', get('/api/v1/nodes/n')),
    as('nobody', get(`${gadgets}/a/status`)),
    as('nobody', get(`${pods}/a/log`)),
    as('nobody', get('/metrics')),
    as('nobody', get('/api')),
    as('nobody', get('/nonsense')),
    as('system:serviceaccount:{ns}:default', get(configMaps)),
    as('system:anonymous', get('/api')),
    as('boss', get(configMaps), ['system:masters']),
  ),
  scene(
    'a user with a role',
    post(
      roles,
      object(`${rbac}/v1`, 'Role', 'r', {
        rules: [
          { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'create'] },
          { apiGroups: [''], resources: ['secrets'], resourceNames: ['one'], verbs: ['get'] },
          { apiGroups: ['conformance.example'], resources: ['gadgets/status'], verbs: ['*'] },
          { apiGroups: [''], resources: ['pods/*'], verbs: ['get'] },
        ],
      }),
      { quiet: true },
    ),
    post(
      bindings,
      object(`${rbac}/v1`, 'RoleBinding', 'r', {
        roleRef: { apiGroup: rbac, kind: 'Role', name: 'r' },
        subjects: [
          { kind: 'User', name: 'some-{ns}', apiGroup: rbac },
          { kind: 'ServiceAccount', name: 'default', namespace: '{ns}' },
        ],
      }),
      { quiet: true },
    ),
    // The real server learns of new roles in its own time.
    as('some-{ns}', get(configMaps, { until: { status: 200 } }), []),
    as('some-{ns}', post(configMaps, configMap('a')), []),
    as('some-{ns}', get(`${configMaps}?watch=true`)),
    as('some-{ns}', del(`${configMaps}/a`)),
    as('some-{ns}', get('/api/v1/configmaps')),
    as('some-{ns}', get('/api/v1/namespaces/{ns}/secrets/one')),
    as('some-{ns}', get('/api/v1/namespaces/{ns}/secrets/two')),
    as('some-{ns}', get('/api/v1/namespaces/{ns}/secrets')),
    as('some-{ns}', get(`${gadgets}/a/status`)),
    as('some-{ns}', get(`${gadgets}/a`)),
    as('some-{ns}', get(`${pods}/a/status`)),
    as('some-{ns}', get(`${pods}/a`)),
    as('system:serviceaccount:{ns}:default', get(configMaps)),
    as('other', get(configMaps)),
    post(
      '/apis/authorization.k8s.io/v1/subjectaccessreviews',
      object('authorization.k8s.io/v1', 'SubjectAccessReview', '', {
        spec: {
          user: 'some-{ns}',
          resourceAttributes: { namespace: '{ns}', verb: 'list', resource: 'configmaps' },
        },
      }),
    ),
    as(
      'some-{ns}',
      post(
        '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        object('authorization.k8s.io/v1', 'SelfSubjectAccessReview', '', {
          spec: { resourceAttributes: { namespace: '{ns}', verb: 'delete', resource: 'configmaps' } },
        }),
      ),
      ['system:authenticated'],
    ),
  ),
];
