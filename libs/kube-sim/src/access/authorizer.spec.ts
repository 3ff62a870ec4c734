import { beforeEach, describe, expect, it } from '@jest/globals';
import type { UserInfo } from '../api/request.ts';
import { type AccessAttributes, forbidden } from './authorizer.ts';
import { Stored } from './stored.spec-helper.ts';
import { userOf } from './users.ts';

const alice = userOf('alice', ['devs']);

let stored: Stored;
beforeEach(() => {
  stored = new Stored();
});

/** `get pods`, `create apps/deployments`, `get pods/log in d named p` */
function attributes(text: string, user: UserInfo = alice): AccessAttributes {
  const [, verb = '', path = ''] = /^(\S+) (\S+)/.exec(text) ?? [];
  if (path.startsWith('/')) return { user, verb, path };
  const namespace = / in (\S+)/.exec(text)?.[1];
  const name = / named (\S+)/.exec(text)?.[1];
  const [, group = '', plural = '', subresource] = /^(?:([^/:]+):)?([^/]+)(?:\/(.+))?$/.exec(path) ?? [];
  const resource = {
    group,
    plural,
    ...(subresource === undefined ? {} : { subresource }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
  };
  return { user, verb, path: '', resource };
}

const may = (text: string, user?: UserInfo): boolean =>
  stored.authorizer.decide(attributes(text, user)).allowed;

describe('A rule', () => {
  it.each([
    ['its verb', ['get pods'], ['list pods', 'get secrets', 'get apps:pods'], { resources: ['pods'] }],
    ['no subresource but those it names', ['get pods/log'], ['get pods'], { resources: ['pods/log'] }],
    ['a subresource of anything', ['get pods/status'], ['get pods'], { resources: ['*/status'] }],
    ['anything', ['get pods', 'get pods/log'], ['get apps:pods'], { resources: ['*'] }],
    ['any group', ['get a:x', 'get x'], ['get a:y'], { apiGroups: ['*'], resources: ['x'] }],
    [
      'objects by name, so not their making',
      ['get pods named p'],
      ['get pods named q', 'get pods'],
      { resources: ['pods'], resourceNames: ['p'] },
    ],
    ['any verb', ['get pods', 'foo pods'], ['get x'], { verbs: ['*'], resources: ['pods'] }],
    ['paths', ['get /x', 'get /y/z'], ['get /x/y', 'post /x', 'get x'], { nonResourceURLs: ['/x', '/y*'] }],
  ])('allows %s', (_what, allowed, refused, rule) => {
    const base = 'nonResourceURLs' in rule ? {} : { apiGroups: [''] };
    stored.role('r', [{ verbs: ['get'], ...base, ...rule }]);
    stored.bind('b', 'ClusterRole r', 'User alice');
    expect(allowed.filter((text) => !may(text))).toEqual([]);
    expect(refused.filter((text) => may(text))).toEqual([]);
  });
});

describe('A binding', () => {
  const rules = [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }];

  it.each([
    ['User alice', true],
    ['User bob', false],
    ['Group devs', true],
    ['Group system:authenticated', true],
    ['ServiceAccount d/alice', false],
  ])('to %s concerns alice of the devs: %s', (subject, expected) => {
    stored.role('r', rules);
    stored.bind('b', 'ClusterRole r', subject);
    expect(may('get pods')).toBe(expected);
  });

  it('to a service account concerns its user, whose namespace is by default that of the binding', () => {
    stored.role('r', rules, 'd');
    stored.bind('b', 'Role r', 'ServiceAccount d/sa', 'd');
    stored.bind('b2', 'Role r', 'ServiceAccount other', 'd');
    expect(may('get pods in d', userOf('system:serviceaccount:d:sa'))).toBe(true);
    expect(may('get pods in d', userOf('system:serviceaccount:d:other'))).toBe(true);
    expect(may('get pods in d', userOf('system:serviceaccount:e:sa'))).toBe(false);
  });

  it('of a namespace gives a role, of it or of the cluster, only there', () => {
    stored.role('r', rules);
    stored.bind('b', 'ClusterRole r', 'User alice', 'd');
    expect([may('get pods in d'), may('get pods in e'), may('get pods')]).toEqual([true, false, false]);
  });

  it('of a role that is not there allows nothing, and says so', () => {
    stored.bind('b', 'ClusterRole nope', 'User alice');
    const one = 'clusterrole.rbac.authorization.k8s.io "nope" not found';
    expect(stored.authorizer.decide(attributes('get pods in d'))).toEqual({
      allowed: false,
      reason: `rbac: RBAC: ${one}`,
    });
    stored.bind('b', 'Role nope2', 'Group devs', 'd');
    expect(stored.authorizer.decide(attributes('get pods in d')).reason).toBe(
      `rbac: RBAC: [${one}, role.rbac.authorization.k8s.io "nope2" not found]`,
    );
  });

  it('is named as the reason', () => {
    stored.role('r', rules);
    stored.bind('b', 'ClusterRole r', 'ServiceAccount d/sa', 'd');
    const user = userOf('system:serviceaccount:d:sa');
    expect(stored.authorizer.decide(attributes('get pods in d', user)).reason).toBe(
      'RBAC: allowed by RoleBinding "b/d" of ClusterRole "r" to ServiceAccount "sa/d"',
    );
  });
});

describe('An authorizer', () => {
  it('knows what everybody may from the start', () => {
    const anonymous = { name: 'system:anonymous', groups: ['system:unauthenticated'] };
    expect([may('get /version', anonymous), may('get /api', anonymous)]).toEqual([true, false]);
    expect([may('get /apis/apps/v1'), may('get pods')]).toEqual([true, false]);
    expect(may('create authorization.k8s.io:selfsubjectaccessreviews')).toBe(true);
  });

  it('refuses nothing to masters, without a look at any role', () => {
    stored.objects.length = 0;
    expect(may('delete nodes', { name: 'root', groups: ['system:masters'] })).toBe(true);
    expect(stored.reads).toBe(0);
  });

  it('adds the roles up that an aggregated one selects', () => {
    stored.role('part', [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }], undefined, {
      to: 'view',
    });
    stored.role('whole', []);
    const whole = stored.objects.at(-1);
    if (whole !== undefined) {
      whole['aggregationRule'] = { clusterRoleSelectors: [{ matchLabels: { to: 'view' } }] };
    }
    stored.bind('b', 'ClusterRole whole', 'User alice');
    expect([may('get pods'), may('get secrets')]).toEqual([true, false]);
  });

  it('works out once what a user may, until a role or binding changes', () => {
    may('get pods in d');
    const { reads } = stored;
    may('list secrets in d');
    expect(stored.reads).toBe(reads);
    stored.role('r', [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }]);
    stored.bind('b', 'ClusterRole r', 'User alice');
    expect(may('list secrets in d')).toBe(true);
  });
});

describe('A refusal', () => {
  it.each([
    [
      'get configmaps in d named x',
      'configmaps "x" is forbidden: User "alice" cannot get resource "configmaps" in API group "" in the namespace "d"',
      { name: 'x', kind: 'configmaps' },
    ],
    [
      'create apps:deployments in d',
      'deployments.apps is forbidden: User "alice" cannot create resource "deployments" in API group "apps" in the namespace "d"',
      { group: 'apps', kind: 'deployments' },
    ],
    [
      'list configmaps',
      'configmaps is forbidden: User "alice" cannot list resource "configmaps" in API group "" at the cluster scope',
      { kind: 'configmaps' },
    ],
    [
      'get pods/log in d named p',
      'pods "p" is forbidden: User "alice" cannot get resource "pods/log" in API group "" in the namespace "d"',
      { name: 'p', kind: 'pods' },
    ],
    ['get /foo/%3Cx%3E&', 'forbidden: User "alice" cannot get path "/foo/&lt;x&gt;&amp;"', {}],
  ])('of %s is worded as the real one', (text, message, details) => {
    expect(forbidden(attributes(text)).status).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      reason: 'Forbidden',
      details,
      code: 403,
    });
  });

  it('gives the reason behind it', () => {
    expect(forbidden(attributes('get /x'), 'why').message).toBe(
      'forbidden: User "alice" cannot get path "/x": why',
    );
  });
});
