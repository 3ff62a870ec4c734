import { describe, expect, it } from '@jest/globals';
import type { FieldCause } from '../api/failure.ts';
import type { StrategyContext } from '../api/resource.ts';
import { readRecorded, sortedCauses } from '../schema/recorded.spec-helper.ts';
import type { Crd } from './crd.ts';
import { crdStrategy } from './strategy.ts';

interface Case extends Pick<Crd, 'metadata' | 'spec'> {
  readonly name: string;
  readonly stored?: Pick<Crd, 'spec' | 'status'>;
  readonly causes?: readonly FieldCause[];
}

const cases = readRecorded(new URL('crds.recorded.jsonl', import.meta.url)) as Case[];
const context: StrategyContext = { nowMs: 0, find: () => undefined, list: () => [] };
const strategy = crdStrategy();

function create({ metadata, spec }: Pick<Crd, 'metadata' | 'spec'>): Crd {
  const type = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' };
  const crd = structuredClone({ ...type, metadata, spec }) as Crd;
  strategy.applyDefaults?.(crd);
  strategy.prepareForCreate?.(crd, context);
  return crd;
}

function update(old: Crd, change: (crd: Crd) => void): { crd: Crd; causes: readonly FieldCause[] } {
  const crd = structuredClone(old);
  change(crd);
  strategy.prepareForUpdate?.(crd, old, context);
  return { crd, causes: strategy.validate?.(crd, old, context) ?? [] };
}

describe('a new definition', () => {
  it.each(cases.map((one) => [one.name, one] as const))(
    'is answered as by the real server: %s',
    (_name, one) => {
      const crd = create(one);
      expect(sortedCauses(strategy.validate?.(crd, undefined, context))).toEqual(sortedCauses(one.causes));
      if (one.stored !== undefined) expect({ spec: crd.spec, status: crd.status }).toEqual(one.stored);
    },
  );

  it('has no default of null', () => {
    const { metadata, spec } = structuredClone(cases[0] ?? fail());
    const [version] = spec.versions as unknown as Record<string, unknown>[];
    const properties = { spec: { type: 'string', nullable: true, default: null } };
    Object.assign(version ?? {}, { schema: { openAPIV3Schema: { type: 'object', properties } } });
    expect(create({ metadata, spec }).spec.versions[0]).toHaveProperty(
      'schema.openAPIV3Schema.properties.spec',
      {
        type: 'string',
        nullable: true,
      },
    );
  });
});

describe('a changed definition', () => {
  const old = create(cases[0] ?? fail());

  it('keeps what its objects are stored under', () => {
    const { causes } = update(old, (crd) => {
      crd.spec.scope = 'Cluster';
      crd.spec.names.kind = 'Foo';
    });
    expect(causes).toEqual([
      {
        reason: 'FieldValueInvalid',
        message: 'Invalid value: "Cluster": field is immutable',
        field: 'spec.scope',
      },
      {
        reason: 'FieldValueInvalid',
        message: 'Invalid value: "Foo": field is immutable',
        field: 'spec.names.kind',
      },
    ]);
  });

  it('remembers every version that was stored, which cannot go', () => {
    const { crd, causes } = update(old, ({ spec }) => {
      spec.versions = spec.versions.map((version) => ({ ...version, name: 'v2' }));
    });
    expect(crd.status.storedVersions).toEqual(['v1', 'v2']);
    expect(causes.map(({ field }) => field)).toEqual(['status.storedVersions[0]']);
  });

  it('keeps its status', () => {
    const { crd } = update(old, ({ status }) => {
      status.conditions = [];
    });
    expect(crd.status).toEqual(old.status);
  });
});

function fail(): never {
  throw new Error('nothing was recorded');
}
