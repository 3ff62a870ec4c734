// What the control plane writes into a CRD's status: whether its names are free, and whether it is served.
import type { SimObject } from '../api/object.ts';
import { isSameJson } from '../schema/json.ts';
import type { Crd, CrdCondition, CrdNames, CrdStatus } from './crd.ts';

/** The finalizer that keeps a CRD until its objects are gone. */
export const cleanupFinalizer = 'customresourcecleanup.apiextensions.k8s.io';

/**
 * The status that a CRD should have, by the rules of the naming controller.
 *
 * @param all - the CRDs there are; the first to ask for a name has it
 * @returns undefined if there is nothing to change
 */
export function nextCrdStatus(
  object: SimObject,
  all: readonly SimObject[],
  nowMs: number,
): CrdStatus | undefined {
  const crd = object as Crd;
  const { names } = crd.spec;
  const { status } = crd;
  const others = (all as readonly Crd[]).filter(
    ({ metadata, spec }) => metadata.name !== crd.metadata.name && spec.group === crd.spec.group,
  );
  const { accepted, conflict } = accept(names, status.acceptedNames, others);
  const free = conflict === undefined;
  const before = new Map(status.conditions?.map((condition) => [condition.type, condition]));
  const namesAccepted: Judgement = free
    ? { status: 'True', reason: 'NoConflicts', message: 'no conflicts found' }
    : { status: 'False', ...conflict };
  // Once established, a resource stays so.
  const established: Judgement =
    free || before.get('Established')?.status === 'True'
      ? { status: 'True', reason: 'InitialNamesAccepted', message: 'the initial names have been accepted' }
      : { status: 'False', reason: 'NotAccepted', message: 'not all names are accepted' };
  const set = (type: string, judgement: Judgement): void => {
    const old = before.get(type);
    const lastTransitionTime = old?.status === judgement.status ? old.lastTransitionTime : timeText(nowMs);
    const { status: is, ...why } = judgement;
    before.set(type, { type, status: is, lastTransitionTime, ...why });
  };
  set('NamesAccepted', namesAccepted);
  set('Established', established);
  const next: CrdStatus = { ...status, conditions: [...before.values()], acceptedNames: accepted };
  return isSameJson(next, status) ? undefined : next;
}

/** The status of a CRD that is being deleted while its objects are. */
export function terminatingCrdStatus(object: SimObject, nowMs: number): CrdStatus {
  const { status } = object as Crd;
  const terminating: CrdCondition = {
    type: 'Terminating',
    status: 'True',
    lastTransitionTime: timeText(nowMs),
    reason: 'InstanceDeletionPending',
    message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
  };
  const conditions = (status.conditions ?? []).filter(({ type }) => type !== 'Terminating');
  return { ...status, conditions: [...conditions, terminating] };
}

type Judgement = Pick<CrdCondition, 'status' | 'reason' | 'message'>;

interface Acceptance {
  readonly accepted: CrdNames;
  /** The last one, as the server reports it. */
  readonly conflict: Omit<Judgement, 'status'> | undefined;
}

function accept(wanted: CrdNames, had: CrdNames, others: readonly Crd[]): Acceptance {
  const resources = new Set<string>();
  const kinds = new Set<string>();
  for (const { status } of others) {
    const { plural, singular = '', shortNames = [], kind, listKind = '' } = status.acceptedNames;
    for (const name of [plural, singular, ...shortNames]) resources.add(name);
    for (const name of [kind, listKind]) kinds.add(name);
  }
  let conflict: Acceptance['conflict'];
  const judge = <T>(
    reason: string,
    names: readonly string[],
    taken: ReadonlySet<string>,
    value: T,
    kept: T,
  ): T => {
    const inUse = names.filter((name) => name !== '' && taken.has(name));
    if (inUse.length === 0) return value;
    const message = inUse.map((name) => `${JSON.stringify(name)} is already in use`).join(', ');
    conflict = { reason, message };
    return kept;
  };
  const { plural, singular = '', shortNames = [], kind, listKind = '', categories } = wanted;
  const accepted: CrdNames = {
    plural: judge('PluralConflict', [plural], resources, plural, had.plural),
    singular: judge('SingularConflict', [singular], resources, singular, had.singular ?? ''),
    shortNames: judge('ShortNamesConflict', shortNames, resources, shortNames, had.shortNames ?? []),
    kind: judge('KindConflict', [kind], kinds, kind, had.kind),
    listKind: judge('ListKindConflict', [listKind], kinds, listKind, had.listKind ?? ''),
    ...(categories === undefined ? {} : { categories }),
  };
  if (accepted.singular === '') delete accepted.singular;
  if (accepted.shortNames?.length === 0) delete accepted.shortNames;
  if (accepted.listKind === '') delete accepted.listKind;
  return { accepted, conflict };
}

function timeText(nowMs: number): string {
  return `${new Date(nowMs).toISOString().slice(0, 19)}Z`;
}
