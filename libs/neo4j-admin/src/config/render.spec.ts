import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { availability, findSetting } from '../catalogue/index.ts';
import { formatConf, parseConf } from './conf-text.ts';
import type { ServerModel } from './model.ts';
import { type Configuration, renderConfiguration } from './render.ts';
import { fullModel, plainModel, sampleModels } from './sample-models.spec-helper.ts';
import { gibibyte } from './value.ts';

function rendered(model: ServerModel): Configuration {
  const result = renderConfiguration(model);
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('; '));
  return result.configuration;
}

function lines(model: ServerModel, pattern: RegExp): readonly string[] {
  return rendered(model)
    .text.split('\n')
    .filter((line) => pattern.test(line));
}

describe.each(sampleModels())('the configuration of $name', ({ model }) => {
  const { settings, text, classes } = rendered(model);

  it('has only keys that this version and edition know', () => {
    const strangers = [...settings.keys()].filter((key) => {
      const setting = findSetting(key);
      return (
        setting === undefined || availability(setting, model.version, model.edition).state !== 'available'
      );
    });

    expect(strangers).toEqual([]);
  });

  it('reads back as what it says, in ASCII, with one line for each value', () => {
    expect([...parseConf(text)]).toEqual([...settings]);
    expect(text).toMatch(/^([ -~]+\n)+$/);
    const repeated = [...settings].filter(([, values]) => values.length !== 1).map(([key]) => key);
    expect(repeated.filter((key) => key !== 'server.jvm.additional')).toEqual([]);
  });

  it('is in the order of the keys, each with a restart class', () => {
    expect([...settings.keys()]).toEqual([...settings.keys()].toSorted());
    expect([...classes.keys()]).toEqual([...settings.keys()]);
  });
});

describe('discovery', () => {
  it('is by the second service under the old names in 5.26', () => {
    expect(lines(fullModel('5.26.30'), /discovery|endpoints/)).toEqual([
      'dbms.cluster.discovery.resolver_type=LIST',
      'dbms.cluster.discovery.v2.endpoints=graph-0.graph.default.svc.cluster.local:6000,' +
        'graph-1.graph.default.svc.cluster.local:6000,graph-2.graph.default.svc.cluster.local:6000',
      'dbms.cluster.discovery.version=V2_ONLY',
    ]);
  });

  it('is by the only service under the new names since 2025.01', () => {
    expect(lines(fullModel('2025.01.0'), /discovery|endpoints/)).toEqual([
      'dbms.cluster.discovery.resolver_type=LIST',
      'dbms.cluster.endpoints=graph-0.graph.default.svc.cluster.local:6000,' +
        'graph-1.graph.default.svc.cluster.local:6000,graph-2.graph.default.svc.cluster.local:6000',
    ]);
  });

  it('is none for a server that stays alone, nor for Community', () => {
    expect(lines(plainModel('2026.08.1'), /endpoints|resolver/)).toEqual([]);
    expect(
      lines(plainModel('2026.08.1', 'community'), /^(dbms\.cluster|server\.cluster|server\.metrics)/),
    ).toEqual([]);
  });
});

describe('what differs between versions', () => {
  it('is where the logs are configured', () => {
    expect(lines(plainModel('5.26.30'), /^server\.logs\.(user\.)?config/)).toEqual([
      'server.logs.config=conf/server-logs.xml',
      'server.logs.user.config=conf/user-logs.xml',
    ]);
    expect(lines(plainModel('2025.01.0'), /^server\.logs\.(user\.)?config/)).toEqual([
      'server.logs.config=server-logs.xml',
      'server.logs.user.config=user-logs.xml',
    ]);
  });

  it('is whom a server talks to unasked', () => {
    expect(lines(plainModel('2025.06.0'), /fleet/)).toEqual([]);
    expect(lines(plainModel('2026.08.1', 'community'), /fleet/)).toEqual([
      'dbms.fleet_manager.enabled=false',
      'server.fleet_discovery.enabled=false',
    ]);
  });

  it('is the default language', () => {
    expect(lines(fullModel('5.26.30'), /default_language/)).toEqual([]);
    expect(lines(fullModel('2026.08.1'), /default_language/)).toEqual([
      'db.query.default_language=CYPHER_25',
    ]);
  });

  it('is the reload of certificates', () => {
    expect(lines(fullModel('2025.01.0'), /tls_reload/)).toEqual([]);
    expect(lines(fullModel('2025.03.0'), /tls_reload/)).toEqual(['dbms.security.tls_reload_enabled=true']);
  });
});

describe('encryption', () => {
  it('is never made to trust everybody, and always says whether names are verified', () => {
    const conf = lines(fullModel('5.26.30'), /verify_hostname|trust_all/);

    expect(conf.filter((line) => line.endsWith('trust_all=false'))).toHaveLength(4);
    expect(conf).toContain('dbms.ssl.policy.cluster.verify_hostname=true');
  });

  it('is off without policies', () => {
    expect(lines(plainModel('2026.08.1'), /ssl|tls_level|https/)).toEqual([
      'server.bolt.tls_level=DISABLED',
      'server.https.enabled=false',
    ]);
  });
});

describe('metrics', () => {
  it('leave by Prometheus and by nothing else', () => {
    expect(lines(fullModel('2026.08.1'), /^server\.metrics/)).toEqual([
      'server.metrics.csv.enabled=false',
      'server.metrics.enabled=true',
      'server.metrics.filter=*',
      'server.metrics.jmx.enabled=false',
      'server.metrics.prometheus.enabled=true',
      'server.metrics.prometheus.endpoint=0.0.0.0:2004',
    ]);
  });
});

describe('settings of the user', () => {
  it('win over defaults', () => {
    const model = { ...plainModel('2026.08.1'), userSettings: { 'dbms.fleet_manager.enabled': 'true' } };

    expect(lines(model, /fleet_manager/)).toEqual(['dbms.fleet_manager.enabled=true']);
  });

  it('do not win over the model', () => {
    const model = { ...plainModel('2026.08.1'), userSettings: { 'server.memory.heap.max_size': '4g' } };

    expect(renderConfiguration(model)).toMatchObject({
      ok: false,
      problems: [{ setting: 'server.memory.heap.max_size', reason: 'OwnedByOperator' }],
    });
  });

  it('are used and warned of if nobody knows them', () => {
    const model = { ...plainModel('2026.08.1'), userSettings: { 'dbms.brand.new': '1' } };

    expect(renderConfiguration(model)).toMatchObject({ ok: true, warnings: [{ reason: 'Unknown' }] });
    expect(lines(model, /brand/)).toEqual(['dbms.brand.new=1']);
    expect(rendered(model).classes.get('dbms.brand.new')).toBe('restart');
  });

  it.each([
    ['dbms.memory.transaction.total.max', '900g'],
    ['db.memory.transaction.total.max', '961m'],
    ['db.memory.transaction.max', '1GiB'],
  ])('cannot give transactions more than the heap: %s=%s', (name, value) => {
    const model = { ...plainModel('5.26.30'), userSettings: { [name]: value } };

    expect(renderConfiguration(model)).toMatchObject({
      problems: [
        {
          setting: name,
          severity: 'error',
          reason: 'TransactionsExceedHeap',
          message: expect.stringContaining('raise memory.heap'),
        },
      ],
    });
  });

  it('may give transactions the whole heap, and are warned of no limit', () => {
    const withTotal = (value: string) =>
      renderConfiguration({
        ...plainModel('2026.08.1'),
        userSettings: { 'dbms.memory.transaction.total.max': value, 'db.memory.transaction.max': '0' },
      });

    expect(withTotal('960m')).toMatchObject({ ok: true, warnings: [] });
    expect(withTotal('0')).toMatchObject({
      ok: true,
      warnings: [{ setting: 'dbms.memory.transaction.total.max', reason: 'TransactionsExceedHeap' }],
    });
  });

  it('give the same text in whatever order they come', () => {
    const entries = Object.entries(fullModel('2026.08.1').userSettings);
    const expected = rendered(fullModel('2026.08.1')).text;

    fc.assert(
      fc.property(fc.shuffledSubarray(entries, { minLength: entries.length }), (shuffled) => {
        const model = { ...fullModel('2026.08.1'), userSettings: Object.fromEntries(shuffled) };
        return rendered(model).text === expected;
      }),
    );
  });
});

describe('values of the model', () => {
  it('cannot bring in a second line', () => {
    const plain = plainModel('2026.08.1');
    const model = {
      ...plain,
      identity: { ...plain.identity, host: 'graph\ndbms.security.auth_enabled=false' },
    };
    const result = renderConfiguration(model);

    expect(result.ok).toBe(false);
    expect(result).toMatchObject({
      problems: expect.arrayContaining([expect.objectContaining({ reason: 'ControlCharacter' })]),
    });
  });

  it('have to be what the settings take', () => {
    const model = { ...plainModel('2026.08.1'), initial: { name: 'neo4j', primaries: 12, secondaries: 0 } };

    expect(renderConfiguration(model)).toMatchObject({
      problems: [{ setting: 'initial.dbms.default_primaries_count', reason: 'WrongValue' }],
    });
  });

  it.each<[string, string, (model: ServerModel, value: string) => ServerModel]>([
    [
      'the host',
      'server.default_advertised_address',
      (model, host) => ({ ...model, identity: { ...model.identity, host } }),
    ],
    [
      'the address for clients',
      'server.bolt.advertised_address',
      (model, bolt) => ({ ...model, identity: { ...model.identity, advertised: { bolt } } }),
    ],
    [
      'the initial database',
      'initial.dbms.default_database',
      (model, name) => ({ ...model, initial: { ...model.initial, name } }),
    ],
    ['a path', 'server.directories.data', (model, data) => ({ ...model, directories: { data } })],
    ['metrics', 'server.metrics.filter', (model, pattern) => ({ ...model, metrics: { filter: [pattern] } })],
    [
      'the domains',
      'dbms.routing.client_side.enforce_for_domains',
      (model, domain) => ({
        ...model,
        routing: { defaultRouter: 'CLIENT', enforceForDomains: ['a.example.com', domain] },
      }),
    ],
    [
      'a setting of the user',
      'db.format',
      (model, format) => ({ ...model, userSettings: { 'db.format': format } }),
    ],
  ])('of %s cannot be a command', (_, setting, withValue) => {
    for (const value of ['$(id)', '/data/$(id)', '$(id']) {
      expect(renderConfiguration(withValue(plainModel('2026.08.1'), value))).toMatchObject({
        ok: false,
        problems: expect.arrayContaining([
          expect.objectContaining({
            setting,
            severity: 'error',
            reason: 'CommandExpansion',
            message: expect.stringContaining('write the result'),
          }),
        ]),
      });
    }
  });

  it.each(['ab', 'system2', 'a_b', 'movies-', 'a b'])('cannot name the initial database %j', (name) => {
    const model = { ...plainModel('2026.08.1'), initial: { name, primaries: 1, secondaries: 0 } };

    expect(renderConfiguration(model)).toMatchObject({
      problems: [{ setting: 'initial.dbms.default_database', reason: 'WrongValue' }],
    });
  });

  it.each<[Partial<ServerModel['memory']>, string, string]>([
    [{ heapInitial: 2 * gibibyte }, 'memory.initialHeap', 'InitialHeapAboveMax'],
    [{ heapInitial: 1 }, 'memory.initialHeap', 'HeapTooSmall'],
    [{ heapInitial: 1, heapMax: 1 }, 'memory.heap', 'HeapTooSmall'],
    [{ pageCache: 0 }, 'memory.pageCache', 'PageCacheTooSmall'],
    [{ heapMax: 1.5 * gibibyte + 0.5 }, 'memory.heapMax', 'NotBytes'],
    [{ pageCache: Number.NaN }, 'memory.pageCache', 'NotBytes'],
  ])('cannot be a plan with %j', (parts, setting, reason) => {
    const plain = plainModel('2026.08.1');

    expect(renderConfiguration({ ...plain, memory: { ...plain.memory, ...parts } })).toMatchObject({
      ok: false,
      problems: expect.arrayContaining([expect.objectContaining({ setting, severity: 'error', reason })]),
    });
  });

  it('may name the initial database after a year where the version can', () => {
    const named = (version: string) => ({
      ...plainModel(version),
      initial: { name: '2024movies', primaries: 1, secondaries: 0 },
    });

    expect(renderConfiguration(named('5.26.30')).ok).toBe(false);
    expect(renderConfiguration(named('2025.01.0')).ok).toBe(true);
  });
});

describe('the text', () => {
  const value = fc
    .string({ unit: 'binary', maxLength: 40 })
    .map((text) => text.replaceAll(/[\p{Cc}\p{Cs}]/gu, '').trim())
    .filter((text) => text.isWellFormed());
  const key = fc.stringMatching(/^[a-z]{1,8}(\.[a-z_]{1,8}){1,3}$/);

  it('keeps every value, and never lets one reach into the next line', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(key, value), { selector: ([name]) => name, maxLength: 8 }),
        (entries) => {
          const settings = new Map(entries.map(([name, text]) => [name, [text]]));
          const text = formatConf(settings);

          expect([...parseConf(text)]).toEqual([...settings]);
          expect(text.split('\n')).toHaveLength(entries.length + 1);
        },
      ),
    );
  });

  it('doubles a backslash, which would swallow the end of the line', () => {
    expect(formatConf(new Map([['a.b', [String.raw`C:\x\\`, 'é']]]))).toBe(
      'a.b=C:\\\\x\\\\\\\\\na.b=\\u00e9\n',
    );
  });

  it.each([
    ['# a comment\n'],
    ['\n'],
    ['a.b: c\n'],
    ['a.b c\n'],
    ['a.b = c\n'],
    ['a.b=c\\\nd\n'],
    ['a.b=c\\td\n'],
    ['a.b=c\\u00\n'],
    ['a.b=é\n'],
    ['a.b=c'],
    ['a.b=c\r\n'],
  ])('is not read where it was not written: %j', (text) => {
    expect(() => parseConf(`a.a=1\n${text}`)).toThrow(/^line 2 /);
  });
});
