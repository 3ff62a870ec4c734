// The roles and bindings that a server has from its start, as far as they matter here.
import type { SimObject } from '../api/object.ts';
import type { PolicyRule } from './rules.ts';

const group = 'rbac.authorization.k8s.io';
const apiVersion = `${group}/v1`;

const publicInfo = ['/healthz', '/livez', '/readyz', '/version', '/version/'];
const discovery = ['/api', '/api/*', '/apis', '/apis/*', '/healthz', '/livez', '/openapi', '/openapi/*'];

/** Who may do what from the start: role, its rules, the groups that it is bound to. */
const roles: readonly (readonly [string, readonly PolicyRule[], readonly string[]])[] = [
  [
    'cluster-admin',
    [
      { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
      { verbs: ['*'], nonResourceURLs: ['*'] },
    ],
    ['system:masters'],
  ],
  [
    'system:basic-user',
    [
      {
        verbs: ['create'],
        apiGroups: ['authorization.k8s.io'],
        resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
      },
      { verbs: ['create'], apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'] },
    ],
    ['system:authenticated'],
  ],
  [
    'system:discovery',
    [{ verbs: ['get'], nonResourceURLs: [...discovery, '/readyz', '/version', '/version/'] }],
    ['system:authenticated'],
  ],
  [
    'system:public-info-viewer',
    [{ verbs: ['get'], nonResourceURLs: publicInfo }],
    ['system:authenticated', 'system:unauthenticated'],
  ],
];

/** ClusterRoles and ClusterRoleBindings to be stored at the start. */
export function bootstrapAccess(): readonly SimObject[] {
  return roles.flatMap(([name, rules, groups]) => [
    { apiVersion, kind: 'ClusterRole', metadata: metadata(name), rules },
    {
      apiVersion,
      kind: 'ClusterRoleBinding',
      metadata: metadata(name),
      subjects: groups.map((subject) => ({ kind: 'Group', apiGroup: group, name: subject })),
      roleRef: { apiGroup: group, kind: 'ClusterRole', name },
    },
  ]);
}

function metadata(name: string): SimObject['metadata'] {
  return {
    name,
    labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' },
    annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
  };
}
