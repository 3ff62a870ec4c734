// Claims, volumes and storage classes.
import { ApiFailure, type FieldCause } from '../api/failure.ts';
import type { SimObject } from '../api/object.ts';
import type { Strategy, StrategyContext } from '../api/resource.ts';
import { forbidden, invalidValue, notSupported, required } from '../schema/causes.ts';
import { isRecord, isSameJson, type JsonRecord } from '../schema/json.ts';
import { type Causes, immutable, named, oneOf, present, qualified, selector } from './checks.ts';
import { ensure, fill, recordAt, textAt, textsAt, valueAt } from './fields.ts';
import { canonicalTime } from './times.ts';
import { quantityNanos } from './quantity.ts';
import { addFinalizer, combined, defaultClass, isSame, specOf, withStatus } from './strategy-parts.ts';

const accessModes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
const claimRule =
  'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
const storageClasses = { group: 'storage.k8s.io', plural: 'storageclasses' };
/** What is in the spec of a volume beside its source. */
const volumeFields = new Set([
  'accessModes',
  'capacity',
  'claimRef',
  'mountOptions',
  'nodeAffinity',
  'persistentVolumeReclaimPolicy',
  'storageClassName',
  'volumeAttributesClassName',
  'volumeMode',
]);

/** Of PersistentVolumeClaims. */
export const claimStrategy: Strategy = combined(withStatus({ phase: 'Pending' }), {
  generationChanges: null,
  returnsDeleted: true,
  prepareForCreate: (claim, context) => {
    const spec = ensure(claim, 'spec');
    const byDefault = defaultClass(context, storageClasses, 'storageclass.kubernetes.io/is-default-class');
    if (byDefault !== undefined) spec['storageClassName'] ??= byDefault;
    if (isRecord(spec['dataSource']))
      fill(spec, { dataSourceRef: { apiGroup: null, ...spec['dataSource'] } });
    addFinalizer(claim, 'kubernetes.io/pvc-protection');
  },
  validate: (claim, old, context) => {
    const causes = claimSpecCauses('spec', specOf(claim));
    if (old === undefined) return causes;
    const [spec, before] = [specOf(claim), specOf(old)];
    const all = [...causes, ...claimChangeCauses(spec, before, textAt(old, 'status', 'phase'))];
    if (all.length === 0 && sizeOf(spec) > sizeOf(before)) requireExpandable(claim, context);
    return all;
  },
});

function sizeOf(spec: JsonRecord): bigint {
  return quantityNanos(String(valueAt(spec, 'resources', 'requests', 'storage'))) ?? 0n;
}

/** @throws ApiFailure 403 if nobody would make the volume of a claim larger */
function requireExpandable(claim: SimObject, { find }: StrategyContext): void {
  const name = textAt(claim, 'spec', 'storageClassName');
  if (name !== '' && find(storageClasses, undefined, name)?.['allowVolumeExpansion'] === true) return;
  const what = `persistentvolumeclaims ${JSON.stringify(claim.metadata.name)} is forbidden`;
  const why =
    'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize';
  const details = { name: claim.metadata.name, kind: 'persistentvolumeclaims' };
  throw new ApiFailure(403, 'Forbidden', `${what}: ${why}`, details);
}

/** The spec of a claim, on its own or in a StatefulSet. */
export function claimSpecCauses(path: string, spec: JsonRecord): Causes {
  const modes = textsAt(spec, 'accessModes');
  const size = valueAt(spec, 'resources', 'requests', 'storage');
  const className = textAt(spec, 'storageClassName');
  const sizePath = `${path}.resources[storage]`;
  return [
    ...modeCauses(`${path}.accessModes`, modes, 'at least 1 access mode is required'),
    ...selector(`${path}.selector`, spec['selector']),
    ...(size === undefined
      ? [required(sizePath)]
      : (quantityNanos(textAt(spec, 'resources', 'requests', 'storage')) ?? 0n) > 0n
        ? []
        : [invalidValue(sizePath, size, 'must be greater than zero')]),
    ...(className === '' ? [] : named(`${path}.storageClassName`, className, 'subdomain')),
    ...oneOf(`${path}.volumeMode`, spec['volumeMode'], ['Block', 'Filesystem']),
  ];
}

function modeCauses(path: string, modes: readonly string[], detail: string): Causes {
  if (modes.length === 0) return [required(path, detail)];
  const causes: FieldCause[] = modes
    .filter((mode) => !accessModes.includes(mode))
    .map((mode) => notSupported(path, mode, accessModes));
  if (modes.includes('ReadWriteOncePod') && modes.length > 1)
    causes.push(forbidden(path, 'may not use ReadWriteOncePod with other access modes'));
  return causes;
}

function claimChangeCauses(next: JsonRecord, old: JsonRecord, phase: string): Causes {
  const isBound = phase === 'Bound';
  const isOpen = (field: string): boolean =>
    (field === 'volumeName' && textAt(old, field) === '') ||
    // Claims from before there was a default class get one later.
    (field === 'storageClassName' && old[field] === undefined) ||
    (field === 'resources' && isBound) ||
    field === 'volumeAttributesClassName';
  const fields = new Set([...Object.keys(next), ...Object.keys(old)]);
  const changed = [...fields].filter((field) => !isSameJson(next[field], old[field]) && !isOpen(field));
  const causes: FieldCause[] = changed.length > 0 ? [forbidden('spec', claimRule)] : [];
  if (isBound && sizeOf(next) < sizeOf(old))
    causes.push(forbidden('spec.resources.requests.storage', 'field can not be less than status.capacity'));
  return [...causes, ...immutable('volumeMode', next['volumeMode'], old['volumeMode'])];
}

/** Of PersistentVolumes. */
export const volumeStrategy: Strategy = combined(withStatus({ phase: 'Pending' }), {
  generationChanges: null,
  returnsDeleted: true,
  prepareForCreate: (volume, { nowMs }) => {
    const now = canonicalTime(new Date(nowMs).toISOString(), false);
    if ('text' in now) fill(ensure(volume, 'status'), { lastPhaseTransitionTime: now.text });
    addFinalizer(volume, 'kubernetes.io/pv-protection');
  },
  prepareForStatusUpdate: (next, old, { nowMs }) => {
    next['spec'] = old['spec'];
    if (isSame(next, old, 'status', 'phase')) return;
    const now = canonicalTime(new Date(nowMs).toISOString(), false);
    if ('text' in now) ensure(next, 'status')['lastPhaseTransitionTime'] = now.text;
  },
  validate: (volume, old) => {
    const spec = specOf(volume);
    const sources = Object.keys(spec).filter((field) => !volumeFields.has(field));
    const capacity = spec['capacity'];
    const causes: FieldCause[] = [];
    if (textsAt(spec, 'accessModes').length === 0) causes.push(required('spec.accessModes'));
    else causes.push(...modeCauses('spec.accessModes', textsAt(spec, 'accessModes'), ''));
    if (capacity === undefined || recordAt(spec, 'capacity')['storage'] === undefined) {
      if (Object.keys(recordAt(spec, 'capacity')).length === 0) causes.push(required('spec.capacity'));
      causes.push(notSupported('spec.capacity', capacity ?? null, ['storage']));
    }
    causes.push(
      ...oneOf('spec.persistentVolumeReclaimPolicy', spec['persistentVolumeReclaimPolicy'], [
        'Delete',
        'Recycle',
        'Retain',
      ]),
      ...sources
        .slice(1)
        .map((source) => forbidden(`spec.${source}`, 'may not specify more than 1 volume type')),
    );
    if (sources.length === 0) causes.push(required('spec', 'must specify a volume type'));
    if (old === undefined) return causes;
    const before = specOf(old);
    if (sources.some((source) => !isSameJson(spec[source], before[source]))) {
      const what = 'spec.persistentvolumesource';
      causes.push(forbidden(what, `${what} is immutable after creation`));
    }
    return [...causes, ...immutable('volumeMode', spec['volumeMode'], before['volumeMode'])];
  },
});

/** Of StorageClasses. */
export const storageClassStrategy: Strategy = {
  generationChanges: null,
  returnsDeleted: true,
  validate: (storageClass, old) => {
    const provisioner = textAt(storageClass, 'provisioner');
    return [
      ...(provisioner === ''
        ? present('provisioner', provisioner)
        : qualified('provisioner', provisioner.toLowerCase())),
      ...oneOf('reclaimPolicy', storageClass['reclaimPolicy'], ['Delete', 'Retain']),
      ...oneOf('volumeBindingMode', storageClass['volumeBindingMode'], ['Immediate', 'WaitForFirstConsumer']),
      ...(old === undefined
        ? []
        : ['provisioner', 'parameters', 'reclaimPolicy', 'volumeBindingMode']
            .filter((field) => !isSame(storageClass, old, field))
            // The server does not show the value.
            .map((field) => invalidValue(field, null, 'field is immutable'))),
    ];
  },
};
