import { describe, expect, it } from '@jest/globals';
import { objectKey } from './key.ts';
import { apiVersionOf, collectionPath, defineResource, objectPath, resourceName } from './resource.ts';

const pods = defineResource({ group: '', version: 'v1', plural: 'pods', kind: 'Pod', namespaced: true });
const widgets = defineResource({
  group: 'example.com',
  version: 'v1beta1',
  plural: 'widgets',
  kind: 'Widget',
  namespaced: true,
});
const nodes = defineResource({ group: '', version: 'v1', plural: 'nodes', kind: 'Node', namespaced: false });

describe('a resource', () => {
  it('is named as the API names it', () => {
    expect([pods, widgets].map(apiVersionOf)).toEqual(['v1', 'example.com/v1beta1']);
    expect([pods, widgets].map(resourceName)).toEqual(['pods', 'widgets.example.com']);
  });

  it('has a path for the objects of a namespace, and for those of all', () => {
    expect(collectionPath(pods)).toBe('/api/v1/pods');
    expect(collectionPath(pods, 'n')).toBe('/api/v1/namespaces/n/pods');
    expect(collectionPath(widgets, 'n')).toBe('/apis/example.com/v1beta1/namespaces/n/widgets');
  });

  it('has no namespace in its path if its objects have none', () => {
    expect(collectionPath(nodes, 'n')).toBe('/api/v1/nodes');
    expect(objectPath(nodes, objectKey(undefined, 'n1'))).toBe('/api/v1/nodes/n1');
  });

  it('has a path for each object and its subresources', () => {
    expect(objectPath(pods, objectKey('n', 'p'))).toBe('/api/v1/namespaces/n/pods/p');
    expect(objectPath(pods, objectKey('n', 'p'), 'status')).toBe('/api/v1/namespaces/n/pods/p/status');
  });

  it('lets no name change the path', () => {
    expect(objectPath(pods, objectKey('n', 'system:A?x=1#..%2F'))).toBe(
      '/api/v1/namespaces/n/pods/system%3AA%3Fx%3D1%23..%252F',
    );
    expect(objectPath(pods, objectKey('n', '../secrets'))).toBe('/api/v1/namespaces/n/pods/..%2Fsecrets');
  });
});
