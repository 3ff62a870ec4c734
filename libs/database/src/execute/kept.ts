import {
  clusterLabels,
  clusterOf,
  clusterOfDatabase,
  type ConfigMap,
  configMaps,
  type DatabaseObject,
  labels,
  objectNames,
} from '@neo4j-operator/cluster-access';
import {
  createOnce,
  isKubeError,
  type JsonPatchOperation,
  objectKey,
  type ObjectKey,
  type PassContext,
  type Stored,
} from '@neo4j-operator/reconcile-kit';

/** As what the ConfigMap is found by label. */
const role = 'kept-databases';

/**
 * Remembers the id of a database in a ConfigMap that outlives object and cluster.
 *
 * @returns `terminating` if nothing can be made any more in the namespace
 * @throws TerminalError `NameTaken`
 */
export async function remember(
  object: Stored<DatabaseObject>,
  id: string,
  context: PassContext,
): Promise<'done' | 'terminating'> {
  const { live, signal, writer } = context;
  const { name } = object.spec;
  const key = recordKey(object);
  try {
    const { created, object: record } = await createOnce({
      live,
      writer,
      resource: configMaps,
      key,
      build: () => newRecord(object, { [name]: id }),
      owned: (found) => clusterOf(found) === clusterOfDatabase(object),
      signal,
    });
    if (created || record.data?.[name] === id) return 'done';
    await writer.jsonPatch(configMaps, key, additionTo(record, name, id), { signal });
    return 'done';
  } catch (error) {
    // The API server names the field if it refuses because the namespace is on its way out.
    if (isKubeError(error, 'Forbidden') && error.causes.some(({ field }) => field === 'metadata.namespace')) {
      return 'terminating';
    }
    throw error;
  }
}

/** Forgets the database again, unless another of the name is remembered by now. */
export async function forget(
  object: Stored<DatabaseObject>,
  id: string,
  context: PassContext,
): Promise<void> {
  const { live, signal, writer } = context;
  const key = recordKey(object);
  const { name } = object.spec;
  const record = await live.get(configMaps, key, { signal });
  if (record?.data?.[name] !== id || clusterOf(record) !== clusterOfDatabase(object)) return;
  await writer.jsonPatch(
    configMaps,
    key,
    [
      { op: 'test', path: '/metadata/uid', value: record.metadata.uid },
      { op: 'test', path: `/data/${name}`, value: id },
      { op: 'remove', path: `/data/${name}` },
    ],
    { signal },
  );
}

function recordKey(object: DatabaseObject): ObjectKey {
  return objectKey(object.metadata.namespace, objectNames.keptDatabases(object.spec.clusterRef));
}

function newRecord(object: DatabaseObject, data: Readonly<Record<string, string>>): ConfigMap {
  const { clusterRef } = object.spec;
  const { namespace } = object.metadata;
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: objectNames.keptDatabases(clusterRef),
      ...(namespace === undefined ? {} : { namespace }),
      labels: { ...clusterLabels(clusterRef), [labels.role]: role },
    },
    data,
  };
}

/** Each key is an object's own affair, so that two which go at the same time do not undo each other. Names of databases need no escape. */
function additionTo(record: Stored<ConfigMap>, name: string, id: string): readonly JsonPatchOperation[] {
  const { resourceVersion, uid } = record.metadata;
  const sameObject = { op: 'test', path: '/metadata/uid', value: uid } as const;
  return record.data === undefined
    ? [
        sameObject,
        { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion },
        { op: 'add', path: '/data', value: { [name]: id } },
      ]
    : [sameObject, { op: 'add', path: `/data/${name}`, value: id }];
}
