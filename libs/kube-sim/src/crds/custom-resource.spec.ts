import { describe, expect, it } from '@jest/globals';
import type { FieldCause } from '../api/failure.ts';
import type { SimObject } from '../api/object.ts';
import type { StrategyContext } from '../api/resource.ts';
import { decode } from '../schema/decode.ts';
import { readRecorded, sortedCauses } from '../schema/recorded.spec-helper.ts';
import type { Crd } from './crd.ts';
import { definitionsOf } from './definitions.ts';
import { established } from './established.spec-helper.ts';

interface Case {
  readonly name: string;
  readonly object: SimObject;
  readonly old?: SimObject;
  readonly subresource?: 'status';
  readonly spec?: unknown;
  readonly causes?: readonly FieldCause[];
}

const [crd, ...cases] = readRecorded(new URL('rules.recorded.jsonl', import.meta.url));
const [definition] = definitionsOf(established(crd as Crd));
if (definition === undefined) throw new Error('nothing is served');
const { schema, strategy } = definition;
const context: StrategyContext = { nowMs: 0, find: () => undefined, list: () => [] };

describe('an object of a custom resource', () => {
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
});
