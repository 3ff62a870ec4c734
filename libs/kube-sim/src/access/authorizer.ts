// What a user may do, by the roles and bindings that are stored (role-based access control).
import { ApiFailure } from '../api/failure.ts';
import type { UserInfo } from '../api/request.ts';
import type { StrategyContext } from '../api/resource.ts';
import { type PolicyRule, type RuleSource, boundRules, ruleAllows } from './rules.ts';

/** What is asked for, as far as access goes. */
export interface AccessAttributes {
  readonly user: UserInfo;
  /** `get`, `list`, `deletecollection`, ...; for a path that is no resource the method in lower case. */
  readonly verb: string;
  readonly path: string;
  /** Absent for a path that is no resource. */
  readonly resource?: {
    readonly group: string;
    readonly plural: string;
    readonly subresource?: string;
    /** Of a namespace itself: its own name. */
    readonly namespace?: string;
    /** Also of a list whose field selector names one object. */
    readonly name?: string;
  };
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
      const { user, resource } = attributes;
      if (user.groups.includes('system:masters')) return { allowed: true, reason: '' };
      const { bound, missing } = rulesFor(user, resource?.namespace ?? '');
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

/** 403 for a request. */
export function forbidden(attributes: AccessAttributes, reason = ''): ApiFailure {
  const { user, verb, path, resource } = attributes;
  const why = reason === '' ? '' : `: ${reason}`;
  const who = `User ${JSON.stringify(user.name)} cannot ${verb}`;
  if (resource === undefined) {
    return new ApiFailure(
      403,
      'Forbidden',
      `forbidden: ${escaped(`${who} path ${JSON.stringify(unescaped(path))}`)}${why}`,
      {},
    );
  }
  const { group, plural, subresource = '', namespace = '', name = '' } = resource;
  const what = subresource === '' ? plural : `${plural}/${subresource}`;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const cannot = escaped(`${who} resource "${what}" in API group "${group}" ${where}`);
  const subject = `${plural}${group === '' ? '' : `.${group}`}${name === '' ? '' : ` "${name}"`}`;
  return new ApiFailure(403, 'Forbidden', `${subject} is forbidden: ${cannot}${why}`, {
    ...(name === '' ? {} : { name }),
    ...(group === '' ? {} : { group }),
    kind: plural,
  });
}

/** A path that cannot be is left as it is. */
function unescaped(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** The message may end up in a web page. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function listed(messages: readonly string[]): string {
  return messages.length === 1 ? (messages[0] ?? '') : `[${messages.join(', ')}]`;
}
