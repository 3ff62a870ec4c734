import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Container, Pod, Service } from '../kubelet/resources.ts';
import { ConfigError, invocation, type Sources } from './env.ts';
import { expand, expandStrictly } from './expand.ts';
import { fieldValue, type PodPlace } from './fields.ts';
import { quantityValue } from './quantity.ts';

const place: PodPlace = {
  podIp: '127.0.1.1',
  nodeName: 'node-a',
  nodeIp: '10.0.0.1',
  allocatable: { cpu: 8, memory: 2 ** 34 },
};
const pod: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'shop', uid: 'u1', labels: { b: 'x"y', a: '1' } },
  spec: {
    containers: [{ name: 'other', image: 'x', resources: { limits: { cpu: '250m' } } }],
    hostname: 'host-1',
  },
};
const base = { apiVersion: 'v1', metadata: { name: 'cfg' } };
const sources: Sources = {
  configMap: (name) =>
    name === 'cfg' ? { ...base, kind: 'ConfigMap', data: { colour: 'red', 'odd=key': 'x' } } : undefined,
  secret: (name) => (name === 'pw' ? { ...base, kind: 'Secret', data: { key: 'czNjcmV0' } } : undefined),
};

function invoke(container: Partial<Container>, services: Service[] = []): ReturnType<typeof invocation> {
  return invocation(pod, { name: 'main', image: 'x', ...container }, place, sources, services);
}

describe('the environment of a container', () => {
  it('has literals, keys of ConfigMaps and Secrets, fields and resources', () => {
    const { env } = invoke({
      resources: { limits: { memory: '1Gi', cpu: '1500m' } },
      env: [
        { name: 'PLAIN', value: 'a' },
        { name: 'EMPTY' },
        { name: 'MAP', valueFrom: { configMapKeyRef: { name: 'cfg', key: 'colour' } } },
        { name: 'SECRET', valueFrom: { secretKeyRef: { name: 'pw', key: 'key' } } },
        { name: 'NONE', valueFrom: { secretKeyRef: { name: 'none', key: 'key', optional: true } } },
        { name: 'NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        { name: 'LABEL', valueFrom: { fieldRef: { fieldPath: "metadata.labels['a']" } } },
        { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
        { name: 'MEMORY', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } },
        { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
        { name: 'CPU_M', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '1m' } } },
        {
          name: 'OTHER',
          valueFrom: { resourceFieldRef: { resource: 'limits.cpu', containerName: 'other', divisor: '1m' } },
        },
        { name: 'NODE_MEMORY', valueFrom: { resourceFieldRef: { resource: 'requests.memory' } } },
      ],
    });
    expect(env).toEqual({
      HOSTNAME: 'host-1',
      PLAIN: 'a',
      EMPTY: '',
      MAP: 'red',
      SECRET: 's3cret',
      NAME: 'web',
      LABEL: '1',
      IP: '127.0.1.1',
      MEMORY: '1024',
      CPU: '2',
      CPU_M: '1500',
      OTHER: '250',
      NODE_MEMORY: '0',
    });
  });

  it('takes whole objects, with a prefix and without what cannot be a name, and lets single ones win', () => {
    const { env } = invoke({
      envFrom: [{ prefix: 'C_', configMapRef: { name: 'cfg' } }, { secretRef: { name: 'pw' } }],
      env: [{ name: 'key', value: 'own' }],
    });
    expect(env).toEqual({ HOSTNAME: 'host-1', C_colour: 'red', key: 'own' });
  });

  it('expands what was defined before, in values, command and arguments', () => {
    const { env, command, args } = invoke({
      env: [
        { name: 'A', value: '1' },
        { name: 'B', value: '$(A)-$(C)-$$(A)' },
        { name: 'C', value: 'late' },
      ],
      command: ['run', '$(B)'],
      args: ['$(C)', '$(NONE)'],
    });
    expect(env['B']).toBe('1-$(C)-$(A)');
    expect(command).toEqual(['run', '1-$(C)-$(A)']);
    expect(args).toEqual(['late', '$(NONE)']);
  });

  it('knows the services, but not headless ones', () => {
    const service = (name: string, clusterIP: string): Service => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name },
      spec: { clusterIP, ports: [{ name: 'bolt-tls', port: 7687 }] },
    });
    const { env } = invoke({ env: [{ name: 'AT', value: '$(MY_DB_SERVICE_HOST)' }] }, [
      service('my-db', '10.1.1.1'),
      service('headless', 'None'),
    ]);
    expect(env).toEqual({
      HOSTNAME: 'host-1',
      AT: '10.1.1.1',
      MY_DB_SERVICE_HOST: '10.1.1.1',
      MY_DB_SERVICE_PORT: '7687',
      MY_DB_SERVICE_PORT_BOLT_TLS: '7687',
      MY_DB_PORT: 'tcp://10.1.1.1:7687',
      MY_DB_PORT_7687_TCP: 'tcp://10.1.1.1:7687',
      MY_DB_PORT_7687_TCP_PROTO: 'tcp',
      MY_DB_PORT_7687_TCP_PORT: '7687',
      MY_DB_PORT_7687_TCP_ADDR: '10.1.1.1',
    });
  });

  it.each<[Partial<Container>, string]>([
    [{ envFrom: [{ configMapRef: { name: 'none' } }] }, 'configmap "none" not found'],
    [{ envFrom: [{ secretRef: { name: 'none' } }] }, 'secret "none" not found'],
    [
      { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'cfg', key: 'none' } } }] },
      "couldn't find key none in ConfigMap shop/cfg",
    ],
    [
      { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'none', key: 'key' } } }] },
      'secret "none" not found',
    ],
  ])('says what is missing: %j', (container, message) => {
    expect(() => invoke(container)).toThrow(new ConfigError(message));
  });
});

describe('expand', () => {
  it('gives back any text that was escaped', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(expand(text.replaceAll('$', '$$$$'), () => 'no')).toBe(text);
      }),
    );
  });

  it('leaves what is no reference as it is', () => {
    for (const text of ['$', '$A', '$(', '$(A', '${A}', 'a$']) expect(expand(text, () => 'no')).toBe(text);
  });

  it('can insist on every name', () => {
    expect(expandStrictly('a/$(B)', () => undefined)).toEqual({ missing: 'B' });
    expect(expandStrictly('a/$(B)', (name) => name.toLowerCase())).toEqual({ text: 'a/b' });
  });
});

describe('fieldValue', () => {
  it('writes all labels in the order of their keys', () => {
    expect(fieldValue(pod, place, 'metadata.labels')).toBe('a="1"\nb="x\\"y"');
  });

  it('knows no other fields', () => {
    expect(fieldValue(pod, place, 'spec.containers')).toBeUndefined();
  });
});

describe('quantityValue', () => {
  it.each([
    ['100m', 0.1],
    ['1.5', 1.5],
    ['1Ki', 1024],
    ['0.5Gi', 2 ** 29],
    ['2k', 2000],
    ['1e3', 1000],
    ['5E', 5e18],
    ['-1', -1],
  ])('%s is %d', (text, value) => {
    expect(quantityValue(text)).toBe(value);
  });

  it.each(['', 'm', '1x', '1 Gi', 'one'])('refuses "%s"', (text) => {
    expect(() => quantityValue(text)).toThrow(RangeError);
  });
});
