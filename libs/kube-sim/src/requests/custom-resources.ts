// Custom resources are served as long as their definitions are established, and go with them.
import type { SimObject } from '../api/object.ts';
import type { InsideClient, TypeRef } from '../api/request.ts';
import { definitionsOf } from '../crds/definitions.ts';
import { cleanupFinalizer, nextCrdStatus, terminatingCrdStatus } from '../crds/status.ts';
import { objectOf } from '../storage/stored.ts';
import type { Core } from './core.ts';
import { typeKey, typeOf } from './definitions.ts';

/** The resource of resource definitions. */
export const crdType: TypeRef = { group: 'apiextensions.k8s.io', plural: 'customresourcedefinitions' };

const manager = 'kube-apiserver';

/** Follows the definitions in the store from now on. */
export function serveCustomResources(core: Core, client: InsideClient): void {
  const resource = typeKey(crdType);
  core.store.subscribe((event) => {
    if (event.resource !== resource) {
      if (event.type === 'DELETED') goOn(core, client, event.resource);
      return;
    }
    const { name } = event.stored;
    core.definitions.set(source(name), event.type === 'DELETED' ? [] : definitionsOf(objectOf(event.stored)));
    core.reactions.add(name, () => {
      settle(core, client, name);
    });
  });
}

/** The last object of a definition that is to be deleted may be gone. */
function goOn(core: Core, client: InsideClient, resource: string): void {
  if (core.store.count(resource) > 0) return;
  const { group, plural } = typeOf(resource);
  const name = `${plural}.${group}`;
  if (core.store.get(typeKey(crdType), name) === undefined) return;
  core.reactions.add(name, () => {
    settle(core, client, name);
  });
}

/** Marks a definition that is to be deleted: its objects go first. */
export function prepareCrdForDelete(crd: SimObject, nowMs: number): void {
  const finalizers = crd.metadata.finalizers ?? [];
  if (crd.metadata.deletionTimestamp !== undefined) return;
  crd.metadata.finalizers = [...new Set([...finalizers, cleanupFinalizer])];
  crd['status'] = terminatingCrdStatus(crd, nowMs);
}

function settle(core: Core, client: InsideClient, name: string): void {
  const crd = client.get(crdType, undefined, name);
  if (crd === undefined) return;
  if (crd.metadata.deletionTimestamp !== undefined) {
    removeObjects(core, client, crd);
    return;
  }
  const status = nextCrdStatus(crd, client.list(crdType), core.clock.now());
  if (status !== undefined) client.update({ ...crd, status }, manager, 'status');
}

function removeObjects(core: Core, client: InsideClient, crd: SimObject): void {
  const finalizers = crd.metadata.finalizers ?? [];
  if (!finalizers.includes(cleanupFinalizer)) return;
  const [definition] = definitionsOf(crd);
  const objects = definition === undefined ? [] : client.list(definition);
  for (const { metadata } of objects) {
    if (metadata.deletionTimestamp === undefined && definition !== undefined) {
      client.delete(definition, metadata.namespace, metadata.name);
    }
  }
  if (definition !== undefined && core.store.count(typeKey(definition)) > 0) return;
  const left = finalizers.filter((finalizer) => finalizer !== cleanupFinalizer);
  client.update({ ...crd, metadata: { ...crd.metadata, finalizers: left } }, manager);
}

function source(name: string): string {
  return `crd ${name}`;
}
