import { describe, expect, it } from '@jest/globals';
import { ApiFailure } from '../api/failure.ts';
import { configMap, configMaps, simulated } from '../simulated.spec-helper.ts';

const pods = '/api/v1/namespaces/default/pods';
const sets = '/apis/apps/v1/namespaces/default/statefulsets';
const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
const set = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 's' },
  spec: { serviceName: 's', selector: { matchLabels: { a: 'b' } }, template },
};
const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: template.spec };

describe('POST', () => {
  it('sets what the server alone sets', () => {
    const { call } = simulated();
    const sent = {
      uid: 'mine',
      creationTimestamp: '2020-01-01T00:00:00Z',
      deletionTimestamp: '2020-01-01T00:00:00Z',
      selfLink: '/x',
    };
    const { status, body } = call(`POST ${configMaps}`, configMap('a', sent));
    expect(status).toBe(201);
    const { managedFields, ...metadata } = body.metadata;
    expect(metadata).toEqual({
      name: 'a',
      namespace: 'default',
      uid: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      resourceVersion: expect.stringMatching(/^\d+$/),
      creationTimestamp: '2026-01-01T00:00:00Z',
    });
    expect(managedFields).toMatchObject([{ manager: 'spec', operation: 'Update', apiVersion: 'v1' }]);
    expect(call(`GET ${configMaps}/a`).body).toEqual(body);
  });

  it('makes names', () => {
    const { call } = simulated();
    const { body } = call(`POST ${configMaps}`, { metadata: { generateName: 'x-' } });
    expect(body.metadata.name).toMatch(/^x-[a-z0-9]{5}$/);
  });

  it('writes nothing in a dry run', () => {
    const { call } = simulated();
    const { status, body } = call(`POST ${configMaps}?dryRun=All`, configMap('a'));
    expect([status, body.metadata.resourceVersion]).toEqual([201, undefined]);
    expect(call(`GET ${configMaps}/a`).status).toBe(404);
  });

  it('drops unknown fields and says so, or refuses them, or does not care', () => {
    const { call } = simulated();
    const sent = { ...configMap('a'), foo: 1 };
    expect(call(`POST ${configMaps}?fieldValidation=Strict`, sent)).toMatchObject({
      status: 400,
      body: {
        message:
          'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "foo"',
      },
    });
    const { headers, body } = call(`POST ${configMaps}`, sent);
    expect(headers['warning']).toBe(String.raw`299 - "unknown field \"foo\""`);
    expect(body).not.toHaveProperty('foo');
    const other = call(`POST ${configMaps}?fieldValidation=Ignore`, { ...configMap('b'), foo: 1 });
    expect(other.headers).not.toHaveProperty('warning');
  });

  const owner = { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u', controller: true };
  // As a real API server words them.
  it.each([
    ['a name that is taken', configMap('kept'), 409, 'configmaps "kept" already exists'],
    [
      'no name',
      configMap(''),
      422,
      'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
    ],
    [
      'a resource version',
      configMap('a', { resourceVersion: '12' }),
      500,
      'resourceVersion should not be set on objects to be created',
    ],
    [
      'another namespace',
      configMap('a', { namespace: 'other' }),
      400,
      'the namespace of the provided object does not match the namespace sent on the request',
    ],
    [
      'another kind',
      { apiVersion: 'v1', kind: 'Secret' },
      400,
      'Secret in version "v1" cannot be handled as a ConfigMap: converting (v1.Secret) to (core.ConfigMap): unknown conversion',
    ],
    [
      'an unknown kind',
      { apiVersion: 'v2', kind: 'ConfigMap' },
      400,
      'ConfigMap in version "v2" cannot be handled as a ConfigMap: no kind "ConfigMap" is registered for version "v2" in scheme "pkg/runtime/scheme.go:111"',
    ],
    [
      'no JSON',
      '{bad',
      400,
      "the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: invalid character 'b' looking for beginning of object key string ({bad)",
    ],
    [
      'nothing',
      '',
      400,
      "the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)",
    ],
    [
      'a finalizer without a domain',
      configMap('a', { finalizers: ['x'] }),
      422,
      'ConfigMap "a" is invalid: metadata.finalizers[0]: Invalid value: "x": name is neither a standard finalizer name nor is it fully qualified',
    ],
    [
      'an owner without a name',
      configMap('a', { ownerReferences: [{ ...owner, name: '' }] }),
      422,
      'ConfigMap "a" is invalid: metadata.ownerReferences[0].name: Required value: must not be empty',
    ],
    [
      'long annotations',
      configMap('a', { annotations: { big: 'x'.repeat(262_145) } }),
      422,
      'ConfigMap "a" is invalid: metadata.annotations: Too long: may not be more than 262144 bytes',
    ],
  ])('refuses %s', (_, sent, status, message) => {
    const { call } = simulated();
    call(`POST ${configMaps}`, configMap('kept'));
    expect(call(`POST ${configMaps}`, sent)).toMatchObject({ status, body: { message, code: status } });
  });
});

describe('PUT', () => {
  it('writes nothing if nothing changes', () => {
    const { call } = simulated();
    const { body } = call(`POST ${configMaps}`, configMap('a'));
    expect(call(`PUT ${configMaps}/a`, configMap('a', { generation: 3 }))).toMatchObject({
      status: 200,
      body,
    });
  });

  it('is refused if the object is not as the client believes', () => {
    const { call } = simulated();
    call(`POST ${configMaps}`, configMap('a'));
    expect(call(`PUT ${configMaps}/a`, configMap('a', { resourceVersion: '1' }))).toMatchObject({
      status: 409,
      body: {
        reason: 'Conflict',
        message:
          'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
      },
    });
    expect(call(`PUT ${configMaps}/a`, configMap('a', { uid: 'x' })).status).toBe(409);
    expect(call(`PUT ${configMaps}/b`, configMap('a')).body.message).toBe(
      'the name of the object (a) does not match the name on the URL (b)',
    );
    expect(call(`PUT ${configMaps}/b`, configMap('b')).status).toBe(404);
  });

  it('leaves status to the subresource of that name, and that everything else', () => {
    const { call } = simulated();
    const { body: created } = call(`POST ${sets}`, set);
    const { body: main } = call(`PUT ${sets}/s`, {
      ...created,
      spec: { ...created.spec, replicas: 2 },
      status: { replicas: 7 },
    });
    expect([main.status.replicas, main.spec.replicas, main.metadata.generation]).toEqual([0, 2, 2]);
    const { body: status } = call(`PUT ${sets}/s/status`, {
      ...main,
      spec: { ...main.spec, replicas: 9 },
      status: { replicas: 7 },
    });
    expect([status.status.replicas, status.spec.replicas, status.metadata.generation]).toEqual([7, 2, 2]);
    expect(call(`PUT ${configMaps}/a/status`, configMap('a')).status).toBe(404);
  });
});

describe('PATCH', () => {
  const types = {
    json: { 'content-type': 'application/json-patch+json' },
    strategic: { 'content-type': 'application/strategic-merge-patch+json' },
    apply: { 'content-type': 'application/apply-patch+yaml' },
  };

  it('changes managed fields of the one object alone', () => {
    const { call } = simulated();
    for (const name of ['a', 'b']) call(`POST ${configMaps}`, configMap(name));
    const operations = [{ op: 'replace', path: '/metadata/managedFields/0/manager', value: 'x' }];
    const managersOf = (object: typeof patched): string[] =>
      (object.body.metadata.managedFields ?? []).map(({ manager }) => manager);
    const patched = call(`PATCH ${configMaps}/a`, operations, types.json);
    expect(managersOf(patched)).toEqual(['x']);
    expect(managersOf(call(`GET ${configMaps}/b`))).toEqual(['spec']);
  });

  it('comes in four kinds', () => {
    const { call } = simulated();
    call(`POST ${configMaps}`, configMap('a'));
    expect(call(`PATCH ${configMaps}/a`, { data: { b: '2' } }).body.data).toEqual({ a: '1', b: '2' });
    expect(call(`PATCH ${configMaps}/a`, [{ op: 'remove', path: '/data/a' }], types.json).body.data).toEqual({
      b: '2',
    });
    expect(call(`PATCH ${configMaps}/a`, { data: { c: '3' } }, types.strategic).body.data).toEqual({
      b: '2',
      c: '3',
    });
    const yaml = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  d: "4"\n';
    const applied = call(`PATCH ${configMaps}/a?fieldManager=m`, yaml, types.apply);
    expect(applied).toMatchObject({ status: 200, body: { data: { b: '2', c: '3', d: '4' } } });
    expect(call(`PATCH ${configMaps}/a`, '{}', { 'content-type': 'application/json' }).status).toBe(415);
  });

  it('creates what is applied and not there', () => {
    const { call } = simulated();
    const applied = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { a: '1' } };
    expect(call(`PATCH ${configMaps}/a?fieldManager=m`, applied, types.apply).status).toBe(201);
    expect(
      call(`PATCH ${configMaps}/a?fieldManager=n`, { ...applied, data: { a: '2' } }, types.apply),
    ).toMatchObject({
      status: 409,
      body: { message: 'Apply failed with 1 conflict: conflict with "m": .data.a' },
    });
    const versioned = { ...applied, metadata: { name: 'a', resourceVersion: '1' } };
    expect(call(`PATCH ${configMaps}/a?fieldManager=m`, versioned, types.apply).status).toBe(409);
    const known = { ...applied, metadata: { name: 'b', uid: 'x' } };
    expect(call(`PATCH ${configMaps}/b?fieldManager=m`, known, types.apply).body.message).toContain(
      'uid mismatch',
    );
  });

  it('is refused if the object is not as the client believes', () => {
    const { call } = simulated();
    call(`POST ${configMaps}`, configMap('a'));
    expect(call(`PATCH ${configMaps}/a`, { metadata: { resourceVersion: '1' } }).status).toBe(409);
    expect(call(`PATCH ${configMaps}/a`, { metadata: { uid: 'x' } }).body.message).toBe(
      'ConfigMap "a" is invalid: metadata.uid: Invalid value: "x": field is immutable',
    );
    expect(call(`PATCH ${configMaps}/a?force=true`, {}).body.message).toBe(
      'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
    );
    expect(call(`PATCH ${configMaps}/none`, {}).status).toBe(404);
  });
});

describe('subresources', () => {
  it('scale what has replicas', () => {
    const { call } = simulated();
    call(`POST ${sets}`, set);
    expect(call(`GET ${sets}/s/scale`).body).toMatchObject({
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      spec: { replicas: 1 },
      status: { replicas: 0, selector: 'a=b' },
    });
    expect(call(`PATCH ${sets}/s/scale`, { spec: { replicas: 3 } }).body.spec).toEqual({ replicas: 3 });
    const scale = {
      apiVersion: 'autoscaling/v1',
      kind: 'Scale',
      metadata: { name: 's' },
      spec: { replicas: 4 },
    };
    expect(call(`PUT ${sets}/s/scale`, scale).status).toBe(200);
    expect(
      call(`PUT ${sets}/s/scale`, { ...scale, metadata: { name: 's', resourceVersion: '1' } }).status,
    ).toBe(409);
    expect(call(`PATCH ${sets}/s/scale`, { spec: { replicas: -1 } }).body.message).toBe(
      'Scale.autoscaling "s" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    );
    expect(call(`GET ${sets}/s`).body).toMatchObject({ spec: { replicas: 4 }, metadata: { generation: 3 } });
    expect(call(`GET ${configMaps}/a/scale`).status).toBe(404);
  });

  it('bind a pod to a node, once', () => {
    const { call } = simulated();
    call(`POST ${pods}`, pod);
    const binding = {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { name: 'p' },
      target: { kind: 'Node', name: 'n1' },
    };
    expect(call(`POST ${pods}/p/binding`, binding)).toMatchObject({
      status: 201,
      body: { status: 'Success' },
    });
    expect(call(`GET ${pods}?fieldSelector=spec.nodeName%3Dn1`).body.items).toHaveLength(1);
    expect(call(`GET ${pods}/p`).body.status.conditions).toMatchObject([
      { type: 'PodScheduled', status: 'True' },
    ]);
    expect(call(`POST ${pods}/p/binding`, binding).body.message).toBe(
      'Operation cannot be fulfilled on pods/binding "p": pod p is already assigned to node "n1"',
    );
  });

  it('are added from outside', () => {
    const { call, sim } = simulated();
    sim.extend('pods/eviction', ({ name }) => ({ status: 201, headers: {}, body: `bye ${name ?? ''}` }));
    expect(call(`POST ${pods}/p/eviction`, {}).body).toBe('bye p');
  });
});

describe('admission', () => {
  it('sees, changes and refuses what is written', () => {
    const { call, sim } = simulated();
    const end = sim.admit(({ operation, object, old }) => {
      if (operation === 'DELETE' && old?.metadata.name === 'held')
        throw new ApiFailure(403, 'Forbidden', 'no');
      if (object !== undefined) object.metadata.labels = { ...object.metadata.labels, seen: operation };
    });
    expect(call(`POST ${configMaps}`, configMap('held')).body.metadata.labels).toEqual({ seen: 'CREATE' });
    expect(call(`PATCH ${configMaps}/held`, { data: { b: '1' } }).body.metadata.labels).toEqual({
      seen: 'UPDATE',
    });
    expect(call(`DELETE ${configMaps}/held`).status).toBe(403);
    end();
    expect(call(`DELETE ${configMaps}/held`).status).toBe(200);
  });
});
