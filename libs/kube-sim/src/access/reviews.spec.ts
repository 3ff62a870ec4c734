import { describe, expect, it } from '@jest/globals';
import type { SimObject } from '../api/object.ts';
import { type ReviewResource, answerReview } from './reviews.ts';
import { Stored } from './stored.spec-helper.ts';
import { userOf } from './users.ts';

const user = userOf('alice', ['devs'], 'u');

function ask(resource: ReviewResource, spec?: unknown, namespace?: string): SimObject {
  const question = {
    apiVersion: 'v1',
    kind: 'Question',
    metadata: { name: '' },
    ...(spec === undefined ? {} : { spec }),
  };
  const context = { user, namespace, authorizer: new Stored().authorizer, nowMs: Date.UTC(2026, 0, 1) };
  return answerReview(resource, question, context);
}

const pods = { verb: 'get', resource: 'pods' };

describe('A review', () => {
  it('of oneself tells who one is', () => {
    expect(ask('selfsubjectreviews')).toEqual({
      apiVersion: 'v1',
      kind: 'Question',
      metadata: { creationTimestamp: '2026-01-01T00:00:00Z' },
      status: { userInfo: { username: 'alice', uid: 'u', groups: ['devs', 'system:authenticated'] } },
    });
  });

  it('of access gives the decision and its reason', () => {
    expect(ask('selfsubjectaccessreviews', { resourceAttributes: pods })['status']).toEqual({
      allowed: false,
    });
    const nonResourceAttributes = { path: '/api', verb: 'get' };
    expect(ask('selfsubjectaccessreviews', { nonResourceAttributes })['status']).toEqual({
      allowed: true,
      reason:
        'RBAC: allowed by ClusterRoleBinding "system:discovery" of ClusterRole "system:discovery" to Group "system:authenticated"',
    });
  });

  it('of the access of somebody else takes the groups as they are said', () => {
    const spec = { user: 'x', groups: ['system:masters'], resourceAttributes: pods };
    expect(ask('subjectaccessreviews', spec)['status']).toEqual({ allowed: true });
    expect(ask('subjectaccessreviews', { ...spec, groups: [] })['status']).toEqual({ allowed: false });
  });

  it('of rules lists what bindings give', () => {
    expect(ask('selfsubjectrulesreviews', { namespace: 'd' })).toMatchObject({
      spec: {},
      status: {
        resourceRules: [{ resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'] }, {}],
        nonResourceRules: [{ verbs: ['get'] }, {}],
        incomplete: false,
      },
    });
    expect(() => ask('selfsubjectrulesreviews', {})).toThrow('no namespace on request');
  });

  const exactlyOne = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
  it.each<[ReviewResource, unknown, string]>([
    ['selfsubjectaccessreviews', {}, `spec: Invalid value: null: ${exactlyOne}`],
    [
      'selfsubjectaccessreviews',
      { resourceAttributes: pods, nonResourceAttributes: { path: '/api', verb: 'get' } },
      `spec: Invalid value: {"Path":"/api","Verb":"get"}: ${exactlyOne}`,
    ],
    [
      'subjectaccessreviews',
      { resourceAttributes: pods },
      'spec.user: Invalid value: "": at least one of user or group must be specified',
    ],
    [
      'localsubjectaccessreviews',
      { user: 'x', resourceAttributes: { ...pods, namespace: 'e' } },
      'spec.resourceAttributes.namespace: Invalid value: "e": must match metadata.namespace',
    ],
  ])('in %s of %j is refused', (resource, spec, why) => {
    expect(() => ask(resource, spec, 'd')).toThrow(`.authorization.k8s.io "" is invalid: ${why}`);
  });
});
