import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SimObject } from '../api/object.ts';
import type { ResourceDefinition } from '../api/resource.ts';
import { builtinDefinitions } from '../builtins/definitions.ts';
import { updateManagedFields } from './manage.ts';
import { rememberNewFields } from './new-fields.ts';

const some = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const map = fc.dictionary(some('a', 'b'), some('', '0', 'x'), { maxKeys: 2 });
const port = fc.record({ port: some(1, 2), name: some('', 'x') }, { requiredKeys: ['port'] });
const service = fc.record(
  {
    metadata: fc.record({ name: some('x', 'y'), labels: map, finalizers: fc.subarray(['a/b', 'c/d']) }),
    spec: fc.record(
      {
        ports: fc.uniqueArray(port, { maxLength: 2, selector: ({ port }) => port }),
        selector: map,
        type: some('', 'ClusterIP', null),
        sessionAffinityConfig: some({}, null, { clientIP: {} }, { clientIP: { timeoutSeconds: 0 } }),
        externalIPs: fc.subarray(['1', '2']),
      },
      { requiredKeys: [] },
    ),
    status: some({}, { loadBalancer: {} }, { loadBalancer: { ingress: [] } }),
  },
  { requiredKeys: ['metadata'] },
);

const container = fc.record({ name: some('a', 'b'), image: some('', 'x') });
const set = fc.record({
  metadata: fc.record({ name: some('x', 'y') }),
  spec: fc.record({
    serviceName: some('', 'x'),
    selector: some(null, {}, { matchLabels: {} }),
    template: fc.record({ spec: fc.record({ containers: fc.array(container, { maxLength: 2 }) }) }),
  }),
});

function definitionOf(plural: string): ResourceDefinition {
  const definition = builtinDefinitions().find((one) => one.plural === plural);
  if (definition === undefined) throw new Error(`there are no ${plural}`);
  return definition;
}

describe('fields of new objects', () => {
  it.each([
    ['services', service],
    ['statefulsets', set],
  ])('are the same whether they are remembered or not: %s', (plural, contents) => {
    const definition = definitionOf(plural);
    const newFields = rememberNewFields();
    fc.assert(
      fc.property<[object]>(contents, (content) => {
        const managed = (remembered: object): unknown => {
          const next = structuredClone({
            apiVersion: 'v1',
            kind: 'Service',
            ...content,
          }) as unknown as SimObject;
          updateManagedFields({ definition, old: undefined, next, manager: 'm', time: '', ...remembered });
          return next.metadata.managedFields;
        };
        expect(managed({ newFields })).toEqual(managed({}));
      }),
      { numRuns: 500 },
    );
  });

  it('are made once for objects that differ in nothing but values', () => {
    const definition = definitionOf('configmaps');
    const newFields = rememberNewFields();
    const sets = ['x', 'y'].map((value) => {
      const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: value }, data: { value } };
      return newFields(definition, object, () => ({ 'f:data': {} }));
    });
    expect(sets[1]).toBe(sets[0]);
  });
});
