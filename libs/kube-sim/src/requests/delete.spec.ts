import { describe, expect, it } from '@jest/globals';
import { configMap, configMaps, simulated } from '../simulated.spec-helper.ts';

const pods = '/api/v1/namespaces/default/pods';
const pod = (spec: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p' },
  spec: { ...spec, containers: [{ name: 'c', image: 'i' }] },
});

describe('DELETE', () => {
  it('answers with a status when the object is gone, and only tries in a dry run', () => {
    const { call } = simulated();
    const { body } = call(`POST ${configMaps}`, configMap('a'));
    const expected = {
      status: 'Success',
      details: { name: 'a', kind: 'configmaps', uid: body.metadata.uid },
    };
    expect(call(`DELETE ${configMaps}/a?dryRun=All`).body).toMatchObject(expected);
    expect(call(`DELETE ${configMaps}/a`).body).toMatchObject(expected);
    expect(call(`DELETE ${configMaps}/a`).status).toBe(404);
  });

  it('waits for the last finalizer', () => {
    const { call, watch } = simulated();
    call(`POST ${configMaps}`, configMap('a', { finalizers: ['x/y'] }));
    const watched = watch(`${configMaps}?watch=true`);
    expect(call(`DELETE ${configMaps}/a`).body.metadata).toMatchObject({
      deletionTimestamp: '2026-01-01T00:00:00Z',
      deletionGracePeriodSeconds: 0,
      finalizers: ['x/y'],
    });
    expect(call(`POST ${configMaps}`, configMap('a')).body.message).toBe(
      'object is being deleted: configmaps "a" already exists',
    );
    expect(call(`PATCH ${configMaps}/a`, { metadata: { finalizers: ['x/y', 'x/z'] } }).body.message).toBe(
      'ConfigMap "a" is invalid: metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"x/z"}',
    );
    expect(call(`PATCH ${configMaps}/a`, { metadata: { finalizers: null } }).status).toBe(200);
    expect(call(`GET ${configMaps}/a`).status).toBe(404);
    expect(watched.events.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'DELETED']);
    expect(watched.events[2]?.object.metadata.finalizers).toEqual(['x/y']);
  });

  it.each([
    ['Orphan', 'orphan'],
    ['Foreground', 'foregroundDeletion'],
  ])('leaves dependents to the collector: %s', (propagationPolicy, finalizer) => {
    const { call } = simulated();
    call(`POST ${configMaps}`, configMap('a'));
    expect(call(`DELETE ${configMaps}/a`, { propagationPolicy }).body.metadata.finalizers).toEqual([
      finalizer,
    ]);
  });

  it('honours preconditions', () => {
    const { call } = simulated();
    const { body } = call(`POST ${configMaps}`, configMap('a'));
    const { uid, resourceVersion } = body.metadata as { uid: string; resourceVersion: string };
    expect(call(`DELETE ${configMaps}/a`, { preconditions: { uid: 'x' } })).toMatchObject({
      status: 409,
      body: {
        message: `Operation cannot be fulfilled on ConfigMap "a": the UID in the precondition (x) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
      },
    });
    expect(call(`DELETE ${configMaps}/a`, { preconditions: { resourceVersion: '1' } }).status).toBe(409);
    expect(call(`DELETE ${configMaps}/a`, { preconditions: { uid, resourceVersion } }).status).toBe(200);
  });

  it('gives a pod that runs its time, which can only become shorter', () => {
    const { call, watch } = simulated();
    call(`POST ${pods}`, pod({ nodeName: 'n', terminationGracePeriodSeconds: 20 }));
    const watched = watch(`${pods}?watch=true`);
    const grace = (query: string): unknown =>
      call(`DELETE ${pods}/p${query}`).body.metadata.deletionGracePeriodSeconds;
    expect([grace(''), grace('?gracePeriodSeconds=60'), grace('?gracePeriodSeconds=5')]).toEqual([20, 20, 5]);
    expect(call(`GET ${pods}/p`).body.metadata).toMatchObject({
      generation: 2,
      deletionTimestamp: '2026-01-01T00:00:05Z',
    });
    expect(grace('?gracePeriodSeconds=0')).toBe(0);
    expect(
      watched.events.map(
        ({ type, object }) => `${type} ${String(object.metadata.deletionGracePeriodSeconds)}`,
      ),
    ).toEqual(['ADDED undefined', 'MODIFIED 20', 'MODIFIED 5', 'MODIFIED 0', 'DELETED 0']);
  });

  it('takes a pod without a node away at once', () => {
    const { call } = simulated();
    call(`POST ${pods}`, pod());
    expect(call(`DELETE ${pods}/p`)).toMatchObject({ status: 200, body: { kind: 'Pod' } });
    expect(call(`GET ${pods}/p`).status).toBe(404);
  });

  it('of a collection takes what is selected, and answers with it', () => {
    const { call } = simulated();
    for (const name of ['a', 'b']) call(`POST ${configMaps}`, configMap(name, { labels: { name } }));
    expect(call(`DELETE ${configMaps}?labelSelector=name%3Da`).body.items).toMatchObject([
      { metadata: { name: 'a' } },
    ]);
    expect(call(`GET ${configMaps}`).body.items).toMatchObject([{ metadata: { name: 'b' } }]);
  });

  // As a real API server words them.
  it.each([
    [
      '?dryRun=Foo',
      undefined,
      'DeleteOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["Foo"]: supported values: "All"',
    ],
    [
      '?propagationPolicy=Foo',
      undefined,
      'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "Foo": supported values: "Foreground", "Background", "Orphan", "nil"',
    ],
    [
      '',
      { kind: 'Foo', apiVersion: 'v1' },
      'no kind "Foo" is registered for version "v1" in scheme "pkg/runtime/scheme.go:111"',
    ],
    [
      '',
      '{bad',
      "couldn't get version/kind; json parse error: invalid character 'b' looking for beginning of object key string",
    ],
  ])('refuses %s %j', (query, body, message) => {
    const { call } = simulated();
    call(`POST ${configMaps}`, configMap('a'));
    expect(call(`DELETE ${configMaps}/a${query}`, body).body.message).toBe(message);
  });
});

describe('a namespace', () => {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'ns' } };

  it('has to be there for what is created in it', () => {
    const { call } = simulated();
    expect(call('POST /api/v1/namespaces/ns/configmaps', configMap('a'))).toMatchObject({
      status: 404,
      body: { message: 'namespaces "ns" not found' },
    });
  });

  it('takes nothing new in while it ends, and goes when its finalizers are gone', () => {
    const { call } = simulated();
    call('POST /api/v1/namespaces', namespace);
    expect(call('DELETE /api/v1/namespaces/ns').body.status).toEqual({ phase: 'Terminating' });
    expect(call('POST /api/v1/namespaces/ns/configmaps', configMap('a'))).toMatchObject({
      status: 403,
      body: {
        message:
          'configmaps "a" is forbidden: unable to create new content in namespace ns because it is being terminated',
        details: { causes: [{ reason: 'NamespaceTerminating' }] },
      },
    });
    const { body } = call('GET /api/v1/namespaces/ns');
    expect(call('PUT /api/v1/namespaces/ns/finalize', { ...body, spec: {} }).status).toBe(200);
    expect(call('GET /api/v1/namespaces/ns').status).toBe(404);
  });

  it('that everything depends on stays', () => {
    expect(simulated().call('DELETE /api/v1/namespaces/kube-system').body.message).toBe(
      'namespaces "kube-system" is forbidden: this namespace may not be deleted',
    );
  });
});
