import { describe, expect, it } from '@jest/globals';
import { simulated, type Simulated } from '../simulated.spec-helper.ts';

const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const widgets = '/apis/example.com/v1/namespaces/default/widgets';

const schema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: { size: { type: 'integer', minimum: 1 }, colour: { type: 'string', default: 'red' } },
    },
    status: { type: 'object', properties: { ready: { type: 'boolean' } } },
  },
};
const crd = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', kind: 'Widget' },
    versions: ['v1', 'v2'].map((name) => ({
      name,
      served: true,
      storage: name === 'v1',
      schema: { openAPIV3Schema: schema },
      subresources: { status: {} },
    })),
  },
};
const widget = (spec: object, metadata: object = {}): object => ({
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  metadata: { name: 'w', ...metadata },
  spec,
});

function withWidgets(): Simulated {
  const simulation = simulated();
  simulation.call(`POST ${crds}`, crd);
  return simulation;
}

describe('a custom resource', () => {
  it('is served as soon as its definition is established', () => {
    const { call } = withWidgets();
    expect(call(`GET ${crds}/widgets.example.com`).body.status.conditions).toMatchObject([
      { type: 'NamesAccepted', status: 'True' },
      { type: 'Established', status: 'True' },
    ]);
    expect(call(`GET ${widgets}`).body).toMatchObject({ kind: 'WidgetList', items: [] });
    expect(simulated().call(`GET ${widgets}`).body).toBe('404 page not found\n');
  });

  it('has defaults, and is validated', () => {
    const { call } = withWidgets();
    const { body } = call(`POST ${widgets}`, widget({ size: 1 }));
    expect(body).toMatchObject({ spec: { size: 1, colour: 'red' }, metadata: { generation: 1 } });
    expect(call(`PUT ${widgets}/w`, { ...body, spec: { size: 0 } })).toMatchObject({
      status: 422,
      body: {
        message:
          'Widget.example.com "w" is invalid: spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1',
      },
    });
    expect(
      call(`PATCH ${widgets}/w`, {}, { 'content-type': 'application/strategic-merge-patch+json' }).status,
    ).toBe(415);
    expect(call(`PUT ${widgets}/w`, widget({ size: 1 })).body.message).toContain(
      'must be specified for an update',
    );
  });

  it('is shown in any version, and watched in any', () => {
    const { call, watch } = withWidgets();
    const watched = watch('/apis/example.com/v2/widgets?watch=true');
    call(`POST ${widgets}`, widget({ size: 1 }));
    expect(call(`GET ${widgets.replace('v1', 'v2')}/w`).body.apiVersion).toBe('example.com/v2');
    expect(call('GET /apis/example.com/v2/widgets').body.items).toMatchObject([
      { kind: 'Widget', apiVersion: 'example.com/v2' },
    ]);
    expect(watched.events).toMatchObject([{ type: 'ADDED', object: { apiVersion: 'example.com/v2' } }]);
  });

  it('goes with its definition, once its finalizers let it', () => {
    const { call } = withWidgets();
    call(`POST ${widgets}`, widget({ size: 1 }, { finalizers: ['x/y'] }));
    expect(call(`DELETE ${crds}/widgets.example.com`).body.metadata.finalizers).toEqual([
      'customresourcecleanup.apiextensions.k8s.io',
    ]);
    expect(call(`GET ${widgets}/w`).body.metadata).toHaveProperty('deletionTimestamp');
    call(`PATCH ${widgets}/w`, { metadata: { finalizers: null } });
    expect(call(`GET ${crds}/widgets.example.com`).status).toBe(404);
    expect(call(`GET ${widgets}`).status).toBe(404);
  });
});
