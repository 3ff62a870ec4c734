import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { defineResource } from '../core/resource.ts';
import { mergeRules, type PolicyRule, rule } from './policy-rule.ts';

const core = { group: '', version: 'v1', namespaced: true };
const pods = defineResource({ ...core, plural: 'pods', kind: 'Pod' });
const services = defineResource({ ...core, plural: 'services', kind: 'Service' });
const sets = defineResource({ ...core, group: 'apps', plural: 'statefulsets', kind: 'StatefulSet' });

describe('rule', () => {
  it('is about a resource, with the verbs in their usual order', () => {
    expect(rule(sets, ['patch', 'list', 'get', 'patch'])).toEqual({
      apiGroups: ['apps'],
      resources: ['statefulsets'],
      verbs: ['get', 'list', 'patch'],
    });
  });

  it('is about a subresource', () => {
    expect(rule(pods, ['create'], 'eviction')).toEqual({
      apiGroups: [''],
      resources: ['pods/eviction'],
      verbs: ['create'],
    });
  });
});

describe('mergeRules', () => {
  it('puts together what has the same verbs in the same group', () => {
    expect(
      mergeRules(
        rule(sets, ['get']),
        rule(services, ['get']),
        rule(pods, ['watch']),
        rule(pods, ['get', 'list']),
        rule(services, ['watch', 'list']),
        rule(pods, ['patch'], 'status'),
      ),
    ).toEqual([
      { apiGroups: [''], resources: ['pods', 'services'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: [''], resources: ['pods/status'], verbs: ['patch'] },
      { apiGroups: ['apps'], resources: ['statefulsets'], verbs: ['get'] },
    ]);
  });

  it('keeps named objects apart, and does not repeat for them what all allow', () => {
    const named = (verbs: readonly string[], ...resourceNames: readonly string[]): PolicyRule => ({
      apiGroups: [''],
      resources: ['pods'],
      verbs,
      resourceNames,
    });
    expect(
      mergeRules(
        named(['update', 'get'], 'b', 'a'),
        named(['delete'], 'c'),
        rule(pods, ['get']),
        named(['get'], 'd'),
      ),
    ).toEqual([
      { apiGroups: [''], resources: ['pods'], verbs: ['get'] },
      { apiGroups: [''], resources: ['pods'], verbs: ['update'], resourceNames: ['a', 'b'] },
      { apiGroups: [''], resources: ['pods'], verbs: ['delete'], resourceNames: ['c'] },
    ]);
  });

  const some = <T>(...values: readonly T[]): fc.Arbitrary<readonly T[]> =>
    fc.subarray([...values], { minLength: 1 });
  const anyRule: fc.Arbitrary<PolicyRule> = fc
    .record({
      apiGroups: some('', 'apps', 'batch'),
      resources: some('pods', 'pods/status', 'jobs'),
      verbs: some('get', 'list', 'delete', 'impersonate'),
      names: fc.option(fc.subarray(['a', 'b']), { nil: undefined }),
    })
    .map(({ names, ...each }) => (names === undefined ? each : { ...each, resourceNames: names }));
  const rules = fc.array(anyRule, { maxLength: 6 });

  it('allows what the rules allow, and nothing else', () => {
    fc.assert(
      fc.property(rules, (given) => {
        expect(permissions(mergeRules(...given))).toEqual(permissions(given));
      }),
    );
  });

  it('is the same for the same permissions, in whatever order and parts they are given', () => {
    fc.assert(
      fc.property(rules, fc.nat(), (given, at) => {
        const merged = mergeRules(...given);
        const turned = [...given.slice(at % 7), ...given.slice(0, at % 7)].reverse();
        expect(mergeRules(...turned, ...given)).toEqual(merged);
        expect(mergeRules(...merged)).toEqual(merged);
        const inParts = given.flatMap((each) => each.verbs.map((verb) => ({ ...each, verbs: [verb] })));
        expect(mergeRules(...inParts)).toEqual(merged);
      }),
    );
  });

  it('has one rule for each set of verbs in a group', () => {
    fc.assert(
      fc.property(rules, (given) => {
        const sets = mergeRules(...given).map((each) =>
          JSON.stringify([each.apiGroups, each.verbs, each.resourceNames]),
        );
        expect(new Set(sets).size).toBe(sets.length);
      }),
    );
  });
});

/** Every request that rules allow for objects a, b and another one. */
function permissions(rules: readonly PolicyRule[]): readonly string[] {
  const all = rules.flatMap(({ apiGroups, resources, verbs, resourceNames = [] }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        verbs.flatMap((verb) =>
          (resourceNames.length === 0 ? ['a', 'b', 'another'] : resourceNames).map(
            (name) => `${verb} ${resource}.${group} ${name}`,
          ),
        ),
      ),
    ),
  );
  return [...new Set(all)].sort();
}
