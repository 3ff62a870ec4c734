// What a watch tells, from when, and how it is refused.
import { del, edited, get, patch, post, put, type Scene, scene, watch } from '../scene.ts';
import { configMap, configMaps, gadget, gadgets, pod, pods } from './objects.ts';

const asTable = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
const asMetadata = { accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io' };

export const watching: readonly Scene[] = [
  scene(
    'what happened since a version',
    post(configMaps, configMap('a'), { as: 'a' }),
    post(configMaps, configMap('b', {}, { labels: { app: 'x' } }), { as: 'b' }),
    put(`${configMaps}/b`, edited('b', { data: { b: '1' } }), { as: 'b2' }),
    put(`${configMaps}/b`, edited('b2', { metadata: { labels: { app: 'y' } } }), { as: 'b3' }),
    del(`${configMaps}/a`),
    watch(`${configMaps}?resourceVersion=«a/metadata/resourceVersion»`, { as: 'w' }),
    watch(`${configMaps}?resourceVersion=«a/metadata/resourceVersion»&labelSelector=app%3Dx`),
    watch(`${configMaps}?resourceVersion=«a/metadata/resourceVersion»&labelSelector=app%3Dy`),
    watch(`${configMaps}?resourceVersion=«a/metadata/resourceVersion»&labelSelector=app`),
    watch(`${configMaps}?resourceVersion=«a/metadata/resourceVersion»&fieldSelector=metadata.name%3Db`),
    watch(`${configMaps}?resourceVersion=«b/metadata/resourceVersion»`),
    watch(`${configMaps}?resourceVersion=«b3/metadata/resourceVersion»`),
    watch(configMaps),
    watch(`${configMaps}?resourceVersion=0`),
    watch(`${configMaps}?labelSelector=app%3Dy`),
    watch(`${configMaps}?resourceVersion=«a/metadata/resourceVersion»`, { headers: asMetadata }),
    watch(`${configMaps}?resourceVersion=«a/metadata/resourceVersion»`, { headers: asTable }),
    watch(`/api/v1/configmaps?resourceVersion=«a/metadata/resourceVersion»`),
    watch(`${configMaps}/b?resourceVersion=«a/metadata/resourceVersion»`),
    get(`/api/v1/watch/namespaces/{ns}/configmaps?resourceVersion=«a/metadata/resourceVersion»`, {
      watch: 'silent',
    }),
  ),
  scene(
    'a snapshot as a stream',
    post(configMaps, configMap('a'), { as: 'a' }),
    post(configMaps, configMap('b')),
    watch(`${configMaps}?sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`),
    watch(
      `${configMaps}?sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&resourceVersion=«a/metadata/resourceVersion»`,
    ),
    watch(
      `${configMaps}?sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&labelSelector=none`,
    ),
    watch(`${configMaps}?sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`, {
      headers: asMetadata,
    }),
    watch(`${configMaps}?sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`, {
      headers: asTable,
    }),
    watch(
      `${configMaps}?sendInitialEvents=false&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&resourceVersion=«a/metadata/resourceVersion»`,
    ),
    watch(`${gadgets}?sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`),
    watch(`${pods}?sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`),
    watch(`${configMaps}?sendInitialEvents=true&resourceVersionMatch=NotOlderThan`),
    watch(`${configMaps}?sendInitialEvents=true`),
    watch(`${configMaps}?sendInitialEvents=true&resourceVersionMatch=Exact&allowWatchBookmarks=true`),
    watch(`${configMaps}?sendInitialEvents=nonsense&allowWatchBookmarks=true`),
    watch(`${configMaps}?resourceVersionMatch=NotOlderThan`),
    get(`${configMaps}?sendInitialEvents=true&resourceVersionMatch=NotOlderThan`),
  ),
  scene(
    'watches that end, and those that cannot begin',
    post(configMaps, configMap('a'), { as: 'a' }),
    watch(`${configMaps}?resourceVersion=«a/metadata/resourceVersion»&timeoutSeconds=1`, { watch: 'end' }),
    watch(`${configMaps}?timeoutSeconds=1`, { watch: 'end' }),
    watch(`${configMaps}?resourceVersion=x`),
    watch(`${configMaps}?timeoutSeconds=x`),
    watch(`${configMaps}?allowWatchBookmarks=perhaps`),
    watch(`${configMaps}?labelSelector=%3D`),
    watch(`${configMaps}?fieldSelector=spec.x%3D1`),
    watch(`${configMaps}/missing`),
    watch('/api/v1/namespaces/missing/configmaps'),
    watch(`${configMaps}?limit=1`),
    get(`${configMaps}?watch=perhaps`, { watch: 'silent' }),
    get(`${configMaps}?watch=false`),
    get(`${configMaps}?watch=0`),
  ),
  scene(
    'the end of an object in a watch',
    post(gadgets, gadget('a', { size: 1 }, { finalizers: ['example.com/f'] }), { as: 'a' }),
    del(`${gadgets}/a`),
    patch('merge-patch', `${gadgets}/a`, { metadata: { finalizers: null } }),
    watch(`${gadgets}?resourceVersion=«a/metadata/resourceVersion»`),
    watch(`${gadgets}?resourceVersion=«a/metadata/resourceVersion»&fieldSelector=spec.mode%3Dsafe`),
    post(pods, pod('p', {}, { labels: { a: '1' } }), { as: 'p' }),
    del(`${pods}/p`, { gracePeriodSeconds: 0 }),
    watch(`${pods}?resourceVersion=«p/metadata/resourceVersion»`),
    watch(`${pods}?resourceVersion=«p/metadata/resourceVersion»&labelSelector=a%3D2`),
  ),
];
