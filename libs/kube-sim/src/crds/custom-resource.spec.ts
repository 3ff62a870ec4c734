import { describe, expect, it } from '@jest/globals';
import type { FieldCause } from '../api/failure.ts';
import type { SimObject } from '../api/object.ts';
import type { StrategyContext } from '../api/resource.ts';
import { decode } from '../schema/decode.ts';
import { readRecorded, sortedCauses } from '../schema/recorded.spec-helper.ts';
import type { Crd } from './crd.ts';
import { definitionsOf } from './definitions.ts';
import { established } from './established.spec-helper.ts';
import { crdStrategy } from './strategy.ts';

interface Case {
  readonly name: string;
  readonly object: SimObject;
  readonly old?: SimObject;
  readonly subresource?: 'status';
  readonly spec?: unknown;
  readonly causes?: readonly FieldCause[];
}

const context: StrategyContext = { nowMs: 0, find: () => undefined, list: () => [] };

// Rules for all that they can say, and the definitions of this project with its samples.
describe.each(['rules', 'neo4jdatabases', 'neo4jenterpriseclusters'])('an object of %s', (plural) => {
  const [crd, ...cases] = readRecorded(new URL(`${plural}.recorded.jsonl`, import.meta.url));
  const [definition] = definitionsOf(established(crd as Crd));
  if (definition === undefined) throw new Error('nothing is served');
  const { schema, strategy } = definition;

  it.each((cases as Case[]).map((one) => [one.name, one] as const))(
    'is answered as by the real server: %s',
    (_name, { object, old, subresource, spec, causes }) => {
      const sent = structuredClone(object);
      decode(schema, sent, 'ignore');
      strategy.applyDefaults?.(sent);
      const found =
        subresource === 'status' && old !== undefined
          ? strategy.validateStatusUpdate?.(sent, old, context)
          : strategy.validate?.(sent, old, context);
      expect(sortedCauses(found)).toEqual(sortedCauses(causes));
      if (spec !== undefined) expect(sent['spec']).toEqual(spec);
    },
  );

  it('is not held to its rules as long as it has no name', () => {
    const nameless: SimObject = { apiVersion: 'v1', kind: 'X', metadata: { name: '' }, spec: {} };
    const causes = strategy.validate?.(nameless, undefined, context) ?? [];
    expect(causes.map(({ message }) => message).join()).toContain('some validation rules were not checked');
  });

  it('has a definition that is accepted', () => {
    expect(crdStrategy().validate?.(established(crd as Crd), undefined, context)).toEqual([]);
  });
});
