// What can be said to the scale of a custom resource and of a built-in kind, which read it in ways of their own.
import {
  del,
  type Fields,
  type Json,
  get,
  patch,
  put,
  post,
  scene,
  type Scene,
  type Step,
} from '../scene.ts';
import { gadget, gadgets, object, statefulSet, statefulSets } from './objects.ts';

const scale = (spec: Json, metadata: Fields = {}): Fields =>
  object('autoscaling/v1', 'Scale', 'a', { spec, metadata });

const both = (path: string): readonly Step[] => [
  put(`${path}/a/scale`, scale({ replicas: -1 })),
  put(`${path}/a/scale`, scale({ replicas: 'x' })),
  put(`${path}/a/scale`, { ...scale({ replicas: 1 }), kind: 'Pod' }),
  put(`${path}/a/scale`, { ...scale({ replicas: 1 }), apiVersion: 'v1' }),
  put(`${path}/a/scale`, { spec: { replicas: 1 } }),
  put(`${path}/a/scale`, { metadata: { name: 'a' }, spec: { replicas: 1 } }),
  put(`${path}/a/scale`, scale({ replicas: 1 }, { name: 'b' })),
  put(`${path}/a/scale`, scale({ replicas: 1 }, { namespace: 'b' })),
  put(`${path}/a/scale`, scale({ replicas: 1 }, { resourceVersion: '1' })),
  put(`${path}/a/scale`, scale({ replicas: 1 }, { resourceVersion: 'x' })),
  put(`${path}/a/scale`, scale({ replicas: 1 }, { uid: 'x' })),
  put(`${path}/a/scale`, scale({ replicas: 1 }, { labels: { a: 'b' } })),
  put(`${path}/a/scale`, scale({ replicas: 1, x: 1 })),
  put(`${path}/a/scale?fieldValidation=Strict`, scale({ replicas: 1, x: 1 })),
  put(`${path}/a/scale`, scale({})),
  get(`${path}/a/scale`),
  put(`${path}/a/scale`, scale({ replicas: 0 })),
  get(`${path}/a/scale`),
  get(`${path}/a`),
  put(`${path}/a/scale?dryRun=All`, scale({ replicas: 2 })),
  patch('merge-patch', `${path}/a/scale`, { spec: { replicas: 2 } }),
  patch('merge-patch', `${path}/a/scale`, { spec: { replicas: null } }),
  patch('merge-patch', `${path}/a/scale`, { spec: null }),
  patch('merge-patch', `${path}/a/scale`, { spec: { replicas: -2 } }),
  patch('merge-patch', `${path}/a/scale`, { spec: { replicas: 'x' } }),
  patch('merge-patch', `${path}/a/scale`, { spec: { replicas: 1.5 } }),
  patch('merge-patch', `${path}/a/scale`, { spec: 'x' }),
  patch('merge-patch', `${path}/a/scale`, { kind: 'Pod' }),
  patch('merge-patch', `${path}/a/scale`, { metadata: { name: 'b' } }),
  patch('merge-patch', `${path}/a/scale`, { metadata: { labels: { a: 'b' } } }),
  patch('merge-patch', `${path}/a/scale`, { metadata: { resourceVersion: '1' } }),
  patch('merge-patch', `${path}/a/scale`, { spec: { y: 1 } }),
  patch('merge-patch', `${path}/a/scale?fieldValidation=Strict`, { spec: { y: 1 } }),
  patch('json-patch', `${path}/a/scale`, [{ op: 'replace', path: '/spec/replicas', value: 3 }]),
  patch('json-patch', `${path}/a/scale`, [{ op: 'replace', path: '/spec/replicas', value: 'x' }]),
  patch('json-patch', `${path}/a/scale`, [{ op: 'replace', path: '/spec/nothing', value: 'x' }]),
  patch('strategic-merge-patch', `${path}/a/scale`, { spec: { replicas: 4 } }),
  patch('strategic-merge-patch', `${path}/a/scale`, { spec: { replicas: 'x' } }),
  get(`${path}/a`),
  put(`${path}/missing/scale`, { ...scale({ replicas: 'x' }) }),
  put(`${path}/missing/scale`, { ...scale({ replicas: 1 }) }),
  put(`${path}/missing/scale`, { ...scale({ replicas: 1 }, { name: 'missing' }) }),
  put(`${path}/missing/scale`, { ...scale({ replicas: -1 }, { name: 'missing' }) }),
  patch('merge-patch', `${path}/missing/scale`, { spec: { replicas: 'x' } }),
  { method: 'PUT', path: `${path}/a/scale`, text: 'x' },
  { method: 'PUT', path: `${path}/a/scale`, text: '{}' },
  { method: 'PUT', path: `${path}/a/scale`, text: '' },
  del(`${path}/a/scale`),
];

/** All of them. */
export const scaling: readonly Scene[] = [
  scene(
    'everything that a scale of a custom resource can be told',
    post(gadgets, gadget('a', { size: 1 })),
    ...both(gadgets),
  ),
  scene(
    'everything that a scale of a built-in kind can be told',
    post(statefulSets, statefulSet('a')),
    ...both(statefulSets),
  ),
  scene(
    'no replicas at all',
    ...[0, 1].map((replicas) => post(gadgets, gadget(`a${replicas}`, { size: 1, replicas }))),
    ...[0, 1].map((replicas) =>
      put(`${gadgets}/a${replicas}/scale`, scale({ replicas: 0 }, { name: `a${replicas}` })),
    ),
    ...[0, 1].map((replicas) => get(`${gadgets}/a${replicas}`)),
  ),
];
