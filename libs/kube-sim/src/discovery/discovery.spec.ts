import { describe, expect, it } from '@jest/globals';
import type { ResourceDefinition } from '../api/resource.ts';
import { builtinDefinitions } from '../builtins/definitions.ts';
import { createDiscovery } from './discovery.ts';
import { byPriority } from './resources.ts';

const widgets: ResourceDefinition = {
  group: 'example.com',
  version: 'v1',
  kind: 'Widget',
  listKind: 'WidgetList',
  plural: 'widgets',
  singular: 'widget',
  namespaced: true,
  shortNames: ['wd'],
  categories: [],
  schema: {
    type: 'object',
    description: 'A widget.',
    properties: { metadata: { type: 'object' }, spec: { type: 'object', description: 'What is wanted.' } },
  },
  subresources: { status: true },
  strategy: {},
  custom: true,
};
const definitions = [...builtinDefinitions(), widgets];

function ask(
  path: string,
  accept = 'application/json',
  served = definitions,
): Record<string, unknown> | undefined {
  const answer = createDiscovery({ definitions: () => served })({ path, headers: { accept } });
  return answer !== undefined && 'body' in answer
    ? (JSON.parse(answer.body) as Record<string, unknown>)
    : undefined;
}

describe('Discovery', () => {
  it('lists the resources of a version with their subresources', () => {
    expect(ask('/apis/example.com/v1')).toEqual({
      kind: 'APIResourceList',
      apiVersion: 'v1',
      groupVersion: 'example.com/v1',
      resources: [
        {
          name: 'widgets',
          singularName: 'widget',
          namespaced: true,
          kind: 'Widget',
          verbs: ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'],
          shortNames: ['wd'],
          storageVersionHash: 'gIwvi5rymmg=',
        },
        {
          name: 'widgets/status',
          singularName: '',
          namespaced: true,
          kind: 'Widget',
          verbs: ['get', 'patch', 'update'],
        },
      ],
    });
  });

  it('tells everything at once to those who ask for it', () => {
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';
    const list = ask('/apis', accept) as { kind: string; items: readonly { metadata: { name: string } }[] };
    expect(list.kind).toBe('APIGroupDiscoveryList');
    expect(list.items.map(({ metadata }) => metadata.name)).toContain('example.com');
    expect(list.items.map(({ metadata }) => metadata.name)).not.toContain(undefined);
    expect(ask('/apis')).toHaveProperty('kind', 'APIGroupList');
  });

  it('knows nothing of what is not served', () => {
    expect(ask('/apis/nosuch')).toBeUndefined();
    expect(() => ask('/apis/apps/v2')).toThrow('the server could not find the requested resource');
    expect(ask('/openapi/v3/apis/nosuch/v1')).toBeUndefined();
    expect(ask('/metrics')).toBeUndefined();
  });

  it('publishes the schemas of custom resources with their descriptions', () => {
    expect(ask('/openapi/v3/apis/example.com/v1')).toMatchObject({
      paths: {
        '/apis/example.com/v1/namespaces/{namespace}/widgets/{name}': {
          patch: { 'x-kubernetes-action': 'patch' },
        },
      },
      components: {
        schemas: {
          'com.example.v1.Widget': {
            description: 'A widget.',
            properties: { spec: { description: 'What is wanted.' } },
          },
        },
      },
    });
  });

  it('publishes no reference that leads nowhere', () => {
    const text = JSON.stringify(ask('/openapi/v3/apis/apps/v1'));
    const { components } = JSON.parse(text) as { components: { schemas: Record<string, unknown> } };
    const references = [...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name = '']) => name);
    expect(references.length).toBeGreaterThan(100);
    expect(references.filter((name) => !(name in components.schemas))).toEqual([]);
  });

  it('gives a document another address when a schema changes', () => {
    const url = (served: readonly ResourceDefinition[]): unknown => {
      const { paths } = ask('/openapi/v3', undefined, [...served]) as {
        paths: Record<string, { serverRelativeURL: string }>;
      };
      return paths['apis/example.com/v1']?.serverRelativeURL;
    };
    expect(url(definitions)).toBe(url(definitions));
    expect(url([widgets])).not.toBe(url([{ ...widgets, schema: { type: 'object' } }]));
  });

  it('prefers stable and newer versions', () => {
    const versions = ['v1alpha1', 'v1beta2', 'x', 'v1', 'v2', 'v1beta1'];
    expect(versions.sort(byPriority)).toEqual(['v2', 'v1', 'v1beta2', 'v1beta1', 'v1alpha1', 'x']);
  });
});
