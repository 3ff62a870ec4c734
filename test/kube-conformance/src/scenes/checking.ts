// Field validation, dry runs, bad requests.
import { apply, del, edited, get, patch, post, put, type Scene, scene, type Step } from '../scene.ts';
import {
  configMap,
  configMaps,
  core,
  gadget,
  gadgets,
  object,
  pod,
  pods,
  service,
  services,
  statefulSet,
  statefulSets,
} from './objects.ts';

function raw(path: string, text: string, contentType = 'application/json', method = 'POST'): Step {
  return { method, path, text, headers: { 'content-type': contentType } };
}

const withUnknown = object('v1', 'ConfigMap', 'a', { unknown: 1, metadata: { foo: 'x' } });
const twice =
  '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"t","name":"t"},"data":{"a":"1","a":"2"}}';
const gadgetTwice =
  '{"apiVersion":"conformance.example/v1","kind":"Gadget","metadata":{"name":"t"},"spec":{"size":1,"size":2,"foo":1}}';

export const checking: readonly Scene[] = [
  scene(
    'unknown and duplicate fields',
    ...['Strict', 'Warn', 'Ignore', 'Nonsense', ''].map((mode) =>
      post(`${configMaps}?fieldValidation=${mode}`, withUnknown),
    ),
    post(configMaps, object('v1', 'ConfigMap', 'b', { unknown: 1 })),
    ...['Strict', 'Warn', 'Ignore'].map((mode) => raw(`${configMaps}?fieldValidation=${mode}`, twice)),
    ...['Strict', 'Warn', 'Ignore'].map((mode) => raw(`${gadgets}?fieldValidation=${mode}`, gadgetTwice)),
    post(
      `${gadgets}?fieldValidation=Strict`,
      gadget('g', { size: 1, unknown: { a: 1 }, nested: { x: 1 }, ports: [{ name: 'a', foo: 1 }] }),
    ),
    post(`${gadgets}?fieldValidation=Strict`, gadget('g', { size: 1 }, { foo: 1 })),
    post(gadgets, gadget('g', { size: 1, unknown: 1, free: { any: { thing: 1 } } })),
    put(`${gadgets}/g?fieldValidation=Strict`, gadget('g', { size: 1, unknown: 1 })),
    patch('merge-patch', `${gadgets}/g?fieldValidation=Strict`, { spec: { unknown: 1 } }),
    patch('json-patch', `${gadgets}/g?fieldValidation=Strict`, [
      { op: 'add', path: '/spec/unknown', value: 1 },
    ]),
    patch('merge-patch', `${gadgets}/g?fieldValidation=Warn`, { spec: { unknown: 1 } }),
    patch('merge-patch', `${configMaps}/a?fieldValidation=Strict`, { unknown: 1 }),
    patch('strategic-merge-patch', `${configMaps}/a?fieldValidation=Strict`, { unknown: 1 }),
    apply(`${configMaps}/a`, 'one', object('v1', 'ConfigMap', 'a', { unknown: 1 }), 'fieldValidation=Warn'),
    post(
      `${statefulSets}?fieldValidation=Strict`,
      statefulSet('s', { replica: 1, template: { spec: { container: [] } } }),
    ),
    post(
      `${pods}?fieldValidation=Strict`,
      pod('p', { containers: [{ name: 'a', image: 'b', ports: [{ port: 1 }] }] }),
    ),
  ),
  scene(
    'values of a wrong type',
    post(configMaps, object('v1', 'ConfigMap', 'a', { data: { a: 1 } })),
    post(configMaps, object('v1', 'ConfigMap', 'a', { data: [] })),
    post(configMaps, object('v1', 'ConfigMap', 'a', { metadata: { labels: { a: 1 } } })),
    post(configMaps, object('v1', 'ConfigMap', 'a', { metadata: { labels: 'x' } })),
    post(configMaps, object('v1', 'ConfigMap', 'a', { metadata: { generation: 'x' } })),
    post(configMaps, object('v1', 'ConfigMap', 'a', { metadata: { creationTimestamp: 'yesterday' } })),
    post(configMaps, object('v1', 'ConfigMap', 'a', { immutable: 'x' })),
    post(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: 'x' }),
    post(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 1 } }),
    post(`${core}/secrets`, object('v1', 'Secret', 'a', { data: { a: 'not base64!' } })),
    post(services, object('v1', 'Service', 'a', { spec: { ports: [{ port: 'x' }] } })),
    post(services, object('v1', 'Service', 'a', { spec: { ports: {} } })),
    post(services, service('a', { ports: [{ port: 1, targetPort: true }] })),
    post(statefulSets, statefulSet('a', { replicas: '2' })),
    post(statefulSets, statefulSet('a', { replicas: 2.5 })),
    post(statefulSets, statefulSet('a', { replicas: 99_999_999_999 })),
    post(
      pods,
      pod('a', { containers: [{ name: 'a', image: 'b', resources: { requests: { memory: 'lots' } } }] }),
    ),
    post(
      pods,
      pod('a', {
        containers: [{ name: 'a', image: 'b', resources: { requests: { cpu: 1, memory: 1_000_000 } } }],
      }),
    ),
    post(pods, pod('b', { containers: 'x' })),
    post(pods, pod('b', { hostNetwork: 'yes' })),
    post(
      gadgets,
      object('conformance.example/v1', 'Gadget', 'a', { spec: { size: 1 }, metadata: { labels: { a: 1 } } }),
    ),
    post(gadgets, { apiVersion: 'conformance.example/v1', kind: 'Gadget', metadata: 'x' }),
    post(
      gadgets,
      object('conformance.example/v1', 'Gadget', 'a', { metadata: { generation: 'x' }, spec: { size: 1 } }),
    ),
  ),
  scene(
    'bodies that are none',
    raw(configMaps, '{'),
    raw(configMaps, ''),
    raw(configMaps, 'x'),
    raw(configMaps, '[]'),
    raw(configMaps, '"x"'),
    raw(configMaps, 'null'),
    raw(configMaps, '{}'),
    raw(configMaps, '{"kind":"ConfigMap"}'),
    raw(configMaps, '{"apiVersion":"v1"}'),
    raw(configMaps, '{"kind":"Secret","apiVersion":"v1","metadata":{"name":"x"}}'),
    raw(configMaps, '{"kind":"Nonsense","apiVersion":"v1","metadata":{"name":"x"}}'),
    raw(configMaps, '{"kind":"ConfigMap","apiVersion":"v9","metadata":{"name":"x"}}'),
    raw(configMaps, '{"kind":"ConfigMap","apiVersion":"apps/v1","metadata":{"name":"x"}}'),
    raw(configMaps, '{"metadata":{"name":"bare"}}'),
    raw(configMaps, 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: yaml\n', 'application/yaml'),
    raw(configMaps, 'a: [', 'application/yaml'),
    raw(configMaps, '{}', 'text/plain'),
    raw(configMaps, '{}', 'application/x-unheard-of'),
    raw(`${configMaps}/a`, '{', 'application/json', 'PUT'),
    raw(gadgets, '{'),
    raw(gadgets, '{}'),
    raw(gadgets, '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"x"}}'),
    raw(gadgets, '{"kind":"Gadget","apiVersion":"conformance.example/v2","metadata":{"name":"x"}}'),
    raw(gadgets, '{"metadata":{"name":"bare"},"spec":{"size":1}}'),
    raw(
      gadgets,
      '{"kind":"Gadget","apiVersion":"conformance.example/v1","metadata":{"name":"x"}}',
      'text/plain',
    ),
    raw(
      gadgets,
      'apiVersion: conformance.example/v1\nkind: Gadget\nmetadata: {name: yaml}\nspec: {size: 1}\n',
      'application/yaml',
    ),
  ),
  scene(
    'dry runs',
    post(`${configMaps}?dryRun=All`, configMap('a')),
    get(`${configMaps}/a`),
    post(configMaps, configMap('a'), { as: 'a' }),
    post(`${configMaps}?dryRun=All`, configMap('a')),
    put(`${configMaps}/a?dryRun=All`, edited('a', { data: { a: '2' } })),
    patch('merge-patch', `${configMaps}/a?dryRun=All`, { data: { a: '3' } }),
    apply(`${configMaps}/a`, 'one', configMap('a', { b: '1' }), 'dryRun=All'),
    apply(`${configMaps}/b`, 'one', configMap('b', { b: '1' }), 'dryRun=All'),
    del(`${configMaps}/a?dryRun=All`),
    get(configMaps),
    post(`${configMaps}?dryRun=Some`, configMap('b')),
    post(`${configMaps}?dryRun=`, configMap('b')),
    post(`${configMaps}?dryRun=All&dryRun=All`, configMap('b')),
    post(`${gadgets}?dryRun=All`, gadget('a')),
    post(`${gadgets}?dryRun=All`, gadget('a', { size: 1000 })),
    post(`${services}?dryRun=All`, service('a')),
    get(services),
    put(`${gadgets}/a?dryRun=All`, gadget('a')),
    post(`${configMaps}?dryRun=All`, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { generateName: 'dry-' },
    }),
  ),
];
