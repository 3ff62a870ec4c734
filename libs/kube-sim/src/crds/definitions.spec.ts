import { describe, expect, it } from '@jest/globals';
import type { SimObject } from '../api/object.ts';
import { decode } from '../schema/decode.ts';
import type { Crd, CrdVersion } from './crd.ts';
import { definitionsOf } from './definitions.ts';
import { established } from './established.spec-helper.ts';
import { parseJsonPath } from './json-path.ts';
import { nextCrdStatus, terminatingCrdStatus } from './status.ts';

const version: CrdVersion = {
  name: 'v1',
  served: true,
  storage: true,
  schema: {
    openAPIV3Schema: {
      type: 'object',
      properties: {
        metadata: { type: 'object', properties: { name: { type: 'string', maxLength: 3 } } },
        spec: {
          type: 'object',
          properties: {
            size: { type: 'integer' },
            template: {
              type: 'object',
              'x-kubernetes-embedded-resource': true,
              'x-kubernetes-preserve-unknown-fields': true,
            },
          },
        },
      },
    },
  },
  subresources: {
    status: {},
    scale: {
      specReplicasPath: '.spec.size',
      statusReplicasPath: '.status.size',
      labelSelectorPath: '.status.sel',
    },
  },
  additionalPrinterColumns: [
    { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
    { name: 'Size', type: 'integer', jsonPath: '.spec.size', priority: 1, description: 'how many' },
    { name: 'Since', type: 'date', jsonPath: '.metadata.creationTimestamp' },
    { name: 'All', type: 'string', jsonPath: '.spec' },
    { name: 'Null', type: 'string', jsonPath: '.spec.none' },
    { name: 'None', type: 'boolean', jsonPath: '.spec.size' },
  ],
  selectableFields: [{ jsonPath: '.spec.size' }],
};

function crdOf(names: Partial<Crd['spec']['names']> = {}, versions = [version]): Crd {
  const plural = names.plural ?? 'tests';
  const type = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' };
  const spec = { group: 'b1.io', scope: 'Namespaced', names: { plural, kind: 'Test', ...names }, versions };
  return { ...type, metadata: { name: `${plural}.b1.io` }, spec } as unknown as Crd;
}

const object: SimObject = {
  apiVersion: 'b1.io/v1',
  kind: 'Test',
  metadata: { name: 'a', creationTimestamp: '1970-01-01T00:00:00Z' },
  spec: { size: 3, none: null },
  status: {
    conditions: [
      { type: 'Other', status: 'False' },
      { type: 'Ready', status: 'True' },
    ],
  },
};

describe('the resources of a definition', () => {
  it('are served only once its names are accepted, in the versions that are served', () => {
    const versions = [
      version,
      { ...version, name: 'v2', storage: false },
      { ...version, name: 'v3', served: false, storage: false },
    ];
    const crd = established(crdOf({ shortNames: ['t'], categories: ['all'] }, versions));
    expect(definitionsOf({ ...crd, status: { ...crd.status, conditions: null } })).toEqual([]);
    expect(definitionsOf(crd)).toMatchObject([
      {
        version: 'v1',
        kind: 'Test',
        listKind: 'TestList',
        singular: 'test',
        shortNames: ['t'],
        categories: ['all'],
      },
      { version: 'v2', namespaced: true, custom: true },
    ]);
  });

  it('have columns, fields to select by, and paths for scale', () => {
    const [definition] = definitionsOf(established(crdOf()));
    expect(definition?.columns?.map(({ name, cell }) => [name, cell(object, 90_000)])).toEqual([
      ['Name', 'a'],
      ['Ready', 'True'],
      ['Size', 3],
      ['Since', '90s'],
      ['All', '{"none":null,"size":3}'],
      ['Null', '<no value>'],
      ['None', null],
    ]);
    expect(definition?.columns?.[2]).toMatchObject({ type: 'integer', priority: 1, description: 'how many' });
    expect(definition?.strategy.selectableFields?.['spec.size']?.(object)).toBe('3');
    expect(definition?.subresources).toEqual({
      status: true,
      scale: { specReplicas: 'spec.size', statusReplicas: 'status.size', labelSelector: 'status.sel' },
    });
  });

  it('know metadata, of embedded objects too', () => {
    const [definition] = definitionsOf(established(crdOf()));
    const metadata = { name: 'a', labels: { x: 'y' }, odd: 1 };
    const sent = {
      metadata,
      odd: 1,
      spec: { template: { kind: 'Pod', metadata: { ...metadata }, spec: { any: 1 } } },
    };
    expect(decode(definition?.schema, sent, 'strict').unknown).toEqual([
      'metadata.odd',
      'odd',
      'spec.template.metadata.odd',
    ]);
    expect(sent.spec.template.spec).toEqual({ any: 1 });
  });

  it('take status away from new objects and changes, and count all else as a generation', () => {
    const [definition] = definitionsOf(established(crdOf()));
    const next = structuredClone(object);
    const context = { nowMs: 0, find: () => undefined, list: () => [] };
    definition?.strategy.prepareForCreate?.(next, context);
    expect(next['status']).toBeUndefined();
    definition?.strategy.prepareForUpdate?.(next, object, context);
    expect(next['status']).toEqual(object['status']);
    const [without] = definitionsOf(established(crdOf({}, [{ ...version, subresources: {} }])));
    expect(without?.strategy.generationChanges?.({ ...object, status: {} }, object)).toBe(true);
    expect(without?.strategy.generationChanges?.({ ...object, metadata: { name: 'b' } }, object)).toBe(false);
  });
});

describe('the status of a definition', () => {
  it('says that names are accepted, once', () => {
    const crd = established(crdOf(), [], 1000);
    expect(crd.status).toEqual({
      conditions: [
        {
          type: 'NamesAccepted',
          status: 'True',
          lastTransitionTime: '1970-01-01T00:00:01Z',
          reason: 'NoConflicts',
          message: 'no conflicts found',
        },
        {
          type: 'Established',
          status: 'True',
          lastTransitionTime: '1970-01-01T00:00:01Z',
          reason: 'InitialNamesAccepted',
          message: 'the initial names have been accepted',
        },
      ],
      acceptedNames: { plural: 'tests', singular: 'test', kind: 'Test', listKind: 'TestList' },
      storedVersions: ['v1'],
    });
    expect(nextCrdStatus(crd, [crd], 5000)).toBeUndefined();
  });

  it('refuses names that another definition of the group has', () => {
    const first = established(crdOf({ shortNames: ['t'] }));
    const short = established(crdOf({ plural: 'others', kind: 'Other', shortNames: ['t'] }), [first]);
    expect(short.status.acceptedNames).toEqual({
      plural: 'others',
      singular: 'other',
      kind: 'Other',
      listKind: 'OtherList',
    });
    expect(short.status.conditions?.map(({ status, reason, message }) => [status, reason, message])).toEqual([
      ['False', 'ShortNamesConflict', '"t" is already in use'],
      ['False', 'NotAccepted', 'not all names are accepted'],
    ]);
    const kind = established(crdOf({ plural: 'others' }), [first]);
    expect(kind.status.acceptedNames).toEqual({ plural: 'others', kind: '' });
    expect(kind.status.conditions?.[0]?.reason).toBe('ListKindConflict');
  });

  it('says that its objects are being deleted', () => {
    const crd = established(crdOf());
    const { conditions } = terminatingCrdStatus(crd, 0);
    expect(conditions?.map(({ type, reason }) => [type, reason])).toEqual([
      ['NamesAccepted', 'NoConflicts'],
      ['Established', 'InitialNamesAccepted'],
      ['Terminating', 'InstanceDeletionPending'],
    ]);
  });
});

describe('a JSONPath', () => {
  const data = { a: { 'x.y/z': 1, list: [{ n: 1, k: 'a' }, { n: 2 }, { n: 3, k: 'b' }] }, b: [[1], [2]] };
  it.each([
    ['.a.list[0].n', [1]],
    ['.a.list[-1].n', [3]],
    ['.a.list[*].n', [1, 2, 3]],
    ['.a.list[0:2].n', [1, 2]],
    ['.a.list[?(@.n>1)].n', [2, 3]],
    ['.a.list[?(@.k)].n', [1, 3]],
    [`.a.list[?(@.k=='b')].n`, [3]],
    ['.a.list[?(@.k!="b")].n', [1]],
    [String.raw`.a.x\.y/z`, [1]],
    [`.a['x.y/z']`, [1]],
    ['..n', [1, 2, 3]],
    ['.b[1][0]', [2]],
    ['.none.at.all', []],
  ])('%s', (path, expected) => {
    expect(parseJsonPath(path)?.(data)).toEqual(expected);
  });

  it.each(['.a[', '.a[?(@.b==)]', '.a[b]'])('%s cannot be read', (path) => {
    expect(parseJsonPath(path)).toBeUndefined();
  });
});
