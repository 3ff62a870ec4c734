import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { kinds, neo4jDatabase, neo4jEnterpriseCluster, defaultDatabasePrimaries } from './index.ts';
import type { Neo4jEnterpriseCluster } from './index.ts';
import { spoiled, wellShaped } from './schema/arbitrary.spec-helper.ts';

const cluster: Neo4jEnterpriseCluster = {
  apiVersion: 'neo4j.neo4j.com/v1alpha1',
  kind: 'Neo4jEnterpriseCluster',
  metadata: { name: 'graph' },
  spec: { image: { tag: '5.26.0' }, topology: { primaries: 3 }, storage: { size: '10Gi' } },
};

describe.each(Object.values(kinds))('laws of $kind', (kind) => {
  it('defaults once: a second time changes nothing', () => {
    fc.assert(
      fc.property(fc.oneof(wellShaped(kind.schema), spoiled(kind.schema)), (object) => {
        const once = kind.applyDefaults(object);
        expect(kind.applyDefaults(once)).toStrictEqual(once);
      }),
    );
  });

  it('accepts after defaulting what it accepted before, and refuses what it refused', () => {
    let accepted = 0;
    fc.assert(
      fc.property(wellShaped(kind.schema), (object) => {
        const errors = kind.validate(object);
        if (errors.length === 0) accepted++;
        expect(kind.validate(kind.applyDefaults(object))).toStrictEqual(errors);
      }),
      { numRuns: 300 },
    );
    expect(accepted).toBeGreaterThan(0);
  });

  it('does not change what it is given', () => {
    fc.assert(
      fc.property(wellShaped(kind.schema), (object) => {
        const before = structuredClone(object);
        kind.validate(kind.applyDefaults(object), object);
        expect(object).toStrictEqual(before);
      }),
    );
  });

  it('answers with a path, a message and a remedy whatever it is given, and never throws', () => {
    const anything = fc.oneof(spoiled(kind.schema), fc.anything());
    fc.assert(
      fc.property(anything, anything, (object, old) => {
        for (const error of kind.validate(object, old)) {
          expect(typeof error.field).toBe('string');
          expect(error.message).not.toBe('');
          expect(error.remedy).not.toBe('');
        }
      }),
      { numRuns: 500 },
    );
  });

  it('finds no change in an object that did not change', () => {
    fc.assert(
      fc.property(wellShaped(kind.schema), (object) => {
        expect(kind.validate(object, structuredClone(object))).toStrictEqual(kind.validate(object));
      }),
    );
  });
});

describe('defaults of a cluster', () => {
  it('are those of the API page', () => {
    expect(neo4jEnterpriseCluster.applyDefaults(cluster).spec).toEqual({
      edition: 'enterprise',
      image: { repo: 'neo4j', tag: '5.26.0', pullPolicy: 'IfNotPresent' },
      topology: { primaries: 3, secondaries: 0, defaultDatabase: { name: 'neo4j', secondaries: 'pool' } },
      storage: { size: '10Gi', retentionPolicy: 'Retain' },
      service: { type: 'ClusterIP' },
    });
  });

  it.each([
    [1, 1],
    [2, 1],
    [3, 3],
    [4, 3],
    [11, 3],
  ])('with %p servers for primaries give the default database %p', (primaries, expected) => {
    const { spec } = neo4jEnterpriseCluster.applyDefaults({
      ...cluster,
      spec: { ...cluster.spec, topology: { primaries } },
    });
    expect(defaultDatabasePrimaries(spec)).toBe(expected);
  });

  it('leave the primaries of the default database alone when they are given', () => {
    const { spec } = neo4jEnterpriseCluster.applyDefaults({
      ...cluster,
      spec: { ...cluster.spec, topology: { primaries: 5, defaultDatabase: { primaries: 5 } } },
    });
    expect(defaultDatabasePrimaries(spec)).toBe(5);
  });
});

describe('defaults of a database', () => {
  it('are those of the API page, and a false stays false', () => {
    const { spec } = neo4jDatabase.applyDefaults({
      apiVersion: 'neo4j.neo4j.com/v1alpha1',
      kind: 'Neo4jDatabase',
      metadata: { name: 'movies' },
      spec: { clusterRef: 'graph', name: 'movies', adoptExisting: false },
    });
    expect(spec).toEqual({
      clusterRef: 'graph',
      name: 'movies',
      topology: { secondaries: 0 },
      state: 'online',
      adoptExisting: false,
      deletionPolicy: 'Retain',
    });
  });
});

describe('validation', () => {
  it('does not look at status, so that a spec can be mended whatever status says', () => {
    expect(neo4jEnterpriseCluster.validate({ ...cluster, status: { replicas: 'many' } })).toEqual([]);
  });

  it('does not hold an old object of the wrong shape against the new one', () => {
    const old = { ...cluster, spec: { ...cluster.spec, storage: { size: { amount: 10 } } } };
    expect(neo4jEnterpriseCluster.validate(cluster, old)).toEqual([]);
  });

  it('says what is wrong when there is no object at all', () => {
    expect(neo4jEnterpriseCluster.validate(undefined)).toMatchObject([{ field: '', reason: 'TypeInvalid' }]);
  });

  it('keeps keys that JavaScript objects have by nature apart from fields', () => {
    const spec: unknown = JSON.parse('{"clusterRef":"graph","name":"movies","__proto__":{},"constructor":1}');
    const errors = neo4jDatabase.validate({ metadata: { name: 'movies' }, spec });
    expect(errors.map(({ field, reason }) => [field, reason])).toEqual([
      ['spec.__proto__', 'UnknownField'],
      ['spec.constructor', 'UnknownField'],
    ]);
  });
});
