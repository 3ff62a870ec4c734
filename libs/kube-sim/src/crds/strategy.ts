// How CRDs come to be and change.
import type { SimObject } from '../api/object.ts';
import type { Strategy } from '../api/resource.ts';
import { isRecord } from '../schema/json.ts';
import type { Crd } from './crd.ts';
import { validateCrd } from './validate-crd.ts';

/** The strategy of `customresourcedefinitions.apiextensions.k8s.io`. Its status is `nextCrdStatus`'s to fill in. */
export function crdStrategy(): Strategy {
  return {
    applyDefaults: (object) => {
      fillInNames(object);
      dropNullDefaults(object['spec']);
    },
    prepareForCreate: (object) => {
      const crd = object as Crd;
      crd.status = { conditions: null, acceptedNames: { plural: '', kind: '' }, storedVersions: null };
      noteStorage(crd);
    },
    prepareForUpdate: (next, old) => {
      const crd = next as Crd;
      crd.status = { ...(old as Crd).status };
      noteStorage(crd);
    },
    validate: (object, old) => validateCrd(object as Crd, old as Crd | undefined),
    // Its status belongs to the control plane, which makes no mistakes.
    validateStatusUpdate: () => [],
    requiresVersionOnUpdate: true,
  };
}

function fillInNames(object: SimObject): void {
  const { spec } = object as Partial<Crd>;
  if (!isRecord(spec)) return;
  if (isRecord(spec.names) && typeof spec.names.kind === 'string' && spec.names.kind !== '') {
    spec.names.singular ??= spec.names.kind.toLowerCase();
    spec.names.listKind ??= `${spec.names.kind}List`;
  }
  spec.conversion ??= { strategy: 'None' };
  if (spec.preserveUnknownFields === false) delete spec.preserveUnknownFields;
}

/** A default of null is none. */
function dropNullDefaults(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  if ('default' in value && value.default === null) delete value.default;
  Object.values(value).forEach(dropNullDefaults);
}

/** A version that was ever stored is remembered. */
function noteStorage({ spec, status }: Crd): void {
  const stored = (spec.versions as Crd['spec']['versions'] | undefined)?.find(({ storage }) => storage);
  if (stored === undefined) return;
  const { name = '' } = stored as Partial<typeof stored>;
  if (status.storedVersions?.includes(name) === true) return;
  status.storedVersions = [...(status.storedVersions ?? []), name];
}
