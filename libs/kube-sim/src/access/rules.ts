// Roles, bindings and how their rules are read.
import type { SimObject } from '../api/object.ts';
import type { UserInfo } from '../api/request.ts';
import type { ResourceType, StrategyContext } from '../api/resource.ts';
import type { AccessAttributes } from './authorizer.ts';

/** A rule of a role, as in `rbac.authorization.k8s.io/v1`. */
export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

/** The rules that bindings give to a user. */
export interface RuleSource {
  readonly bound: readonly { readonly rules: readonly PolicyRule[]; readonly because: string }[];
  /** What the server says of roles that are bound but not there. */
  readonly missing: readonly string[];
}

interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

interface Binding {
  readonly metadata: SimObject['metadata'];
  readonly subjects?: readonly Subject[];
  readonly roleRef: { readonly kind: string; readonly name: string };
}

interface Role extends SimObject {
  readonly rules?: readonly PolicyRule[] | null;
  readonly aggregationRule?: {
    readonly clusterRoleSelectors?: readonly { readonly matchLabels?: Readonly<Record<string, string>> }[];
  };
}

const rbac = (plural: string): ResourceType => ({ group: 'rbac.authorization.k8s.io', plural });

/** The rules that apply to a user in a namespace; with an empty one, those that apply everywhere. */
export function boundRules(
  { list }: Pick<StrategyContext, 'list'>,
  user: UserInfo,
  namespace: string,
): RuleSource {
  const clusterRoles = list(rbac('clusterroles')) as readonly Role[];
  const roles = namespace === '' ? [] : (list(rbac('roles'), namespace) as readonly Role[]);
  const bindings = [
    ...list(rbac('clusterrolebindings')),
    ...(namespace === '' ? [] : list(rbac('rolebindings'), namespace)),
  ] as unknown as readonly Binding[];
  const bound: { rules: readonly PolicyRule[]; because: string }[] = [];
  const missing: string[] = [];
  for (const { metadata, subjects, roleRef } of bindings) {
    const subject = subjects?.find((one) => applies(one, user, metadata.namespace ?? ''));
    if (subject === undefined) continue;
    const { kind, name } = roleRef;
    const role = (kind === 'Role' ? roles : clusterRoles).find((one) => one.metadata.name === name);
    if (role === undefined) {
      missing.push(`${kind.toLowerCase()}.rbac.authorization.k8s.io "${name}" not found`);
      continue;
    }
    const binding =
      metadata.namespace === undefined
        ? `ClusterRoleBinding "${metadata.name}"`
        : `RoleBinding "${metadata.name}/${metadata.namespace}"`;
    const whom =
      subject.kind === 'ServiceAccount' ? `${subject.name}/${subject.namespace ?? ''}` : subject.name;
    bound.push({
      rules: rulesOf(role, clusterRoles),
      because: `${binding} of ${kind} "${name}" to ${subject.kind} "${whom}"`,
    });
  }
  return { bound, missing };
}

/** Whether a rule allows what is asked for. */
export function ruleAllows(rule: PolicyRule, { verb, path, resource }: AccessAttributes): boolean {
  if (!has(rule.verbs, verb)) return false;
  if (resource === undefined) {
    return (rule.nonResourceURLs ?? []).some(
      (url) => url === path || (url.endsWith('*') && path.startsWith(url.slice(0, -1))),
    );
  }
  const { group, plural, subresource = '', name = '' } = resource;
  const { apiGroups = [], resources = [], resourceNames = [] } = rule;
  return (
    has(apiGroups, group) &&
    (has(resources, subresource === '' ? plural : `${plural}/${subresource}`) ||
      (subresource !== '' && resources.includes(`*/${subresource}`))) &&
    (resourceNames.length === 0 || resourceNames.includes(name))
  );
}

function applies({ kind, name, namespace }: Subject, user: UserInfo, bindingNamespace: string): boolean {
  switch (kind) {
    case 'User':
      return user.name === name;
    case 'Group':
      return user.groups.includes(name);
    default:
      return user.name === `system:serviceaccount:${namespace ?? bindingNamespace}:${name}`;
  }
}

/** An aggregated role has the rules of the roles that its labels select, whether or not a controller has written them down. */
function rulesOf(role: Role, all: readonly Role[]): readonly PolicyRule[] {
  const selectors = role.aggregationRule?.clusterRoleSelectors;
  if (selectors === undefined) return role.rules ?? [];
  return all
    .filter((one) => one !== role && selectors.some(({ matchLabels = {} }) => selects(matchLabels, one)))
    .flatMap((one) =>
      rulesOf(
        one,
        all.filter((other) => other !== role),
      ),
    );
}

function selects(labels: Readonly<Record<string, string>>, { metadata }: Role): boolean {
  return Object.entries(labels).every(([key, value]) => metadata.labels?.[key] === value);
}

function has(allowed: readonly string[], one: string): boolean {
  return allowed.includes(one) || allowed.includes('*');
}
