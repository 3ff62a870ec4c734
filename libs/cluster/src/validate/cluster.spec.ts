import { describe, expect, it } from '@jest/globals';
import { formatFieldError } from '@neo4j-operator/api-types';
import fc from 'fast-check';
import { renderRevision } from '../render/revision.ts';
import {
  rendered,
  sampleCluster,
  sampleServers,
  type SpecChange,
  without,
} from '../render/samples.spec-helper.ts';
import { validateCluster } from './cluster.ts';

function verdictOn(change: SpecChange) {
  const { errors, warnings } = validateCluster(sampleCluster(change));
  return { errors: errors.map(formatFieldError), warnings: warnings.map(formatFieldError) };
}

function settingErrors(config: Readonly<Record<string, string>>): readonly string[] {
  return verdictOn({ config }).errors;
}

describe('a good cluster', () => {
  it.each([
    [{}],
    [{ topology: { primaries: 1 }, edition: 'community' }],
    [{ image: { tag: '5.26.30' }, topology: { primaries: 5, secondaries: 20 } }],
    [{ memory: { heap: '2Gi', pageCache: '1Gi' } }],
    [{ config: { 'db.logs.query.threshold': '1s', 'db.tx_log.rotation.retention_policy': '3 days' } }],
  ] as const)('has no faults: %j', (change) => {
    expect(verdictOn(change as SpecChange)).toEqual({ errors: [], warnings: [] });
  });

  it.each(['5.26.0', '5.26.30', '2025.01.0', '2025.06.0', '2026.08.1'])(
    'renders, with the defaults of the operator, for %s in both editions',
    (tag) => {
      for (const edition of ['enterprise', 'community'] as const) {
        const cluster = sampleCluster({ image: { tag }, edition, topology: { primaries: 1 } });

        expect(validateCluster(cluster)).toEqual({ errors: [], warnings: [] });
        const [server] = sampleServers(cluster).map(rendered);
        expect(
          [...Object.keys(renderRevision.settings)].filter((key) => server?.settings.has(key) !== true),
        ).toEqual([]);
      }
    },
  );
});

describe('a cluster with faults', () => {
  it('is told of those of its shape first, and alone', () => {
    const { spec, ...cluster } = sampleCluster();
    const verdict = validateCluster({
      ...cluster,
      spec: { ...spec, colour: 'red', image: { tag: '5.1.0' } },
    });

    expect(verdict.errors.map(({ field }) => field)).toEqual(['spec.colour']);
  });

  it('is compared with what it was before', () => {
    const verdict = validateCluster(sampleCluster({ storage: { size: '1Gi' } }), sampleCluster());

    expect(verdict.errors.map(({ field }) => field)).toEqual(['spec.storage.size']);
  });

  it('needs the word of the user for Enterprise Edition', () => {
    const spec = without(sampleCluster().spec, 'acceptLicenseAgreement');

    expect(validateCluster({ ...sampleCluster(), spec }).errors).toMatchObject([
      { field: 'spec.acceptLicenseAgreement', reason: 'Required' },
    ]);
    const community = { ...spec, edition: 'community', topology: { primaries: 1 } };
    expect(validateCluster({ ...sampleCluster(), spec: community }).errors).toEqual([]);
  });

  it.each([
    [
      'server.memory.heap.max_size',
      '1g',
      'follows from the rest of the spec (1g); remove it and set spec.memory.heap',
    ],
    [
      'initial.dbms.default_primaries_count',
      '3',
      'follows from the rest of the spec (3); remove it and set spec.topology.defaultDatabase',
    ],
    [
      'server.bolt.listen_address',
      ':1',
      'follows from the rest of the spec (:1); remove it: the ports are fixed',
    ],
    [
      'server.jvm.additional',
      '-Xss1m',
      'follows from the rest of the spec (-Xss1m); remove it: it cannot be chosen',
    ],
    ['dbms.memory.heap.max_size', '1g', 'is a name of Neo4j 4 (1g); remove it and set spec.memory.heap'],
    ['dbms.cluster.discovery.version', 'V2_ONLY', 'is gone since 2025.01 (V2_ONLY); '],
    [
      'db.transaction.timeout',
      'soon',
      'is no value of this setting (soon); write a duration as 500ms, 10s or 1h30m',
    ],
    [
      'dbms.security.auth_minimum_password_length',
      '33',
      'is more than generated passwords have (33); use at most 32',
    ],
    [
      'dbms.memory.transaction.total.max',
      '9g',
      'is 9g, but the heap has 2240m; lower it, or raise memory.heap',
    ],
  ])('is told what to do about the setting %s', (key, value, text) => {
    const errors = settingErrors({ [key]: value });

    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(`spec.config[${key}]: ${text}`);
  });

  it.each([
    [{ resources: { limits: { memory: '1Gi' } } }, 'spec.resources.limits.memory: 1 GiB are not enough'],
    [{ resources: { requests: { memory: '1Gi' } } }, 'spec.resources.requests.memory: 1 GiB are not enough'],
    [{ memory: { heap: '8Gi' } }, 'spec.memory.heap: a heap of 8 GiB does not fit into 4 GiB'],
    [
      { memory: { heap: '1Gi', pageCache: '6Gi' } },
      'spec.memory.pageCache: a heap of 1 GiB and a page cache of 6 GiB',
    ],
    [
      { memory: { heap: '100Mi' } },
      'spec.memory.heap: a heap of 100 MiB is too small (100Mi); set at least 256 MiB',
    ],
    [{ image: { tag: '5.25.0' }, resources: { limits: { memory: '1Gi' } } }, 'spec.image.tag: is no version'],
  ] as const)('is told about memory and image that cannot be: %j', (change, text) => {
    expect(verdictOn(change as SpecChange).errors[0]).toContain(text);
  });

  it('is told about a default database with more copies than servers', () => {
    expect(
      verdictOn({ topology: { primaries: 3, secondaries: 1, defaultDatabase: { secondaries: 2 } } }).errors,
    ).toEqual([
      'spec.topology.defaultDatabase.secondaries: is more than there are servers without a primary of the database (2); ' +
        'use at most 1, or pool for one on every secondary server',
    ]);
    expect(
      verdictOn({ topology: { primaries: 3, defaultDatabase: { primaries: 1, secondaries: 2 } } }).errors,
    ).toEqual([]);
  });

  it('is told of everything at once', () => {
    const { errors } = verdictOn({
      image: { tag: '2026.08.1' },
      memory: { heap: '9Gi' },
      config: { 'db.transaction.timeout': 'soon', 'server.jvm.additional': '-Xmx1g' },
      topology: { primaries: 3, defaultDatabase: { secondaries: 9 } },
    });

    expect(errors).toHaveLength(4);
  });
});

describe('what is odd', () => {
  it('is told, and accepted', () => {
    const { errors, warnings } = verdictOn({
      topology: { primaries: 4, defaultDatabase: { primaries: 2 } },
      config: { 'server.plugin.own': '1' },
    });

    expect(errors).toEqual([]);
    expect(warnings).toEqual([
      'spec.topology.primaries: is even: of 4 servers no more may fail than of 3; use 3 or 5',
      'spec.topology.defaultDatabase.primaries: is even: of 2 primaries of the database no more may fail than of 1; use 1 or 3',
      expect.stringMatching(/^spec\.config\[server\.plugin\.own\]: is not known/),
    ]);
  });

  it('is told beside the faults', () => {
    const { errors, warnings } = verdictOn({
      config: { 'server.plugin.own': '1', 'db.transaction.timeout': 'x' },
    });

    expect([errors.length, warnings.length]).toEqual([1, 1]);
  });
});

describe('validation', () => {
  it('never throws, and what passes can be rendered', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.anything(), fc.record({ spec: fc.anything(), metadata: fc.anything() })),
        (anything) => {
          expect(() => validateCluster(anything)).not.toThrow();
        },
      ),
    );
    const text = fc.oneof(
      fc.constantFrom('1', '512m', '4Gi', '1s', 'true', '$(id)', 'a: b, but has to be c'),
      fc.string(),
    );
    const key = fc.constantFrom(
      'db.transaction.timeout',
      'dbms.memory.transaction.total.max',
      'a.b',
      'server.jvm.additional',
    );
    fc.assert(
      fc.property(
        fc.dictionary(key, text, { noNullPrototype: true }),
        fc.constantFrom('1Gi', '2Gi', '3.3Gi', '1e10', '0'),
        fc.constantFrom('1Gi', '1', '900Mi', '20Gi'),
        (config, memory, heap) => {
          const cluster = sampleCluster({ config, memory: { heap }, resources: { limits: { memory } } });
          const { errors } = validateCluster(cluster);

          expect(
            errors.every(({ field, message, remedy }) => field !== '' && message !== '' && remedy !== ''),
          ).toBe(true);
          if (errors.length === 0) sampleServers(cluster).map(rendered);
        },
      ),
    );
  });
});
