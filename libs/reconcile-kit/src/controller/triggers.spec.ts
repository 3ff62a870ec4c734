import { describe, expect, it } from '@jest/globals';
import { keyOf } from '../core/key.ts';
import type { KubeObject, OwnerReference, Stored } from '../core/object.ts';
import { defineResource } from '../core/resource.ts';
import type { Delta } from '../informer/informer.ts';
import { isStatusChange, ownerKeys, ownKey } from './triggers.ts';
import { widget, widgets } from './widgets.spec-helper.ts';

const owner: OwnerReference = {
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  name: 'a',
  uid: 'u',
  controller: true,
};

function owned(...ownerReferences: readonly OwnerReference[]): Stored {
  const metadata = { name: 'p', namespace: 'n', uid: 'p1', resourceVersion: '1', ownerReferences };
  return { apiVersion: 'v1', kind: 'Part', metadata };
}

const added = (next: Stored): Delta<KubeObject> => ({
  type: 'added',
  key: keyOf(next),
  next,
  initial: false,
});
const deleted = (prev: Stored): Delta<KubeObject> => ({
  type: 'deleted',
  key: keyOf(prev),
  prev,
  finalStateUnknown: false,
});
const updated = (prev: Stored, next: Stored): Delta<KubeObject> => ({
  type: 'updated',
  key: keyOf(next),
  prev,
  next,
});

describe('ownKey', () => {
  it('is the key of the object that changed', () => {
    expect(ownKey(added(owned()))).toEqual(['n/p']);
  });
});

describe('ownerKeys', () => {
  const keys = ownerKeys(widgets);

  it('finds the owner in the namespace of its dependent, of a deleted one too', () => {
    expect(keys(added(owned(owner)))).toEqual(['n/a']);
    expect(keys(deleted(owned(owner)))).toEqual(['n/a']);
  });

  it('finds an owner without a namespace', () => {
    const nodes = defineResource({
      group: 'example.com',
      version: 'v1',
      plural: 'nodes',
      kind: 'Widget',
      namespaced: false,
    });
    expect(ownerKeys(nodes)(added(owned(owner)))).toEqual(['a']);
  });

  it('finds the old and the new owner of what changes hands, and one that stays once', () => {
    expect(keys(updated(owned(owner), owned({ ...owner, name: 'b' })))).toEqual(['n/a', 'n/b']);
    expect(keys(updated(owned(owner), owned(owner)))).toEqual(['n/a']);
    expect(keys(updated(owned(), owned(owner)))).toEqual(['n/a']);
  });

  it('goes by group and kind, whatever the version', () => {
    expect(keys(added(owned({ ...owner, apiVersion: 'example.com/v1beta1' })))).toEqual(['n/a']);
    expect(keys(added(owned({ ...owner, apiVersion: 'other.com/v1' })))).toEqual([]);
    expect(keys(added(owned({ ...owner, apiVersion: 'v1' })))).toEqual([]);
    expect(keys(added(owned({ ...owner, kind: 'Gadget' })))).toEqual([]);
  });

  it('passes over owners that are not the controller', () => {
    const { apiVersion, kind, name, uid } = owner;
    expect(
      keys(added(owned({ apiVersion, kind, name, uid }, { ...owner, name: 'b', controller: false }))),
    ).toEqual([]);
  });
});

describe('isStatusChange', () => {
  const stored = (version: string, more: Partial<KubeObject['metadata']> = {}): Stored =>
    widget('w', 1, { uid: 'u', resourceVersion: version, generation: 1, ...more }) as Stored;

  it('holds when the version alone is another', () => {
    expect(isStatusChange(updated(stored('1'), stored('2')))).toBe(true);
  });

  it.each<[string, Partial<KubeObject['metadata']>]>([
    ['the spec', { generation: 2 }],
    ['a label', { labels: { a: 'b' } }],
    ['a finalizer', { finalizers: ['f'] }],
    ['the deletion', { deletionTimestamp: '2026-01-01T00:00:00Z' }],
    ['the object itself', { uid: 'other' }],
  ])('does not hold when %s has changed', (_, more) => {
    expect(isStatusChange(updated(stored('1'), stored('2', more)))).toBe(false);
  });

  it('does not hold for an object that comes or goes, or that counts no generations', () => {
    expect(isStatusChange(added(stored('1')))).toBe(false);
    expect(isStatusChange(deleted(stored('1')))).toBe(false);
    expect(isStatusChange(updated(owned(), { ...owned(), ...{ data: 1 } }))).toBe(false);
  });
});
