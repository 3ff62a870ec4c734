import { expect, it } from '@jest/globals';
import { clusterRules } from './rbac.ts';

/** Verbs by resource, as people read them. */
const verbs = Object.fromEntries(
  clusterRules.flatMap(({ apiGroups, resources, verbs: allowed }) =>
    resources.map((resource) => [[apiGroups[0], resource].filter(Boolean).join('/'), allowed.join(' ')]),
  ),
);

it('the rules are what the controller asks for, and nothing else', () => {
  expect(verbs).toEqual({
    'neo4j.neo4j.com/neo4jenterpriseclusters': 'get list watch patch',
    'neo4j.neo4j.com/neo4jenterpriseclusters/status': 'patch',
    'neo4j.neo4j.com/neo4jenterpriseclusters/finalizers': 'update',
    'neo4j.neo4j.com/neo4jdatabases': 'get list watch',
    'apps/statefulsets': 'get list watch create patch',
    'policy/poddisruptionbudgets': 'get list watch create patch',
    services: 'get list watch create patch',
    configmaps: 'get list watch create patch delete',
    persistentvolumeclaims: 'get list watch create patch delete',
    secrets: 'get list watch create patch delete',
    pods: 'get list watch patch delete',
  });
});
