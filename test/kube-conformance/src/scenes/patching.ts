// JSON patch, merge patch, strategic merge patch.
import { get, patch, post, type Scene, scene, type Step } from '../scene.ts';
import {
  configMap,
  configMaps,
  gadget,
  gadgets,
  pod,
  pods,
  service,
  services,
  statefulSet,
  statefulSets,
} from './objects.ts';

const a = `${configMaps}/a`;
const sts = `${statefulSets}/s`;

function withText(path: string, contentType: string, text: string): Step {
  return { method: 'PATCH', path, text, headers: { 'content-type': contentType } };
}

export const patching: readonly Scene[] = [
  scene(
    'JSON patches',
    post(configMaps, configMap('a', { a: '1', 'x/y~z': '2' })),
    patch('json-patch', a, [{ op: 'add', path: '/data/b', value: '2' }]),
    patch('json-patch', a, [
      { op: 'test', path: '/data/b', value: '2' },
      { op: 'replace', path: '/data/b', value: '3' },
    ]),
    patch('json-patch', a, [
      { op: 'test', path: '/data/b', value: 'no' },
      { op: 'replace', path: '/data/b', value: '4' },
    ]),
    patch('json-patch', a, [{ op: 'test', path: '/data/none', value: null }]),
    patch('json-patch', a, [{ op: 'remove', path: '/data/none' }]),
    patch('json-patch', a, [{ op: 'replace', path: '/data/none', value: 'x' }]),
    patch('json-patch', a, [{ op: 'add', path: '/none/deep', value: 'x' }]),
    patch('json-patch', a, [
      { op: 'copy', from: '/data/a', path: '/data/c' },
      { op: 'move', from: '/data/b', path: '/data/d' },
    ]),
    patch('json-patch', a, [{ op: 'copy', from: '/data/none', path: '/data/c' }]),
    patch('json-patch', a, [{ op: 'move', from: '/data/none', path: '/data/c' }]),
    patch('json-patch', a, [{ op: 'replace', path: '/data/x~1y~0z', value: 'k' }]),
    patch('json-patch', a, [{ op: 'add', path: '/metadata/labels', value: { l: '1' } }]),
    patch('json-patch', a, [
      { op: 'add', path: '/metadata/finalizers', value: ['example.com/a'] },
      { op: 'add', path: '/metadata/finalizers/-', value: 'example.com/b' },
    ]),
    patch('json-patch', a, [{ op: 'add', path: '/metadata/finalizers/0', value: 'example.com/c' }]),
    patch('json-patch', a, [{ op: 'add', path: '/metadata/finalizers/9', value: 'example.com/d' }]),
    patch('json-patch', a, [{ op: 'remove', path: '/metadata/finalizers/1' }]),
    patch('json-patch', a, [{ op: 'test', path: '/metadata/resourceVersion', value: 'x' }]),
    patch('json-patch', a, [{ op: 'nonsense', path: '/data/b' }]),
    patch('json-patch', a, [{ op: 'add', path: 'data/b', value: '2' }]),
    patch('json-patch', a, [{ op: 'add', path: '/data/b' }]),
    patch('json-patch', a, [{ path: '/data/b' }]),
    patch('json-patch', a, []),
    patch('json-patch', a, { op: 'add' }),
    patch('json-patch', a, [{ op: 'replace', path: '/data', value: null }]),
    patch('json-patch', a, [{ op: 'replace', path: '/data', value: 'x' }]),
    patch('json-patch', a, [{ op: 'remove', path: '/metadata/name' }]),
    patch('json-patch', `${configMaps}/missing`, [{ op: 'add', path: '/data/b', value: '2' }]),
    withText(a, 'application/json-patch+json', '[{'),
    withText(a, 'application/json-patch+json', ''),
    get(a),
  ),
  scene(
    'merge patches',
    post(configMaps, configMap('a', { a: '1' })),
    patch('merge-patch', a, { data: { b: '2' } }),
    patch('merge-patch', a, { data: { a: null } }),
    patch('merge-patch', a, { data: { b: '2' } }),
    patch('merge-patch', a, {}),
    patch('merge-patch', a, { metadata: { labels: { x: 'y' }, annotations: { n: null } } }),
    patch('merge-patch', a, { data: null }),
    patch('merge-patch', a, { data: 'x' }),
    patch('merge-patch', a, { data: { n: 1 } }),
    patch('merge-patch', a, { unknown: 1 }),
    patch('merge-patch', a, []),
    patch('merge-patch', a, { kind: 'Secret' }),
    patch('merge-patch', `${configMaps}/missing`, { data: {} }),
    withText(a, 'application/merge-patch+json', '{"data":'),
    withText(a, 'application/merge-patch+json', '"x"'),
    withText(a, 'application/merge-patch+json', ''),
    withText(a, 'application/json', '{}'),
    withText(a, 'text/plain', '{}'),
    withText(a, 'application/apply-patch+json', '{}'),
    post(gadgets, gadget('g', { size: 1, ports: [{ name: 'a' }] })),
    patch('merge-patch', `${gadgets}/g`, { spec: { ports: [{ name: 'b' }], note: null } }),
    patch('merge-patch', `${gadgets}/g`, { spec: { size: null } }),
    patch('merge-patch', `${gadgets}/g`, { spec: { mode: null } }),
    patch('merge-patch', `${gadgets}/g`, { spec: { size: 'x' } }),
    patch('merge-patch', `${gadgets}/g`, { spec: { unknown: 1 } }),
    patch('json-patch', `${gadgets}/g`, [{ op: 'replace', path: '/spec/size', value: 200 }]),
    patch('strategic-merge-patch', `${gadgets}/g`, { spec: { size: 3 } }),
  ),
  scene(
    'strategic merge patches of the wrong type',
    post(statefulSets, statefulSet('s')),
    ...['x', 5, true, [1], { a: 1 }].flatMap((wrong) => [
      patch('strategic-merge-patch', sts, { spec: wrong }),
      patch('strategic-merge-patch', sts, { spec: { updateStrategy: wrong } }),
    ]),
    ...['x', 1.5, true].map((wrong) => patch('strategic-merge-patch', sts, { spec: { replicas: wrong } })),
    ...['x', 5, true].flatMap((wrong) => [
      patch('strategic-merge-patch', sts, { spec: { template: { spec: { containers: wrong } } } }),
      patch('strategic-merge-patch', sts, { spec: { template: { spec: { nodeSelector: wrong } } } }),
      patch('strategic-merge-patch', sts, { metadata: { labels: wrong } }),
    ]),
    patch('strategic-merge-patch', sts, { metadata: { labels: { a: 5 } } }),
    patch('strategic-merge-patch', sts, { spec: { template: { spec: { hostNetwork: 'x' } } } }),
  ),
  scene(
    'strategic merge patches',
    post(statefulSets, statefulSet('s')),
    patch('strategic-merge-patch', sts, {
      spec: { template: { spec: { containers: [{ name: 'main', image: 'example/app:2' }] } } },
    }),
    patch('strategic-merge-patch', sts, {
      spec: { template: { spec: { containers: [{ name: 'side', image: 'example/side:1' }] } } },
    }),
    patch('strategic-merge-patch', sts, {
      spec: { template: { spec: { containers: [{ name: 'side', $patch: 'delete' }] } } },
    }),
    patch('strategic-merge-patch', sts, {
      spec: {
        template: {
          spec: {
            containers: [
              {
                name: 'main',
                env: [
                  { name: 'A', value: '1' },
                  { name: 'B', value: '2' },
                ],
              },
            ],
          },
        },
      },
    }),
    patch('strategic-merge-patch', sts, {
      spec: {
        template: {
          spec: {
            containers: [
              {
                name: 'main',
                '$setElementOrder/env': [{ name: 'B' }, { name: 'A' }],
                env: [{ name: 'A', value: '3' }],
              },
            ],
          },
        },
      },
    }),
    patch('strategic-merge-patch', sts, {
      spec: {
        template: {
          spec: { containers: [{ name: 'main', env: [{ $patch: 'replace' }, { name: 'C', value: '4' }] }] },
        },
      },
    }),
    patch('strategic-merge-patch', sts, {
      spec: { template: { spec: { volumes: [{ name: 'v', emptyDir: {} }] } } },
    }),
    patch('strategic-merge-patch', sts, {
      spec: {
        template: {
          spec: { volumes: [{ name: 'v', $retainKeys: ['name', 'configMap'], configMap: { name: 'c' } }] },
        },
      },
    }),
    patch('strategic-merge-patch', sts, {
      spec: { template: { metadata: { labels: { $patch: 'replace', app: 's' } } } },
    }),
    patch('strategic-merge-patch', sts, {
      spec: { template: { spec: { tolerations: [{ key: 'k', operator: 'Exists' }] } } },
    }),
    patch('strategic-merge-patch', sts, {
      spec: { template: { spec: { containers: [{ image: 'no-name' }] } } },
    }),
    patch('strategic-merge-patch', sts, { spec: { replicas: 'x' } }),
    patch('strategic-merge-patch', sts, { spec: { serviceName: 'other' } }),
    patch('strategic-merge-patch', sts, { metadata: { finalizers: ['example.com/a', 'example.com/b'] } }),
    patch('strategic-merge-patch', sts, { metadata: { finalizers: ['example.com/c'] } }),
    patch('strategic-merge-patch', sts, {
      metadata: {
        '$deleteFromPrimitiveList/finalizers': ['example.com/a', 'example.com/b', 'example.com/c'],
      },
    }),
    patch('strategic-merge-patch', `${statefulSets}/missing`, { spec: {} }),
    withText(sts, 'application/strategic-merge-patch+json', '{'),
    post(
      services,
      service('v', {
        ports: [
          { name: 'a', port: 1 },
          { name: 'b', port: 2 },
        ],
      }),
    ),
    patch('strategic-merge-patch', `${services}/v`, { spec: { ports: [{ port: 2, targetPort: 9 }] } }),
    patch('strategic-merge-patch', `${services}/v`, { spec: { ports: [{ port: 1, $patch: 'delete' }] } }),
    post(pods, pod('p')),
    patch('strategic-merge-patch', `${pods}/p`, {
      spec: { containers: [{ name: 'main', image: 'example/app:3' }] },
    }),
    patch('strategic-merge-patch', `${pods}/p/status`, {
      status: { conditions: [{ type: 'Ready', status: 'True' }] },
    }),
    patch('strategic-merge-patch', `${pods}/p/status`, {
      status: { conditions: [{ type: 'Other', status: 'False' }], phase: 'Running' },
    }),
    patch('strategic-merge-patch', `${configMaps}/missing`, {}),
  ),
];
