import { describe, expect, it } from '@jest/globals';
import type { SimObject } from '../api/object.ts';
import { structDefaults } from './defaults.ts';
import { createSchemaLibrary } from './schemas.ts';
import { createTyper } from './typed.ts';

const library = createSchemaLibrary();
const typer = createTyper(structDefaults);

function typed(name: string, fields: Record<string, unknown>): SimObject {
  const [group, version, kind = ''] = name.split('.');
  const apiVersion = group === 'core' ? 'v1' : `${group ?? ''}/${version ?? ''}`;
  const object: SimObject = { apiVersion, kind, metadata: { name: 'x' }, ...fields };
  const schema = library.definition(`io.k8s.api.${name}`);
  if (schema === undefined) throw new Error(`no schema of ${name}`);
  typer(schema, object);
  return object;
}

const container = (fields: object): Record<string, unknown> => ({
  spec: { template: { spec: { containers: [{ name: 'c', ...fields }] } } },
});

describe('What the types of the server do to an object', () => {
  it.each([
    ['core.v1.ConfigMap', { data: { a: 1 } }, 'number into Go struct field ConfigMap.data of type string'],
    [
      'core.v1.ConfigMap',
      { data: ['x'] },
      'array into Go struct field ConfigMap.data of type map[string]string',
    ],
    [
      'core.v1.ConfigMap',
      { metadata: { name: 'x', labels: { a: 1 } } },
      'number into Go struct field ObjectMeta.metadata.labels of type string',
    ],
    ['core.v1.ConfigMap', { immutable: 'x' }, 'string into Go struct field ConfigMap.immutable of type bool'],
    [
      'core.v1.Pod',
      { spec: { containers: [[]] } },
      'array into Go struct field PodSpec.spec.containers of type v1.Container',
    ],
    [
      'apps.v1.StatefulSet',
      { spec: 'x' },
      'string into Go struct field StatefulSet.spec of type v1.StatefulSetSpec',
    ],
    [
      'apps.v1.StatefulSet',
      { spec: { replicas: 1.5 } },
      'number 1.5 into Go struct field StatefulSetSpec.spec.replicas of type int32',
    ],
    [
      'apps.v1.StatefulSet',
      container({ imagePullPolicy: 1 }),
      'number into Go struct field Container.spec.template.spec.containers.imagePullPolicy of type v1.PullPolicy',
    ],
    [
      'apps.v1.StatefulSet',
      container({ env: [{ name: 'a', value: true }] }),
      'bool into Go struct field EnvVar.spec.template.spec.containers.env.value of type string',
    ],
    [
      'apps.v1.StatefulSet',
      container({ livenessProbe: { httpGet: { port: true } } }),
      'bool into Go struct field HTTPGetAction.spec.template.spec.containers.livenessProbe.ProbeHandler.httpGet.port of type int32',
    ],
  ])('refuses in a %s what Go cannot read: %j', (name, fields, words) => {
    const kind = name.slice(name.lastIndexOf('.') + 1);
    expect(() => typed(name, fields)).toThrow(
      `${kind} in version "v1" cannot be handled as a ${kind}: json: cannot unmarshal ${words}`,
    );
  });

  it.each([
    ['core.v1.Secret', { data: { a: 'not base64!' } }, 'illegal base64 data at input byte 3'],
    [
      'coordination.v1.Lease',
      { spec: { renewTime: 'x' } },
      'parsing time "x" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "x" as "2006"',
    ],
    [
      'coordination.v1.Lease',
      { spec: { renewTime: '2020-01-01T00:00:00Z' } },
      'parsing time "2020-01-01T00:00:00Z" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "Z" as ".000000"',
    ],
    [
      'apps.v1.StatefulSet',
      container({ resources: { limits: { cpu: 'abc' } } }),
      'quantities must match the regular expression',
    ],
  ])('says of a text in a %s why it cannot be read: %j', (name, fields, words) => {
    expect(() => typed(name, fields)).toThrow(words);
  });

  it('drops what is empty, but keeps the zero of a pointer and what is always written', () => {
    const set = typed('apps.v1.StatefulSet', {
      metadata: { name: 'x', labels: {}, finalizers: [] },
      spec: { replicas: 0, minReadySeconds: 0, template: { spec: { hostNetwork: false, containers: [] } } },
    });
    expect(set.metadata).toEqual({ name: 'x' });
    expect(set['spec']).toMatchObject({ replicas: 0, serviceName: '' });
    expect(set['spec']).not.toHaveProperty('minReadySeconds');
    expect(set).toHaveProperty('spec.template.spec.containers', null);
    expect(set).not.toHaveProperty('spec.template.spec.hostNetwork');
    expect(set['status']).toEqual({ replicas: 0, availableReplicas: 0 });
  });

  it('writes quantities and times in their canonical form', () => {
    const claim = typed('core.v1.PersistentVolumeClaim', {
      spec: { resources: { requests: { storage: '1024Mi', a: 0.5 } } },
    });
    expect(claim).toHaveProperty('spec.resources.requests', { storage: '1Gi', a: '500m' });
    const lease = typed('coordination.v1.Lease', { spec: { renewTime: '2020-01-01T01:00:00.123456+01:00' } });
    expect(lease).toHaveProperty('spec.renewTime', '2020-01-01T00:00:00.123456Z');
  });

  it('changes nothing when it has been there already', () => {
    const once = typed(
      'apps.v1.StatefulSet',
      container({ image: 'neo4j:5', resources: { limits: { memory: '1.5Gi' } } }),
    );
    expect(typed('apps.v1.StatefulSet', { ...structuredClone(once) })).toEqual(once);
  });
});
