// Admission by the namespace: it has to be there, and nothing new comes into one that is being deleted.
import { ApiFailure, notFound } from '../api/failure.ts';
import type { ResourceDefinition, ResourceType } from '../api/resource.ts';
import { objectOf } from '../storage/stored.ts';
import type { Core } from './core.ts';

const namespaces: ResourceType = { group: '', plural: 'namespaces' };

/** @throws ApiFailure 404, 403 */
export function requireNamespace(
  core: Core,
  definition: ResourceDefinition,
  namespace: string,
  name: string,
): void {
  const stored = core.store.get('/namespaces', namespace);
  if (stored === undefined) throw notFound(namespaces, namespace);
  if (!stored.metadata.includes('"deletionTimestamp"')) return;
  if (objectOf(stored).metadata.deletionTimestamp === undefined) return;
  const { group, plural } = definition;
  const type = group === '' ? plural : `${plural}.${group}`;
  const message = `${type} ${JSON.stringify(name)} is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`;
  const cause = {
    reason: 'NamespaceTerminating',
    message: `namespace ${namespace} is being terminated`,
    field: 'metadata.namespace',
  };
  const details = {
    ...(name === '' ? {} : { name }),
    ...(group === '' ? {} : { group }),
    kind: plural,
    causes: [cause],
  };
  throw new ApiFailure(403, 'Forbidden', message, details);
}
