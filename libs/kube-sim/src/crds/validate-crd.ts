// What is wrong with a CRD.
import type { FieldCause } from '../api/failure.ts';
import { nameFaults } from '../requests/names.ts';
import { invalidValue, notSupported, required } from '../schema/causes.ts';
import { isSameJson } from '../schema/json.ts';
import type { Crd, CrdNames, CrdVersion } from './crd.ts';
import { deprecationCauses, versionParts } from './version-checks.ts';

/** All that is wrong with a CRD, or with its change. */
export function validateCrd(crd: Crd, old: Crd | undefined): FieldCause[] {
  const { metadata, spec, status } = crd;
  const causes: FieldCause[] = [];
  const { group = '', names = { plural: '', kind: '' } } = spec as Partial<Crd['spec']>;
  if (old === undefined && metadata.name !== `${names.plural}.${group}`) {
    causes.push(invalidValue('metadata.name', metadata.name, 'must be spec.names.plural+"."+spec.group'));
  }
  causes.push(...specCauses(spec), ...storedVersionCauses(status.storedVersions ?? [], spec.versions));
  if (old !== undefined) causes.push(...changeCauses(crd, old));
  if (isProtected(group) && metadata.annotations?.['api-approved.kubernetes.io'] === undefined) {
    const why =
      'protected groups must have approval annotation "api-approved.kubernetes.io", see https://github.com/kubernetes/enhancements/pull/1111';
    causes.push(required('metadata.annotations[api-approved.kubernetes.io]', why));
  }
  if (spec.preserveUnknownFields === true) {
    const why =
      'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead';
    causes.push(invalidValue('spec.preserveUnknownFields', true, why));
  }
  return causes;
}

function specCauses(spec: Crd['spec']): FieldCause[] {
  const { group = '', versions = [] } = spec as Partial<Crd['spec']>;
  const scope = (spec.scope as string | undefined) ?? '';
  const causes: FieldCause[] = [];
  const groupFaults = nameFaults(group, 'subdomain');
  if (group === '') causes.push(required('spec.group'));
  else if (groupFaults.length > 0) causes.push(invalidValue('spec.group', group, groupFaults.join(',')));
  else if (!group.includes('.'))
    causes.push(invalidValue('spec.group', group, 'should be a domain with at least one dot'));
  if (scope === '') causes.push(required('spec.scope'));
  else if (scope !== 'Cluster' && scope !== 'Namespaced') {
    causes.push(notSupported('spec.scope', scope, ['Cluster', 'Namespaced']));
  }
  causes.push(...versionsCauses(spec.versions));
  causes.push(...nameCauses(spec));
  // What all versions have in common the server keeps, and names, outside of the versions.
  const [first] = versions;
  if (first !== undefined) {
    for (const part of versionParts)
      if (isCommon(versions, part.key)) causes.push(...part.causes(first, part.common));
  }
  causes.push(...conversionCauses(spec.conversion));
  return causes;
}

function isCommon(versions: readonly CrdVersion[], key: keyof CrdVersion): boolean {
  const [first] = versions;
  return versions.every((version) => isSameJson(version[key], first?.[key]));
}

function versionsCauses(sent: Crd['spec']['versions'] | undefined): FieldCause[] {
  const causes: FieldCause[] = [];
  const versions = sent ?? [];
  versions.forEach((version, index) => {
    if (version.schema?.openAPIV3Schema === undefined) {
      causes.push(required(`spec.versions[${index}].schema.openAPIV3Schema`));
    }
  });
  versions.forEach((version, index) => {
    const path = `spec.versions[${index}]`;
    const { name = '' } = version as Partial<CrdVersion>;
    causes.push(...labelCauses(`${path}.name`, name), ...deprecationCauses(version, path));
    for (const part of versionParts) {
      if (!isCommon(versions, part.key)) causes.push(...part.causes(version, `${path}.${part.own}`));
    }
  });
  const wrong = (why: string): void => {
    const message = `Invalid value: ${JSON.stringify(sent?.map(shown) ?? null)}: ${why}`;
    causes.push({ reason: 'FieldValueInvalid', message, field: 'spec.versions' });
  };
  if (new Set(versions.map(({ name }) => name)).size < versions.length)
    wrong('must contain unique version names');
  if (versions.filter(({ storage }) => storage).length !== 1) {
    wrong('must have exactly one version marked as storage version');
  }
  const first = (versions[0] as Partial<CrdVersion> | undefined)?.name ?? '';
  if (first !== '') causes.push(...labelCauses('spec.version', first));
  return causes;
}

/** As the server's own type prints it. */
function shown(version: CrdVersion): object {
  const { name = '', served = false, storage = false, deprecated = false } = version as Partial<CrdVersion>;
  return {
    Name: name,
    Served: served,
    Storage: storage,
    Deprecated: deprecated,
    DeprecationWarning: version.deprecationWarning ?? null,
    Schema: null,
    Subresources: null,
    AdditionalPrinterColumns: null,
    SelectableFields: null,
  };
}

function labelCauses(field: string, name: string): FieldCause[] {
  const faults = nameFaults(name, 'label1035');
  return faults.length === 0 ? [] : [invalidValue(field, name, faults.join(','))];
}

function nameCauses(spec: Crd['spec']): FieldCause[] {
  const causes: FieldCause[] = [];
  const names = (spec as Partial<Crd['spec']>).names ?? { plural: '', kind: '' };
  const keys = ['plural', 'singular', 'kind', 'listKind'] as const;
  const nameOf = (key: (typeof keys)[number]) => (names as Partial<CrdNames>)[key] ?? '';
  for (const key of keys) if (nameOf(key) === '') causes.push(required(`spec.names.${key}`));
  for (const key of keys) {
    const name = nameOf(key);
    const isKind = key === 'kind' || key === 'listKind';
    const faults = nameFaults(isKind ? name.toLowerCase() : name, 'label1035');
    if (name === '' || faults.length === 0) continue;
    const mixed = isKind ? 'may have mixed case, but should otherwise match: ' : '';
    causes.push(invalidValue(`spec.names.${key}`, name, `${mixed}${faults.join(',')}`));
  }
  names.shortNames?.forEach((name, index) =>
    causes.push(...labelCauses(`spec.names.shortNames[${index}]`, name)),
  );
  if (nameOf('kind') !== '' && names.kind === names.listKind) {
    causes.push(invalidValue('spec.names.listKind', names.listKind, 'kind and listKind may not be the same'));
  }
  names.categories?.forEach((name, index) =>
    causes.push(...labelCauses(`spec.names.categories[${index}]`, name)),
  );
  return causes;
}

function conversionCauses(conversion: Crd['spec']['conversion']): FieldCause[] {
  const { strategy = '', webhook } = conversion ?? {};
  const path = 'spec.conversion';
  if (strategy === '') return [required(`${path}.strategy`)];
  if (strategy !== 'None' && strategy !== 'Webhook') {
    return [notSupported(`${path}.strategy`, strategy, ['None', 'Webhook'])];
  }
  const causes: FieldCause[] = [];
  if (strategy === 'None') return causes;
  if (webhook?.clientConfig === undefined) {
    causes.push(required(`${path}.webhookClientConfig`, 'required when strategy is set to Webhook'));
  }
  if ((webhook?.conversionReviewVersions ?? []).length === 0) {
    causes.push(required(`${path}.conversionReviewVersions`));
  }
  return causes;
}

function storedVersionCauses(
  stored: readonly string[],
  sent: readonly Partial<CrdVersion>[] = [],
): FieldCause[] {
  const field = 'status.storedVersions';
  if (stored.length === 0) return [invalidValue(field, null, 'must have at least one stored version')];
  const causes: FieldCause[] = [];
  for (const { name = '', storage } of sent) {
    if (storage !== true || stored.includes(name)) continue;
    causes.push(invalidValue(field, stored, `must have the storage version ${name}`));
  }
  stored.forEach((name, index) => {
    if (sent.some((version) => (version.name ?? '') === name)) return;
    const why =
      `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage ` +
      `migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`;
    causes.push(invalidValue(`${field}[${index}]`, name, why));
  });
  return causes;
}

function changeCauses({ spec }: Crd, { spec: old }: Crd): FieldCause[] {
  const changes = [
    ['spec.scope', spec.scope, old.scope],
    ['spec.names.kind', spec.names.kind, old.names.kind],
    ['spec.group', spec.group, old.group],
    ['spec.names.plural', spec.names.plural, old.names.plural],
  ] as const;
  return changes
    .filter(([, value, before]) => value !== before)
    .map(([field, value]) => invalidValue(field, value, 'field is immutable'));
}

function isProtected(group: string): boolean {
  return ['k8s.io', 'kubernetes.io'].some((domain) => group === domain || group.endsWith(`.${domain}`));
}
