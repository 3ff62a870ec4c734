// Server-side apply and who manages which fields.
import { apply, edited, get, patch, post, put, type Scene, scene, type Step } from '../scene.ts';
import {
  configMap,
  configMaps,
  gadget,
  gadgets,
  object,
  service,
  services,
  statefulSet,
  statefulSets,
} from './objects.ts';

const a = `${configMaps}/a`;
const g = `${gadgets}/g`;

function applied(data: Record<string, string>): ReturnType<typeof object> {
  return object('v1', 'ConfigMap', 'a', { data });
}

function gadgetWith(spec: Parameters<typeof gadget>[1]): ReturnType<typeof gadget> {
  return gadget('g', spec);
}

const yaml: Step = {
  method: 'PATCH',
  path: `${configMaps}/yaml?fieldManager=one`,
  headers: { 'content-type': 'application/apply-patch+yaml' },
  text: 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: yaml\ndata:\n  a: "1"\n  b: |\n    two\n    lines\n',
};

export const applying: readonly Scene[] = [
  scene(
    'applied by several',
    apply(a, 'one', applied({ a: '1', b: '1' })),
    apply(a, 'one', applied({ a: '1', b: '1' })),
    apply(a, 'two', applied({ b: '2', c: '2' })),
    apply(a, 'two', applied({ a: '2', b: '2', c: '2' })),
    apply(a, 'two', applied({ b: '1', c: '2' })),
    apply(a, 'two', applied({ b: '2', c: '2' }), 'force=true'),
    apply(a, 'one', applied({ a: '1' })),
    apply(a, 'one', applied({})),
    apply(a, 'one', object('v1', 'ConfigMap', 'a')),
    apply(
      a,
      'two',
      object('v1', 'ConfigMap', 'a', { metadata: { labels: { x: 'y' }, annotations: { z: '1' } } }),
    ),
    apply(a, 'three', object('v1', 'ConfigMap', 'a', { metadata: { labels: { x: 'other' } } })),
    apply(
      a,
      'three',
      object('v1', 'ConfigMap', 'a', { metadata: { labels: { x: 'other' }, finalizers: ['example.com/a'] } }),
      'force=true',
    ),
    apply(
      a,
      'four',
      object('v1', 'ConfigMap', 'a', {
        metadata: {
          finalizers: ['example.com/b'],
          ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: 'u' }],
        },
      }),
    ),
    apply(a, 'three', object('v1', 'ConfigMap', 'a')),
    get(a),
  ),
  scene(
    'how an apply is refused',
    patch('apply-patch', a, applied({})),
    patch('apply-patch', `${a}?fieldManager=`, applied({})),
    apply(a, 'one', object('v1', 'ConfigMap', 'b')),
    apply(a, 'one', object('v1', 'Secret', 'a')),
    apply(a, 'one', object('v2', 'ConfigMap', 'a')),
    apply(a, 'one', { kind: 'ConfigMap' }),
    apply(a, 'one', { apiVersion: 'v1', kind: 'ConfigMap' }),
    apply(a, 'one', { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} }),
    apply(a, 'one', object('v1', 'ConfigMap', 'a', { metadata: { managedFields: [] } })),
    apply(
      a,
      'one',
      object('v1', 'ConfigMap', 'a', {
        metadata: {
          managedFields: [
            { manager: 'x', operation: 'Apply', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: {} },
          ],
        },
      }),
    ),
    apply(
      a,
      'one',
      object('v1', 'ConfigMap', 'a', { metadata: { uid: '11111111-2222-3333-4444-555555555555' } }),
    ),
    apply(a, 'one', object('v1', 'ConfigMap', 'a', { metadata: { resourceVersion: '1' } })),
    apply(a, 'one', object('v1', 'ConfigMap', 'a', { unknown: 1 })),
    apply(a, 'one', object('v1', 'ConfigMap', 'a', { data: { a: 1 } })),
    apply(a, 'one', object('v1', 'ConfigMap', 'a', { data: 'x' })),
    apply(a, 'm'.repeat(129), applied({})),
    apply(a, 'one%00two', applied({})),
    apply(a, 'one', applied({}), 'force=perhaps'),
    apply(a, 'one', []),
    patch('merge-patch', `${a}?force=true`, {}),
    put(`${a}?fieldManager=${'m'.repeat(129)}`, configMap('a')),
    post(`${configMaps}?fieldManager=${'m'.repeat(129)}`, configMap('a')),
    yaml,
    { ...yaml, text: 'a: [' },
    { ...yaml, text: '' },
    { ...yaml, text: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: yaml}\ndata: {a: "1", a: "2"}\n' },
    { ...yaml, text: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"yaml"},"data":{"c":null}}' },
    { ...yaml, headers: { 'content-type': 'application/apply-patch+cbor' } },
  ),
  scene(
    'updates and applies together',
    post(`${configMaps}?fieldManager=creator`, configMap('a', { a: '1', b: '1' }), { as: 'a' }),
    put(`${a}?fieldManager=updater`, edited('a', { data: { b: '2', c: '2' } }), { as: 'b' }),
    put(`${a}?fieldManager=updater`, edited('b', { data: { a: null } }), { as: 'c' }),
    apply(a, 'updater', applied({ c: '3' })),
    apply(a, 'applier', applied({ b: '9' })),
    apply(a, 'applier', applied({ b: '9', d: '4' }), 'force=true'),
    patch('merge-patch', `${a}?fieldManager=patcher`, { data: { d: '5' } }),
    apply(a, 'applier', applied({ b: '9', d: '4' })),
    get(a, { as: 'd' }),
    put(a, edited('d', { metadata: { managedFields: null } }), { as: 'e' }),
    put(a, edited('e', { metadata: { managedFields: [] } }), { as: 'f' }),
    patch('merge-patch', a, { metadata: { managedFields: [{}] } }),
    patch('merge-patch', a, { data: { z: '1' } }),
    patch('json-patch', a, [
      {
        op: 'replace',
        path: '/metadata/managedFields',
        value: [
          {
            manager: 'forged',
            operation: 'Update',
            apiVersion: 'v1',
            fieldsType: 'FieldsV1',
            fieldsV1: { 'f:data': { 'f:z': {} } },
          },
        ],
      },
    ]),
    patch('json-patch', a, [
      {
        op: 'replace',
        path: '/metadata/managedFields',
        value: [{ manager: 'forged', operation: 'Nonsense', apiVersion: 'v1' }],
      },
    ]),
    apply(a, 'applier', applied({ z: '2' })),
  ),
  scene(
    'moving from client-side apply',
    post(
      `${configMaps}?fieldManager=kubectl-client-side-apply`,
      configMap(
        'a',
        { a: '1', b: '1' },
        {
          annotations: {
            'kubectl.kubernetes.io/last-applied-configuration':
              '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"a":"1","b":"1"}}',
          },
        },
      ),
    ),
    apply(a, 'kubectl', applied({ a: '2' })),
    apply(a, 'kubectl', applied({ a: '2' }), 'force=true'),
    get(a),
  ),
  scene(
    'applied lists, sets and maps of a custom resource',
    apply(
      g,
      'one',
      gadgetWith({
        size: 1,
        ports: [{ name: 'a', number: 1 }],
        tags: ['x'],
        args: ['1', '2'],
        limits: { a: 1 },
        flavour: { a: 'x' },
        nested: { label: 'n' },
        free: { deep: { a: 1, list: [1] } },
      }),
    ),
    apply(g, 'two', gadgetWith({ size: 1, ports: [{ name: 'b', protocol: 'UDP' }], tags: ['y'] })),
    apply(g, 'two', gadgetWith({ size: 1, ports: [{ name: 'a', number: 2 }] })),
    apply(g, 'two', gadgetWith({ size: 1, args: ['3'] })),
    apply(g, 'two', gadgetWith({ size: 1, flavour: { b: 'y' } })),
    apply(
      g,
      'two',
      gadgetWith({ size: 1, limits: { b: 2 }, nested: { level: 4 }, free: { deep: { b: 2 }, other: 'x' } }),
    ),
    apply(g, 'one', gadgetWith({ size: 1, ports: [], tags: [] })),
    apply(g, 'two', gadgetWith({ size: 2, args: ['3'], flavour: { b: 'y' } }), 'force=true'),
    apply(g, 'one', gadgetWith({ size: 2 })),
    apply(g, 'one', gadgetWith({ size: 2, ports: [{ name: 'x' }, { name: 'x' }] })),
    apply(g, 'one', gadgetWith({ size: 2, tags: ['x', 'x'] })),
    apply(g, 'one', gadgetWith({ size: 2, ports: [{ number: 1 }] })),
    apply(g, 'one', gadgetWith({ size: 'x' })),
    apply(g, 'one', gadgetWith({})),
    apply(g, 'one', gadgetWith({ size: 2, unknown: 1 })),
    apply(g, 'one', gadgetWith({ size: 2, unknown: 1 }), 'fieldValidation=Strict'),
    apply(g, 'one', gadgetWith({ size: 2, note: null })),
    apply(g, 'one', gadgetWith({ size: 99, mode: 'fast' })),
    apply(
      `${g}/status`,
      'status-one',
      object('conformance.example/v1', 'Gadget', 'g', {
        status: { conditions: [{ type: 'Ready', status: 'True' }], phase: 'p' },
      }),
    ),
    apply(
      `${g}/status`,
      'status-two',
      object('conformance.example/v1', 'Gadget', 'g', {
        status: { conditions: [{ type: 'Other', status: 'True' }] },
      }),
    ),
    apply(
      `${g}/status`,
      'status-two',
      object('conformance.example/v1', 'Gadget', 'g', {
        status: { conditions: [{ type: 'Ready', status: 'False' }] },
      }),
    ),
    apply(
      `${g}/status`,
      'status-one',
      object('conformance.example/v1', 'Gadget', 'g', { spec: { size: 50 }, status: { phase: 'q' } }),
    ),
    apply(
      g,
      'one',
      object('conformance.example/v1', 'Gadget', 'g', { spec: { size: 2 }, status: { phase: 'r' } }),
    ),
    apply(
      `${gadgets}/missing/status`,
      'one',
      object('conformance.example/v1', 'Gadget', 'missing', { status: {} }),
    ),
    apply(`${g}/scale`, 'scaler', object('autoscaling/v1', 'Scale', 'g', { spec: { replicas: 2 } })),
    get(g),
  ),
  scene(
    'applied built-in kinds',
    apply(
      `${services}/s`,
      'one',
      service('s', {
        ports: [
          { name: 'a', port: 1 },
          { name: 'b', port: 2, protocol: 'UDP' },
        ],
      }),
    ),
    apply(`${services}/s`, 'two', service('s', { ports: [{ name: 'c', port: 3 }] })),
    apply(`${services}/s`, 'two', service('s', { ports: [{ name: 'z', port: 1 }] })),
    apply(`${services}/s`, 'one', service('s', { ports: [{ name: 'a', port: 1 }] })),
    apply(`${statefulSets}/t`, 'one', statefulSet('t')),
    apply(`${statefulSets}/t`, 'one', statefulSet('t')),
    apply(`${statefulSets}/t`, 'two', object('apps/v1', 'StatefulSet', 't', { spec: { replicas: 3 } })),
    apply(
      `${statefulSets}/t`,
      'two',
      object('apps/v1', 'StatefulSet', 't', { spec: { replicas: 3 } }),
      'force=true',
    ),
    apply(
      `${statefulSets}/t`,
      'two',
      object('apps/v1', 'StatefulSet', 't', {
        spec: { template: { spec: { containers: [{ name: 'main', env: [{ name: 'A', value: '1' }] }] } } },
      }),
    ),
    apply(
      `${statefulSets}/t`,
      'two',
      object('apps/v1', 'StatefulSet', 't', {
        spec: { template: { spec: { containers: [{ name: 'main', image: 'other' }] } } },
      }),
    ),
    apply(`${statefulSets}/t`, 'one', statefulSet('t', { replicas: 5 })),
    apply(
      `${statefulSets}/t/status`,
      'keeper',
      object('apps/v1', 'StatefulSet', 't', { status: { replicas: 1, readyReplicas: 1 } }),
    ),
    get(`${statefulSets}/t`),
  ),
];
