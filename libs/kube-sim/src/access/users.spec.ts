import { beforeEach, describe, expect, it } from '@jest/globals';
import type { UserInfo } from '../api/request.ts';
import { Stored } from './stored.spec-helper.ts';
import { authenticate, impersonated, userOf } from './users.ts';

const alice = userOf('alice', ['devs'], 'u');
const tokens = new Map([['secret', alice]]);

describe('Authentication', () => {
  it('knows a user by token, whose groups include that of all known users', () => {
    expect(authenticate({ headers: { authorization: 'Bearer secret' }, tokens })).toEqual({
      name: 'alice',
      uid: 'u',
      groups: ['devs', 'system:authenticated'],
    });
  });

  it('takes a client certificate first', () => {
    const certificate = userOf('bob');
    expect(authenticate({ headers: { authorization: 'Bearer secret' }, tokens, certificate })).toBe(
      certificate,
    );
  });

  it.each([[{}], [{ authorization: 'Basic secret' }]])('of %j finds nobody', (headers) => {
    expect(authenticate({ headers, tokens })).toEqual({
      name: 'system:anonymous',
      groups: ['system:unauthenticated'],
    });
  });

  it('refuses a token that nobody has', () => {
    expect(() => authenticate({ headers: { authorization: 'Bearer wrong' }, tokens })).toThrow(
      expect.objectContaining({
        status: expect.objectContaining({ code: 401, reason: 'Unauthorized', message: 'Unauthorized' }),
      }),
    );
  });

  it('puts a service account into its groups', () => {
    expect(userOf('system:serviceaccount:ns1:sa1').groups).toEqual([
      'system:serviceaccounts',
      'system:serviceaccounts:ns1',
      'system:authenticated',
    ]);
  });
});

describe('Impersonation', () => {
  let stored: Stored;
  beforeEach(() => {
    stored = new Stored();
  });
  const as = (headers: Record<string, string>, user: UserInfo = alice): UserInfo =>
    impersonated(
      headers,
      { user, verb: 'list', path: '', resource: { group: '', plural: 'pods' } },
      stored.authorizer,
    );

  it('is nothing without its headers', () => {
    expect(as({})).toBe(alice);
  });

  it('needs a permission for the user and each group', () => {
    const root = { name: 'root', groups: ['system:masters'] };
    const headers = { 'impersonate-user': 'bob', 'impersonate-group': 'g1, g2' };
    expect(as(headers, root)).toEqual({ name: 'bob', groups: ['g1', 'g2', 'system:authenticated'] });
    expect(() => as(headers)).toThrow(
      'pods is forbidden: User "alice" cannot impersonate-on:user-info:list resource "pods" in API group "" at the cluster scope',
    );
    stored.role('r', [
      {
        verbs: ['impersonate'],
        apiGroups: [''],
        resources: ['users', 'groups'],
        resourceNames: ['bob', 'g1'],
      },
    ]);
    stored.bind('b', 'ClusterRole r', 'User alice');
    expect(() => as(headers)).toThrow(
      'groups "g2" is forbidden: User "alice" cannot impersonate resource "groups" in API group "" at the cluster scope',
    );
    expect(as({ ...headers, 'impersonate-group': 'g1' }).groups).toEqual(['g1', 'system:authenticated']);
  });

  it('of a service account needs a permission in its namespace', () => {
    const headers = { 'impersonate-user': 'system:serviceaccount:ns1:sa1' };
    expect(() => as(headers)).toThrow('cannot impersonate-on:serviceaccount:list');
    stored.role('r', [{ verbs: ['impersonate'], apiGroups: [''], resources: ['serviceaccounts'] }], 'ns1');
    stored.bind('b', 'Role r', 'User alice', 'ns1');
    expect(as(headers).groups).toContain('system:serviceaccounts:ns1');
    expect(() => as({ 'impersonate-user': 'system:serviceaccount:ns2:sa1' })).toThrow('is forbidden');
  });

  it('of groups without a user is a bad request', () => {
    expect(() => as({ 'impersonate-group': 'g1' })).toThrow(
      'requested &user.DefaultInfo{Name:"", UID:"", Groups:[]string{"g1"}, Extra:map[string][]string(nil)} without impersonating a user name',
    );
  });
});
