import { describe, expect, it } from '@jest/globals';
import { simulated } from '../simulated.spec-helper.ts';

const services = '/api/v1/namespaces/default/services';
const claims = '/api/v1/namespaces/default/persistentvolumeclaims';
const merged = (spec: object): object => ({ spec });

function service(name: string, spec: object = {}, port: object = {}): object {
  const ports = [{ port: 80, ...port }];
  return { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { ports, ...spec } };
}

describe('A Service', () => {
  it.each([
    ['10.0.0.77', 'provided IP is already allocated'],
    ['10.0.0.1', 'provided IP is already allocated'],
    ['10.0.255.255', 'the provided network does not match the current range'],
    ['1.2.3.4', 'the provided network does not match the current range'],
  ])('cannot have the address %s', (clusterIP, why) => {
    const { call } = simulated();
    expect(call(`POST ${services}`, service('a', { clusterIP: '10.0.0.77' })).status).toBe(201);
    const { body } = call(`POST ${services}`, service('b', { clusterIP }));
    const cause = `Invalid value: ["${clusterIP}"]: failed to allocate IP ${clusterIP}: ${why}`;
    expect(body.message).toBe(`Service "b" is invalid: spec.clusterIPs: ${cause}`);
  });

  it('has an address of its own among hundreds', () => {
    const { call } = simulated();
    const addresses = Array.from({ length: 300 }, (_, index) => {
      const { clusterIP } = call(`POST ${services}`, service(`s-${index}`)).body.spec as {
        clusterIP: string;
      };
      return clusterIP;
    });
    expect(new Set(addresses).size).toBe(300);
  });

  it.each([
    [30_100, 'provided port is already allocated'],
    [100, 'provided port is not in the valid range. The range of valid ports is 30000-32767'],
  ])('cannot have the node port %d', (nodePort, why) => {
    const { call } = simulated();
    const type = 'NodePort';
    expect(call(`POST ${services}`, service('a', { type }, { nodePort: 30_100 })).status).toBe(201);
    expect(call(`POST ${services}`, service('b', { type }, { nodePort })).body.message).toBe(
      `Service "b" is invalid: spec.ports[0].nodePort: Invalid value: ${nodePort}: ${why}`,
    );
  });

  it('has a balancer only if it is balanced, and for so long', () => {
    const { call } = simulated();
    const status = { loadBalancer: { ingress: [{ ip: '1.2.3.4', ipMode: 'VIP' }] } };
    call(`POST ${services}`, service('a'));
    expect(call(`PATCH ${services}/a/status`, { status }).body.message).toBe(
      'Service "a" is invalid: status.loadBalancer.ingress: Forbidden: may only be used when `spec.type` is \'LoadBalancer\'',
    );
    call(`PATCH ${services}/a`, merged({ type: 'LoadBalancer' }));
    expect(call(`PATCH ${services}/a/status`, { status }).body.status).toEqual(status);
    const { body } = call(`PATCH ${services}/a`, merged({ type: 'ClusterIP' }));
    expect(body.status).toEqual({ loadBalancer: {} });
  });

  it('gets another address only if it has none', () => {
    const { call } = simulated();
    const body = (spec: object): string => JSON.stringify(service('a', spec));
    const apply = (spec: object) =>
      call(`PATCH ${services}/a?fieldManager=x`, body(spec), {
        'content-type': 'application/apply-patch+yaml',
      });
    expect(apply({ clusterIP: 'None' }).status).toBe(201);
    expect(apply({}).body.spec).toMatchObject({ clusterIP: 'None', clusterIPs: ['None'] });
    call(`POST ${services}`, service('b'));
    expect(call(`PATCH ${services}/b`, merged({ clusterIP: '10.0.0.9' })).body.message).toBe(
      'Service "b" is invalid: spec.clusterIPs[0]: Invalid value: ["10.0.0.9"]: may not change once set',
    );
    expect(call(`PATCH ${services}/b`, merged({ clusterIPs: ['None'] })).body.message).toBe(
      'Service "b" is invalid: spec.clusterIPs: Invalid value: ["None"]: first value must match `clusterIP`',
    );
  });
});

describe('A claim', () => {
  it.each([
    ['grows', 200],
    ['stays', 403],
    ['', 403],
  ])('of the class "%s" that is to grow is answered %d', (storageClassName, status) => {
    const { call } = simulated();
    const storageClass = (name: string, allowVolumeExpansion: boolean): object => ({
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name },
      provisioner: 'example.com/p',
      allowVolumeExpansion,
    });
    for (const name of ['grows', 'stays'])
      call('POST /apis/storage.k8s.io/v1/storageclasses', storageClass(name, name === 'grows'));
    const sized = (storage: string): object => ({ resources: { requests: { storage } } });
    call(`POST ${claims}`, {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'a' },
      spec: { accessModes: ['ReadWriteOnce'], storageClassName, ...sized('1Gi') },
    });
    call(`PATCH ${claims}/a/status`, { status: { phase: 'Bound', capacity: { storage: '1Gi' } } });
    expect(call(`PATCH ${claims}/a`, merged(sized('2Gi'))).status).toBe(status);
    expect(call(`PATCH ${claims}/a`, merged(sized('1Mi'))).status).toBe(422);
  });
});

describe('A StatefulSet', () => {
  it('has no more pods of any sort than pods', () => {
    const { call } = simulated();
    const sets = '/apis/apps/v1/namespaces/default/statefulsets';
    const labels = { app: 'a' };
    const spec = { containers: [{ name: 'main', image: 'example/app:1' }] };
    call(`POST ${sets}`, {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'a' },
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    });
    const { body } = call(`PATCH ${sets}/a/status`, { status: { replicas: 1, readyReplicas: 2 } });
    expect(body.message).toBe(
      'StatefulSet.apps "a" is invalid: status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas',
    );
    expect(call(`PATCH ${sets}/a/status`, { status: { replicas: -1 } }).body.message).toContain(
      'status.replicas: Invalid value: -1: must be greater than or equal to 0',
    );
  });
});

describe('Managed fields', () => {
  it('are gone once a client says that there are none', () => {
    const { call } = simulated();
    const path = '/api/v1/namespaces/default/configmaps';
    const object = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a', managedFields: [] },
      data: { a: '1' },
    };
    expect(call(`POST ${path}`, object).body.metadata.managedFields).toHaveLength(1);
    expect(call(`PUT ${path}/a`, object).body.metadata.managedFields).toBeUndefined();
  });
});

describe('A Pod', () => {
  it('may be given less time, not more', () => {
    const { call } = simulated();
    const pods = '/api/v1/namespaces/default/pods';
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
    call('POST /api/v1/namespaces/default/serviceaccounts', account);
    call(`POST ${pods}`, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'a' },
      spec: { containers: [{ name: 'main', image: 'example/app:1' }], activeDeadlineSeconds: 5 },
    });
    const refusal = (activeDeadlineSeconds: number | null): string =>
      call(`PATCH ${pods}/a`, merged({ activeDeadlineSeconds })).body.message;
    const wrong = 'Pod "a" is invalid: spec.activeDeadlineSeconds: Invalid value';
    expect(refusal(8)).toBe(`${wrong}: 8: must be less than or equal to previous value`);
    expect(refusal(null)).toBe(`${wrong}: null: must not update from a positive integer to nil value`);
    expect(refusal(3)).toBeUndefined();
  });
});

describe('What is applied', () => {
  it.each([
    ['binaryData', { a: '!' }, 'error decoding from json: illegal base64 data at input byte 0'],
    [
      'metadata',
      { name: 'a', creationTimestamp: 'x' },
      'parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"',
    ],
  ])('has to be of its type: %s', (field, value, why) => {
    const { call } = simulated();
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, [field]: value };
    const path = '/api/v1/namespaces/default/configmaps/a?fieldManager=x';
    const { body } = call(`PATCH ${path}`, JSON.stringify(object), {
      'content-type': 'application/apply-patch+yaml',
    });
    const what =
      'failed to convert new object (/a; /v1, Kind=ConfigMap) to proper version: unable to convert unstructured object to /v1, Kind=ConfigMap';
    expect([body.code, body.message]).toEqual([500, `${what}: ${why}`]);
  });
});

describe('An Event', () => {
  it('is selected by what it is about, whichever group it comes from', () => {
    const { call } = simulated();
    const [core, own] = ['/api/v1', '/apis/events.k8s.io/v1'].map(
      (group) => `${group}/namespaces/default/events`,
    );
    const about = { kind: 'Pod', name: 'p', namespace: 'default' };
    call(`POST ${core}`, { metadata: { name: 'old' }, involvedObject: about, reason: 'R', type: 'Normal' });
    call(`POST ${own}`, {
      metadata: { name: 'new' },
      regarding: about,
      ...{ eventTime: '2024-01-01T00:00:00.000000Z', reason: 'R', type: 'Normal', action: 'A' },
      ...{ reportingController: 'example.com/c', reportingInstance: 'c-1' },
    });
    const names = (path: string): readonly string[] =>
      call(`GET ${path}`).body.items.map(({ metadata }) => metadata.name);
    expect(names(`${core}?fieldSelector=involvedObject.name%3Dp`)).toEqual(['new', 'old']);
    expect(names(`${own}?fieldSelector=regarding.name%3Dp`)).toEqual(['new', 'old']);
    expect(names(`${own}?fieldSelector=reportingController%3Dexample.com%2Fc`)).toEqual(['new']);
    expect(call(`GET ${own}/old`).body).not.toHaveProperty('reportingController');
    expect(call(`GET ${core}/old`).body).toHaveProperty('reportingComponent', '');
  });
});

describe('Namespaces', () => {
  it('are never deleted all at once', () => {
    const { call } = simulated();
    expect(call('DELETE /api/v1/namespaces').status).toBe(405);
    expect(call('DELETE /api/v1/namespaces/none').status).toBe(404);
  });
});
