// The roles that the operator is installed with, from the rules that its parts export.
import type { PolicyRule } from '@neo4j-operator/reconcile-kit';
import { stringify } from 'yaml';

const name = 'neo4j-operator';
const namespace = 'neo4j-operator';
const labels = { 'app.kubernetes.io/name': name };
const group = 'rbac.authorization.k8s.io';
/** The operator meets the strictest standard, and nothing less is to run beside it. */
const namespaceLabels = { ...labels, 'pod-security.kubernetes.io/enforce': 'restricted' };

/** What the operator may do: to the objects that it looks after, and to its Lease. */
export interface OperatorRules {
  readonly work: readonly PolicyRule[];
  readonly election: readonly PolicyRule[];
}

/** Namespace, service account and roles for an operator that looks after all namespaces. */
export function clusterWideRoles({ work, election }: OperatorRules): string {
  return documents('The operator for all namespaces', [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: namespaceLabels } },
    serviceAccount(),
    role('ClusterRole', name, undefined, work),
    binding('ClusterRoleBinding', name, undefined, { kind: 'ClusterRole', name }),
    role('Role', `${name}-election`, namespace, election),
    binding('RoleBinding', `${name}-election`, namespace, { kind: 'Role', name: `${name}-election` }),
  ]);
}

/** The same for one that looks after a single namespace, `default` here: to be repeated for each of several. */
export function namespacedRoles({ work, election }: OperatorRules): string {
  return documents(
    'The operator for the namespace default; repeat the first Role and its binding for others',
    [
      role('Role', name, 'default', work),
      binding('RoleBinding', name, 'default', { kind: 'Role', name }),
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: namespaceLabels } },
      serviceAccount(),
      role('Role', `${name}-election`, namespace, election),
      binding('RoleBinding', `${name}-election`, namespace, { kind: 'Role', name: `${name}-election` }),
    ],
  );
}

function serviceAccount(): object {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace, labels } };
}

function role(
  kind: string,
  roleName: string,
  where: string | undefined,
  rules: readonly PolicyRule[],
): object {
  return { apiVersion: `${group}/v1`, kind, metadata: metadata(roleName, where), rules };
}

function binding(
  kind: string,
  bindingName: string,
  where: string | undefined,
  ref: { kind: string; name: string },
): object {
  return {
    apiVersion: `${group}/v1`,
    kind,
    metadata: metadata(bindingName, where),
    roleRef: { apiGroup: group, ...ref },
    subjects: [{ kind: 'ServiceAccount', name, namespace }],
  };
}

function metadata(objectName: string, where: string | undefined): object {
  return { name: objectName, ...(where === undefined ? {} : { namespace: where }), labels };
}

function documents(what: string, objects: readonly object[]): string {
  const text = objects.map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false }));
  return `# ${what}. Generated from the rules that the libraries export: npm run generate\n${text.join('---\n')}`;
}
