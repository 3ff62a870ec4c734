// Custom resources: what their schema says, and their definitions.
import { del, edited, get, patch, post, put, type Scene, scene, type Json, type Fields } from '../scene.ts';
import { definitions, gadget, gadgets, object } from './objects.ts';

const refused: readonly Fields[] = [
  {},
  { size: 'x' },
  { size: 1.5 },
  { size: -1 },
  { size: 101 },
  { size: null },
  { size: 1, mode: 'slow' },
  { size: 1, owner: '' },
  { size: 1, owner: 'UPPER' },
  { size: 1, owner: 'a'.repeat(21) },
  { size: 1, ratio: 2 },
  { size: 1, enabled: 'yes' },
  { size: 1, port: {} },
  { size: 1, note: 5 },
  { size: 1, since: 'yesterday' },
  { size: 1, ports: {} },
  { size: 1, ports: [{}] },
  { size: 1, ports: [{ name: 'a' }, { name: 'a' }] },
  {
    size: 1,
    ports: [
      { name: 'a', number: 0 },
      { name: 'b', protocol: 'SCTP' },
    ],
  },
  { size: 1, ports: Array.from({ length: 6 }, (_, index) => ({ name: `p${index}` })) },
  { size: 1, tags: ['x', 'x'] },
  { size: 1, tags: [1, null] },
  { size: 1, args: 'x' },
  { size: 1, limits: { a: 'x' } },
  { size: 1, free: [] },
  { size: 1, nested: { level: 'x' } },
  { size: 60, mode: 'fast' },
  { size: 1, owner: 'me', replicas: 4 },
  { size: 500, mode: 'slow', owner: 'UPPER', ratio: 'x' },
];

const accepted: readonly Fields[] = [
  { size: 1, port: 80, note: null, since: '2024-01-01T00:00:00Z', nested: null },
  { size: 1, port: 'http', ratio: 1, enabled: true, nested: { label: 'x' } },
  {
    size: 1,
    ports: [{ name: 'a' }, { name: 'a', protocol: 'UDP' }],
    tags: ['x', 'y'],
    free: { x: [1, { y: null }] },
    limits: { a: 1 },
  },
  { size: 1, mode: null, replicas: null, ports: null, free: null },
  { size: 1.0, ratio: 0.5, args: [] },
];

function definition(plural: string, kind: string, spec: Fields = {}, version: Fields = {}): Json {
  return object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', `${plural}.{ns}.example`, {
    spec: {
      group: '{ns}.example',
      scope: 'Namespaced',
      names: { plural, kind },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object' } } } },
          ...version,
        },
      ],
      ...spec,
    },
  });
}

function withSchema(openAPIV3Schema: Json): Json {
  return definition('things', 'Thing', {}, { schema: { openAPIV3Schema } });
}

function withSpec(spec: Json): Json {
  return withSchema({ type: 'object', properties: { spec } });
}

export const custom: readonly Scene[] = [
  scene(
    'what the schema refuses',
    ...refused.map((spec) => post(gadgets, gadget('a', spec))),
    post(gadgets, object('conformance.example/v1', 'Gadget', 'a')),
    post(gadgets, object('conformance.example/v1', 'Gadget', 'a', { spec: 'x' })),
  ),
  scene(
    'what the schema accepts',
    ...accepted.map((spec, index) => post(gadgets, gadget(`a${index}`, spec))),
  ),
  scene(
    'changes of a custom resource',
    post(gadgets, gadget('a', { size: 1, frozen: 'x', unknown: 1 }), { as: 'a' }),
    put(`${gadgets}/a`, edited('a', { spec: { frozen: 'y' } })),
    put(`${gadgets}/a`, edited('a', { spec: { size: 2 } }), { as: 'b' }),
    put(`${gadgets}/a`, edited('b', { status: { phase: 'x' } }), { as: 'c' }),
    put(
      `${gadgets}/a/status`,
      edited('b', { spec: { size: 9 }, status: { phase: 'x' }, metadata: { labels: { a: 'b' } } }),
      { as: 'd' },
    ),
    put(`${gadgets}/a/status`, edited('b', { status: { phase: 'y' } })),
    put(`${gadgets}/a/status`, edited('d', { status: { phase: 1 } })),
    put(`${gadgets}/a/status`, edited('d', { status: { unknown: 1 } }), { as: 'e' }),
    patch('merge-patch', `${gadgets}/a/status`, {
      status: { conditions: [{ type: 'Ready', status: 'True' }] },
    }),
    patch('merge-patch', `${gadgets}/a/status`, { status: { conditions: [{ type: 'Ready' }] } }),
    patch('json-patch', `${gadgets}/a/status`, [{ op: 'add', path: '/spec/size', value: 3 }]),
    patch('merge-patch', `${gadgets}/a`, { metadata: { labels: { c: 'd' } } }),
    patch('merge-patch', `${gadgets}/a`, { spec: { frozen: null } }),
    patch('merge-patch', `${gadgets}/a`, { spec: { frozen: 'z' } }),
    get(`${gadgets}/a/status`),
    get(`${gadgets}/missing/status`),
    put(`${gadgets}/missing/status`, gadget('missing')),
  ),
  scene(
    'scale of a custom resource',
    post(gadgets, gadget('a'), { as: 'a' }),
    get(`${gadgets}/a/scale`, { as: 's' }),
    put(`${gadgets}/a/scale`, edited('s', { spec: { replicas: 3 } }), { as: 't' }),
    put(`${gadgets}/a/scale`, edited('s', { spec: { replicas: 2 } })),
    put(`${gadgets}/a/scale`, edited('t', { metadata: { resourceVersion: null }, spec: { replicas: -1 } })),
    patch('merge-patch', `${gadgets}/a/scale`, { spec: { replicas: 2 } }),
    patch('merge-patch', `${gadgets}/a/scale`, { spec: { replicas: 'x' } }),
    patch('merge-patch', `${gadgets}/a/status`, { status: { replicas: 2, selector: 'app=a' } }),
    get(`${gadgets}/a/scale`),
    get(`${gadgets}/missing/scale`),
    get(`${gadgets}/a`),
  ),
  scene(
    'definitions that are refused',
    post(
      definitions,
      object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'wrong.name', {
        spec: {
          group: '{ns}.example',
          scope: 'Namespaced',
          names: { plural: 'things', kind: 'Thing' },
          versions: [
            { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } },
          ],
        },
      }),
    ),
    post(definitions, definition('things', 'Thing', { scope: 'Nonsense' })),
    post(definitions, definition('things', 'Thing', { versions: [] })),
    post(definitions, definition('things', 'Thing', {}, { storage: false })),
    post(definitions, definition('things', 'Thing', {}, { name: 'V1' })),
    post(definitions, definition('things', 'Thing', {}, { schema: {} })),
    post(definitions, definition('things', 'Thing', { names: { plural: 'Things', kind: 'thing' } })),
    post(definitions, withSchema({})),
    post(definitions, withSchema({ type: 'string' })),
    post(definitions, withSpec({})),
    post(definitions, withSpec({ type: 'nonsense' })),
    post(definitions, withSpec({ type: 'array' })),
    post(definitions, withSpec({ type: 'integer', default: 'x' })),
    post(
      definitions,
      withSpec({
        type: 'object',
        properties: { a: { type: 'string' } },
        additionalProperties: { type: 'string' },
      }),
    ),
    post(
      definitions,
      withSpec({
        type: 'array',
        items: { type: 'object', properties: { a: { type: 'string' } } },
        'x-kubernetes-list-type': 'map',
      }),
    ),
    post(
      definitions,
      withSpec({
        type: 'array',
        items: { type: 'object', properties: { a: { type: 'string' } } },
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['a'],
      }),
    ),
    post(
      definitions,
      withSpec({ type: 'array', items: { type: 'object' }, 'x-kubernetes-list-type': 'set' }),
    ),
    post(definitions, withSpec({ type: 'string', pattern: '(' })),
    post(definitions, withSpec({ type: 'object', uniqueItems: true })),
    post(definitions, withSpec({ type: 'string', 'x-kubernetes-validations': [{ rule: 'self ==' }] })),
    post(definitions, withSpec({ type: 'string', 'x-kubernetes-validations': [{ rule: 'self > 1' }] })),
    post(definitions, withSpec({ type: 'string', 'x-kubernetes-validations': [{ rule: 'self.size()' }] })),
    post(definitions, withSpec({ type: 'string', 'x-kubernetes-validations': [{}] })),
    post(definitions, withSpec({ type: 'string', nullable: true, default: null })),
  ),
  scene(
    'a definition is made, served, changed and removed',
    post(
      definitions,
      definition(
        'things',
        'Thing',
        {},
        { additionalPrinterColumns: [{ name: 'X', type: 'string', jsonPath: '.spec.x' }] },
      ),
    ),
    get(`${definitions}/things.{ns}.example`, {
      until: { body: { status: { conditions: { '1': { type: 'Established', status: 'True' } } } } },
    }),
    get('/apis/{ns}.example/v1/things', { until: { status: 200 } }),
    post(
      '/apis/{ns}.example/v1/namespaces/{ns}/things',
      object('{ns}.example/v1', 'Thing', 'a', { spec: { a: 1 }, other: 1 }),
    ),
    get('/apis/{ns}.example/v1/namespaces/{ns}/things', {
      headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
    }),
    get('/apis/{ns}.example/v1', { until: { status: 200 } }),
    patch('merge-patch', `${definitions}/things.{ns}.example`, { spec: { scope: 'Cluster' } }),
    patch('merge-patch', `${definitions}/things.{ns}.example`, { spec: { names: { shortNames: ['tg'] } } }),
    get(`${definitions}/things.{ns}.example`, {
      until: { body: { status: { acceptedNames: { shortNames: ['tg'] } } } },
      quiet: true,
    }),
    get(`${definitions}/things.{ns}.example`),
    del('/apis/{ns}.example/v1/namespaces/{ns}/things/a'),
    del(`${definitions}/things.{ns}.example`),
    get('/apis/{ns}.example/v1/things', { until: { status: 404 } }),
    get(`${definitions}/things.{ns}.example`, { until: { status: 404 } }),
  ),
];
