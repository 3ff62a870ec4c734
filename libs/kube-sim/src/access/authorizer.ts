// What a user may do, by the roles and bindings that are stored (role-based access control).
import { ApiFailure } from '../api/failure.ts';
import type { UserInfo } from '../api/request.ts';
import type { StrategyContext } from '../api/resource.ts';
import { type PolicyRule, type RuleSource, boundRules, ruleAllows } from './rules.ts';

/** What is asked for, as far as access goes: something of a resource, or a path that is no resource. */
export interface AccessAttributes {
  readonly user: UserInfo;
  /** `get`, `list`, `deletecollection`, ...; for a path that is no resource the method in lower case. */
  readonly verb: string;
  readonly group: string;
  /** Lower-case plural. */
  readonly resource: string;
  readonly subresource: string | undefined;
  /** Of a namespace itself: its own name. */
  readonly namespace: string | undefined;
  /** Also of a list whose field selector names one object. */
  readonly name: string | undefined;
  /** Only of a path that is no resource. */
  readonly path: string | undefined;
}

/** Whether, and why: the reason is in the words of the server, and often empty. */
export interface Decision {
  readonly allowed: boolean;
  readonly reason: string;
}

/** Decides about requests. */
export interface Authorizer {
  decide(attributes: AccessAttributes): Decision;
  /** All rules that apply to a user in a namespace. */
  rulesOf(user: UserInfo, namespace: string): readonly PolicyRule[];
  /** To be called when a role or binding was written. */
  changed(): void;
}

/** Makes an authorizer over what is stored. It keeps what it has worked out until something `changed`. */
export function createAuthorizer(context: Pick<StrategyContext, 'list'>): Authorizer {
  const worked = new Map<string, RuleSource>();
  const rulesFor = (user: UserInfo, namespace: string): RuleSource => {
    const key = `${namespace}\n${user.name}\n${user.groups.join('\n')}`;
    const known = worked.get(key) ?? boundRules(context, user, namespace);
    worked.set(key, known);
    return known;
  };
  return {
    decide: (attributes) => {
      const { user, namespace = '' } = attributes;
      if (user.groups.includes('system:masters')) return { allowed: true, reason: '' };
      const { bound, missing } = rulesFor(user, namespace);
      for (const { rules, because } of bound) {
        if (rules.some((rule) => ruleAllows(rule, attributes))) {
          return { allowed: true, reason: `RBAC: allowed by ${because}` };
        }
      }
      return { allowed: false, reason: missing.length === 0 ? '' : `rbac: RBAC: ${listed(missing)}` };
    },
    rulesOf: (user, namespace) => rulesFor(user, namespace).bound.flatMap(({ rules }) => rules),
    changed: () => {
      worked.clear();
    },
  };
}

/**
 * Refuses what is not allowed.
 *
 * @throws ApiFailure 403
 */
export function enforce(authorizer: Authorizer, attributes: AccessAttributes): void {
  const { allowed, reason } = authorizer.decide(attributes);
  if (!allowed) throw forbidden(attributes, reason);
}

/** 403 for a request, in the words of the server. */
export function forbidden(attributes: AccessAttributes, reason = ''): ApiFailure {
  const { user, verb, group, resource, path, subresource, namespace, name } = attributes;
  const why = reason === '' ? '' : `: ${reason}`;
  const who = `User ${JSON.stringify(user.name)} cannot ${verb}`;
  if (path !== undefined) {
    const cannot = escaped(`${who} path ${JSON.stringify(path)}`);
    return new ApiFailure(403, 'Forbidden', `forbidden: ${cannot}${why}`, {});
  }
  const what = subresource === undefined ? resource : `${resource}/${subresource}`;
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const cannot = escaped(`${who} resource "${what}" in API group "${group}" ${where}`);
  const named = name === undefined ? '' : ` "${name}"`;
  const qualified = group === '' ? resource : `${resource}.${group}`;
  return new ApiFailure(403, 'Forbidden', `${qualified}${named} is forbidden: ${cannot}${why}`, {
    ...(name === undefined ? {} : { name }),
    ...(group === '' ? {} : { group }),
    kind: resource,
  });
}

/** The message may end up in a web page. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function listed(messages: readonly string[]): string {
  return messages.length === 1 ? (messages[0] ?? '') : `[${messages.join(', ')}]`;
}
