import { annotations, type DatabaseObject, databases } from '@neo4j-operator/cluster-access';
import {
  type JsonPatchOperation,
  keyOf,
  type PassContext,
  PreconditionFailed,
  isKubeError,
  type Stored,
} from '@neo4j-operator/reconcile-kit';

/** Notes on the object that its database is about to be made. */
export async function noteCreating(
  object: Stored<DatabaseObject>,
  context: PassContext,
): Promise<Stored<DatabaseObject>> {
  return patch(object, context, () => [set(annotations.creating, object.metadata.uid)]);
}

/** Takes that back: it certainly was not made. */
export async function forgetCreating(
  object: Stored<DatabaseObject>,
  context: PassContext,
): Promise<Stored<DatabaseObject>> {
  return patch(object, context, removal);
}

/** Notes which database is the object's own. */
export async function noteIdentity(
  object: Stored<DatabaseObject>,
  id: string,
  context: PassContext,
): Promise<Stored<DatabaseObject>> {
  return patch(object, context, (present) => [set(annotations.databaseId, id), ...removal(present)]);
}

/** Takes back which database is the object's own: it was dropped. */
export async function forgetIdentity(
  object: Stored<DatabaseObject>,
  context: PassContext,
): Promise<Stored<DatabaseObject>> {
  return patch(object, context, (present) => [
    ...removal(present),
    ...(present?.[annotations.databaseId] === undefined
      ? []
      : [{ op: 'remove' as const, path: pathOf(annotations.databaseId) }]),
  ]);
}

type Annotations = Readonly<Record<string, string>> | undefined;

/** The object must still be the same one and, where a list of annotations is made, as it was seen. */
async function patch(
  seen: Stored<DatabaseObject>,
  context: PassContext,
  changes: (present: Annotations) => readonly JsonPatchOperation[],
): Promise<Stored<DatabaseObject>> {
  const key = keyOf(seen);
  const object = context.lister(databases).get(key) ?? seen;
  const { annotations: present, resourceVersion } = object.metadata;
  const sameObject = { op: 'test', path: '/metadata/uid', value: seen.metadata.uid } as const;
  const sameVersion = { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion } as const;
  const container = { op: 'add', path: '/metadata/annotations', value: {} } as const;
  const operations = [
    sameObject,
    ...(present === undefined ? [sameVersion, container] : []),
    ...changes(present),
  ];
  try {
    return await context.writer.jsonPatch(databases, key, operations, { signal: context.signal });
  } catch (error) {
    if (!isKubeError(error, 'Invalid', 'NotFound')) throw error;
    throw new PreconditionFailed(`the object ${key} is not as it was seen: ${error.message}`, {
      cause: error,
    });
  }
}

/** `add` replaces what is there. */
function set(annotation: string, value: string): JsonPatchOperation {
  return { op: 'add', path: pathOf(annotation), value };
}

function removal(present: Annotations): readonly JsonPatchOperation[] {
  return present?.[annotations.creating] === undefined
    ? []
    : [{ op: 'remove', path: pathOf(annotations.creating) }];
}

/** JSON Pointer (RFC 6901). */
function pathOf(annotation: string): string {
  return `/metadata/annotations/${annotation.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
