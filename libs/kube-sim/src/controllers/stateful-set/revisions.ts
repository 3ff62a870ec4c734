// ControllerRevisions: the templates that a StatefulSet has had, so that a pod can be made anew as it was.
import { createHash } from 'node:crypto';
import type { SimObject } from '../../api/object.ts';
import { isSameJson } from '../../schema/json.ts';
import { controllerOf, type ControllerContext } from '../controller.ts';
import { controllerReference } from '../pods.ts';
import { specOf, type StatefulSetStatus, type Template } from './spec.ts';

const revisionType = { group: 'apps', plural: 'controllerrevisions' };
const manager = 'kube-controller-manager';
const hashLabel = 'controller.kubernetes.io/hash';
/** Letters and digits that spell no words, as in all names that the control plane makes. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** The templates that pods are made of. */
export interface Revisions {
  readonly current: SimObject;
  readonly update: SimObject;
}

/** Finds the present template's revision, or records it, and drops those that are too many. */
export function syncRevisions(
  set: SimObject,
  context: ControllerContext,
  inUse: ReadonlySet<string>,
): Revisions {
  const { client, view } = context;
  const all = view
    .dependents(set.metadata.uid ?? '')
    .filter(
      ({ type, object }) =>
        type.plural === revisionType.plural && controllerOf(object)?.uid === set.metadata.uid,
    )
    .map(({ object }) => object)
    .sort((one, other) => Number(one['revision']) - Number(other['revision']));
  const template = { ...specOf(set).template, $patch: 'replace' };
  const data = { spec: { template } };
  const newest = Number(all.at(-1)?.['revision'] ?? 0);
  let update = all.find((revision) => isSameJson(revision['data'], data));
  const orphan = update === undefined ? orphaned(set, nameHash(data), context) : undefined;
  if (orphan !== undefined) {
    const ownerReferences = [...(orphan.metadata.ownerReferences ?? []), controllerReference(set)];
    update = client.update({ ...orphan, metadata: { ...orphan.metadata, ownerReferences } }, manager);
  } else if (update === undefined) {
    update = client.create(
      {
        apiVersion: 'apps/v1',
        kind: 'ControllerRevision',
        metadata: {
          name: revisionName(set, nameHash(data)),
          ...(set.metadata.namespace === undefined ? {} : { namespace: set.metadata.namespace }),
          labels: { ...specOf(set).template.metadata?.labels, [hashLabel]: nameHash(data) },
          ownerReferences: [controllerReference(set)],
        },
        data,
        revision: newest + 1,
      },
      manager,
    );
  } else if (Number(update['revision']) < newest) {
    update = client.update({ ...update, revision: newest + 1 }, manager);
  }
  const { currentRevision } = (set['status'] ?? {}) as StatefulSetStatus;
  const current = all.find(({ metadata }) => metadata.name === currentRevision) ?? update;
  dropOld(set, all, new Set([...inUse, current.metadata.name, update.metadata.name]), context);
  return { current, update };
}

/** The template that a revision holds; the mark that it replaces what is there is not part of it. */
export function templateOf(revision: SimObject): Template {
  const { template } = (revision['data'] as { readonly spec: { readonly template: Template } }).spec;
  return { ...(template.metadata === undefined ? {} : { metadata: template.metadata }), spec: template.spec };
}

function dropOld(
  set: SimObject,
  revisions: readonly SimObject[],
  inUse: ReadonlySet<string>,
  { client }: ControllerContext,
): void {
  const unused = revisions.filter(({ metadata }) => !inUse.has(metadata.name));
  const tooMany = Math.max(0, unused.length - (specOf(set).revisionHistoryLimit ?? 10));
  for (const { metadata } of unused.slice(0, tooMany))
    client.delete(revisionType, metadata.namespace, metadata.name);
}

function revisionName({ metadata }: SimObject, hash: string): string {
  return `${metadata.name}-${hash}`;
}

/** One that a set of the same name left behind. */
function orphaned(set: SimObject, hash: string, { view }: ControllerContext): SimObject | undefined {
  const revision = view.get(revisionType, set.metadata.namespace, revisionName(set, hash));
  return revision === undefined || controllerOf(revision) !== undefined ? undefined : revision;
}

function nameHash(data: object): string {
  const bytes = createHash('sha256').update(canonical(data)).digest();
  return Array.from(bytes.subarray(0, 10), (byte) => alphabet[byte % alphabet.length]).join('');
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );
}
