// The rules for metadata, which hold for every resource.
import type { FieldCause } from '../api/failure.ts';
import type { Metadata } from '../api/object.ts';
import { labelKeyFaults, labelValueFaults, nameFaults, type NameRule } from './names.ts';

const maxAnnotationBytes = 256 * 1024;
const standardFinalizers = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

/** What is wrong with the metadata of an object. */
export function metadataCauses(metadata: Metadata, rule: NameRule): readonly FieldCause[] {
  const { name, labels, annotations, ownerReferences, finalizers } = metadata;
  const causes: FieldCause[] = [];
  if (metadata.generateName !== undefined && metadata.generateName !== '') {
    const { generateName } = metadata;
    // What follows makes good for a hyphen at the end.
    const prefix = generateName.length > 1 ? generateName.replace(/.-$/, 'a') : generateName;
    causes.push(
      ...nameFaults(prefix, rule).map((fault) => invalidValue('generateName', generateName, fault)),
    );
  }
  if (name === '') causes.push(required('name', 'name or generateName is required'));
  else causes.push(...nameFaults(name, rule).map((fault) => invalidValue('name', name, fault)));
  if (labels !== undefined) causes.push(...labelCauses(labels));
  if (annotations !== undefined) causes.push(...annotationCauses(annotations));
  if (ownerReferences !== undefined) causes.push(...ownerCauses(ownerReferences));
  if (finalizers !== undefined) causes.push(...finalizerCauses(finalizers));
  return causes;
}

/** What is wrong with how metadata changes. */
export function metadataUpdateCauses(next: Metadata, old: Metadata): readonly FieldCause[] {
  const causes: FieldCause[] = [];
  if (old.deletionTimestamp !== undefined) {
    const known = new Set(old.finalizers);
    const added = (next.finalizers ?? []).filter((finalizer) => !known.has(finalizer));
    if (added.length > 0) {
      const words = `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((finalizer) => JSON.stringify(finalizer)).join(', ')}}`;
      causes.push({
        reason: 'FieldValueForbidden',
        message: `Forbidden: ${words}`,
        field: 'metadata.finalizers',
      });
    }
  }
  for (const field of immutable) {
    if (next[field] !== old[field]) causes.push(invalidValue(field, next[field], 'field is immutable'));
  }
  return causes;
}

const immutable = [
  'name',
  'namespace',
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
] as const;

function labelCauses(labels: Readonly<Record<string, string>>): readonly FieldCause[] {
  const causes: FieldCause[] = [];
  for (const key in labels) {
    const value = labels[key] ?? '';
    causes.push(...labelKeyFaults(key).map((fault) => invalidValue('labels', key, fault)));
    causes.push(...labelValueFaults(value).map((fault) => invalidValue('labels', value, fault)));
  }
  return causes;
}

function annotationCauses(annotations: Readonly<Record<string, string>>): readonly FieldCause[] {
  const causes: FieldCause[] = [];
  let size = 0;
  for (const key in annotations) {
    size += key.length + Buffer.byteLength(annotations[key] ?? '');
    causes.push(...labelKeyFaults(key.toLowerCase()).map((fault) => invalidValue('annotations', key, fault)));
  }
  if (size > maxAnnotationBytes) {
    const message = `Too long: may not be more than ${maxAnnotationBytes} bytes`;
    causes.push({ reason: 'FieldValueTooLong', message, field: 'metadata.annotations' });
  }
  return causes;
}

function ownerCauses(owners: NonNullable<Metadata['ownerReferences']>): readonly FieldCause[] {
  const causes: FieldCause[] = [];
  owners.forEach((owner, index) => {
    if (owner.apiVersion === 'v1' && owner.kind === 'Event') {
      const words = '/v1, Kind=Event is disallowed from being an owner';
      causes.push(invalidValue(`ownerReferences[${index}]`, owner, words));
    }
    for (const field of ['apiVersion', 'kind', 'name', 'uid'] as const) {
      if ((owner[field] as string | undefined) === undefined || owner[field] === '') {
        causes.push(required(`ownerReferences[${index}].${field}`, 'must not be empty'));
      }
    }
  });
  const controllers = owners.filter(({ controller }) => controller === true);
  const [first, second] = controllers;
  if (first !== undefined && second !== undefined) {
    const words = `Only one reference can have Controller set to true. Found "true" in references for ${first.kind}/${first.name} and ${second.kind}/${second.name}`;
    causes.push(invalidValue('ownerReferences', owners, words));
  }
  return causes;
}

function finalizerCauses(finalizers: readonly string[]): readonly FieldCause[] {
  const causes = finalizers.flatMap((finalizer, index) => {
    const field = `finalizers[${index}]`;
    const [fault] = labelKeyFaults(finalizer);
    if (fault !== undefined) return [invalidValue('finalizers', finalizer, fault)];
    if (finalizer.includes('/') || standardFinalizers.has(finalizer)) return [];
    return [
      invalidValue(field, finalizer, 'name is neither a standard finalizer name nor is it fully qualified'),
    ];
  });
  if (!finalizers.includes('orphan') || !finalizers.includes('foregroundDeletion')) return causes;
  const words = 'finalizer orphan and foregroundDeletion cannot be both set';
  return [...causes, invalidValue('finalizers', finalizers, words)];
}

function invalidValue(field: string, value: unknown, fault: string): FieldCause {
  const shown = value === undefined ? 'null' : JSON.stringify(value);
  return {
    reason: 'FieldValueInvalid',
    message: `Invalid value: ${shown}: ${fault}`,
    field: `metadata.${field}`,
  };
}

function required(field: string, fault: string): FieldCause {
  return { reason: 'FieldValueRequired', message: `Required value: ${fault}`, field: `metadata.${field}` };
}
