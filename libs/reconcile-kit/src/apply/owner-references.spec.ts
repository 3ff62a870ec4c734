import { describe, expect, it } from '@jest/globals';
import type { Stored } from '../core/object.ts';
import { controllerReference, isOwnedBy } from './owner-references.ts';

const owner = (namespace?: string): Stored => ({
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  metadata: { name: 'w', uid: 'u1', resourceVersion: '1', ...(namespace !== undefined && { namespace }) },
});

describe('controllerReference', () => {
  it('makes the owner the controller, and found again by its uid', () => {
    const reference = controllerReference(owner('x'), 'x');
    expect(reference).toEqual({
      apiVersion: 'example.com/v1',
      kind: 'Widget',
      name: 'w',
      uid: 'u1',
      controller: true,
      blockOwnerDeletion: true,
    });
    const dependent = { ...owner('x'), metadata: { name: 'd', ownerReferences: [reference] } };
    expect(isOwnedBy(dependent, 'u1')).toBe(true);
    expect(isOwnedBy(dependent, 'u2')).toBe(false);
    expect(isOwnedBy(owner('x'), 'u1')).toBe(false);
  });

  it('lets an owner without a namespace own anything', () => {
    expect(controllerReference(owner(), 'x').uid).toBe('u1');
    expect(controllerReference(owner(), undefined).uid).toBe('u1');
  });

  it.each([['y'], [undefined]])('refuses to reach across namespaces (%p)', (namespace) => {
    expect(() => controllerReference(owner('x'), namespace)).toThrow('Widget x/w cannot own');
  });
});
