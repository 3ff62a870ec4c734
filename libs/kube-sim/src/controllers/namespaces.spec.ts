import { beforeEach, describe, expect, it } from '@jest/globals';
import type { SimObject } from '../api/object.ts';
import { controlled, type Controlled, core, podOf, podSays } from './controlled.spec-helper.ts';
import type { Condition } from './pods.ts';

const path = '/api/v1/namespaces/shop';

let plane: Controlled;
beforeEach(async () => {
  plane = controlled();
  plane.ok('POST /api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
  await plane.wait(0);
});

function make(name: string, finalizers: readonly string[] = []): void {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, finalizers } };
  plane.ok(`POST ${core('shop', 'configmaps')}`, object);
}

function names(plural: string): readonly string[] {
  const { items } = plane.ok(`GET ${core('shop', plural)}`) as unknown as { items: readonly SimObject[] };
  return items.map(({ metadata }) => metadata.name);
}

function conditions(): readonly string[] {
  const { conditions: all = [] } = plane.ok(`GET ${path}`)['status'] as {
    readonly conditions?: readonly Condition[];
  };
  return all.map(({ type, status, message }) => `${type} ${status}: ${message ?? ''}`);
}

const fine = [
  'NamespaceDeletionDiscoveryFailure False: All resources successfully discovered',
  'NamespaceDeletionGroupVersionParsingFailure False: All legacy kube types successfully parsed',
  'NamespaceDeletionContentFailure False: All content successfully deleted, may be waiting on finalization',
  'NamespaceContentRemaining False: All content successfully removed',
  'NamespaceFinalizersRemaining False: All content-preserving finalizers finished',
];

describe('a namespace', () => {
  it('has a service account and the certificate of the API server, whatever becomes of them', async () => {
    plane.sim.trust('pem');
    await plane.wait(0);
    plane.ok(`DELETE ${core('shop', 'serviceaccounts', 'default')}`);
    plane.ok(`PATCH ${core('shop', 'configmaps', 'kube-root-ca.crt')}`, {
      metadata: { annotations: null },
      data: { 'ca.crt': 'wrong', more: '1' },
    });
    await plane.wait(0);
    expect(names('serviceaccounts')).toEqual(['default']);
    expect(plane.ok(`GET ${core('shop', 'configmaps', 'kube-root-ca.crt')}`)).toMatchObject({
      metadata: {
        annotations: { 'kubernetes.io/description': expect.stringContaining('Contains a CA bundle') },
      },
      data: { 'ca.crt': 'pem' },
    });
  });

  it('is left alone for five seconds before it is emptied', async () => {
    make('a');
    plane.ok(`DELETE ${path}`);
    await plane.wait(4000);
    expect(names('configmaps')).toContain('a');
    await plane.wait(1000);
    expect(plane.ask(`GET ${path}`).status).toBe(404);
  });

  it('says at its very end that nothing is left', async () => {
    const watch = plane.watch('/api/v1/namespaces?watch=true&fieldSelector=metadata.name%3Dshop');
    plane.ok(`DELETE ${path}`);
    await plane.wait(5000);
    expect(watch.events.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'MODIFIED', 'DELETED']);
    expect(watch.events[2]?.object.status.conditions).toHaveLength(5);
    watch.close();
  });

  it('stays while something in it has finalizers, and counts what that is', async () => {
    make('a', ['x.io/one']);
    make('b', ['x.io/one', 'x.io/two']);
    make('c');
    plane.ok(`POST ${core('shop', 'secrets')}`, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's', finalizers: ['x.io/one'] },
    });
    plane.ok(`DELETE ${path}`);
    await plane.wait(5000);
    expect(names('configmaps')).toEqual(['a', 'b']);
    expect(conditions()).toEqual([
      ...fine.slice(0, 3),
      'NamespaceContentRemaining True: Some resources are remaining: configmaps. has 2 resource instances, secrets. has 1 resource instances',
      'NamespaceFinalizersRemaining True: Some content in the namespace has finalizers remaining: x.io/one in 3 resource instances, x.io/two in 1 resource instances',
    ]);
    for (const place of ['configmaps/a', 'configmaps/b', 'secrets/s'])
      plane.ok(`PATCH ${path}/${place}`, { metadata: { finalizers: null } });
    await plane.wait(4500);
    expect(plane.ask(`GET ${path}`).status).toBe(200);
    await plane.wait(500);
    expect(plane.ask(`GET ${path}`).status).toBe(404);
  });

  it('does not wait for as long as pods may take if they take less', async () => {
    const spec = { nodeName: 'n', terminationGracePeriodSeconds: 3600 };
    plane.ok(`POST ${core('shop', 'pods')}`, podOf('p', spec));
    plane.ok(`PATCH ${core('shop', 'pods', 'p')}/status`, podSays('Running', 'True'));
    plane.ok(`DELETE ${path}`);
    await plane.wait(5000);
    plane.ok(`DELETE ${core('shop', 'pods', 'p')}?gracePeriodSeconds=0`);
    await plane.wait(5000);
    expect(plane.ask(`GET ${path}`).status).toBe(404);
  });

  it('lets its pods end before anything else, and complains when they take too long', async () => {
    const spec = { nodeName: 'n', terminationGracePeriodSeconds: 8 };
    plane.ok(`POST ${core('shop', 'pods')}`, podOf('p', spec));
    plane.ok(`PATCH ${core('shop', 'pods', 'p')}/status`, podSays('Running', 'True'));
    make('a');
    plane.ok(`DELETE ${path}`);
    await plane.wait(5000);
    expect(names('configmaps')).toContain('a');
    expect(plane.ok(`GET ${core('shop', 'pods', 'p')}`).metadata.deletionGracePeriodSeconds).toBe(8);
    expect(conditions()).toEqual(fine);
    await plane.wait(5000);
    expect(conditions()).toContain(
      'NamespaceDeletionContentFailure True: Failed to delete all resource types, 1 remaining: unexpected items still remain in namespace: shop for gvr: /v1, Resource=pods',
    );
    expect(names('configmaps')).toContain('a');
    plane.ok(`DELETE ${core('shop', 'pods', 'p')}?gracePeriodSeconds=0`);
    await plane.wait(10_000);
    expect(plane.ask(`GET ${path}`).status).toBe(404);
  });
});
