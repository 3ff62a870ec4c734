import { describe, expect, it } from '@jest/globals';
import { VirtualClock, seededRng } from '@neo4j-operator/clock';
import { SimNetwork } from '../model/network.ts';
import { promptTimings } from '../model/timings.ts';
import { newVolume } from '../model/volume.ts';
import { type BootInput, type BootResult, bootServer } from './boot.ts';

const licence = { NEO4J_ACCEPT_LICENSE_AGREEMENT: 'yes' };

function boot(input: Partial<BootInput>): BootResult {
  const network = new SimNetwork({ clock: new VirtualClock(), rng: seededRng(1), timings: promptTimings });
  return bootServer({
    network,
    volume: newVolume(),
    version: '2026.08.1',
    edition: 'enterprise',
    conf: '',
    environment: licence,
    ...input,
  });
}

function failure(input: Partial<BootInput>): { readonly exitCode: number; readonly log: string } {
  const result = boot(input);
  if (result.ok) {
    result.server.crash();
    throw new Error('it has started');
  }
  return { exitCode: result.exitCode, log: result.log.join('\n') };
}

function started(input: Partial<BootInput>): Extract<BootResult, { ok: true }> {
  const result = boot(input);
  if (!result.ok) throw new Error(result.log.join('\n'));
  result.server.crash();
  return result;
}

describe('a server does not start', () => {
  it('without an accepted licence, except Community', () => {
    expect(failure({ environment: {} })).toMatchObject({ exitCode: 1 });
    expect(failure({ environment: { NEO4J_ACCEPT_LICENSE_AGREEMENT: 'no' } })).toMatchObject({ exitCode: 1 });
    started({ environment: { NEO4J_ACCEPT_LICENSE_AGREEMENT: 'eval' } });
    started({ environment: {}, edition: 'community' });
  });

  it.each([
    ['2026.08.1', 'dbms.cluster.discovery.version=V2_ONLY'],
    ['2026.08.1', 'server.discovery.advertised_address=a:5000'],
    ['2026.08.1', 'server.memory.heap.max_sise=1g'],
    ['5.26.30', 'dbms.cluster.endpoints=a:6000'],
    ['5.26.30', 'db.query.default_language=CYPHER_5'],
  ])('%s with the setting %s that it does not know', (version, conf) => {
    expect(failure({ version, conf })).toMatchObject({
      exitCode: 1,
      log: `Unrecognized setting. No declared setting with name: ${conf.split('=')[0] ?? ''}.`,
    });
    const lenient = started({ version, conf: `${conf}\nserver.config.strict_validation.enabled=false` });
    expect(lenient.log[0]).toContain('WARN Unrecognized setting');
  });

  it('with Enterprise settings on Community', () => {
    expect(failure({ edition: 'community', conf: 'dbms.cluster.endpoints=a:6000' }).exitCode).toBe(1);
  });

  it('with a setting twice, a value that is none, or a line that is none', () => {
    expect(failure({ conf: 'db.format=block\ndb.format=aligned' }).log).toBe(
      'db.format declared multiple times.',
    );
    started({ conf: 'server.jvm.additional=-Da=1\nserver.jvm.additional=-Db=2' });
    expect(failure({ conf: 'server.http.enabled=maybe' }).log).toContain('is not a boolean');
    expect(failure({ conf: 'server.http.enabled' }).log).toContain('Unparsable line');
  });

  it('with an initial heap above the maximum, or more memory than the container has', () => {
    const gib = 1024 ** 3;
    const heap = 'server.memory.heap.initial_size=2g\nserver.memory.heap.max_size=1g';
    expect(failure({ conf: heap }).exitCode).toBe(1);
    const all = 'server.memory.heap.max_size=1g\nserver.memory.pagecache.size=1g';
    expect(failure({ conf: all, memoryLimitBytes: 1.5 * gib }).exitCode).toBe(137);
    started({ conf: all, memoryLimitBytes: 2 * gib });
    // Without a page cache of its own it gets 512 MiB from the image.
    expect(failure({ conf: 'server.memory.heap.max_size=1g', memoryLimitBytes: 1.25 * gib }).exitCode).toBe(
      137,
    );
  });

  it('with a volume that another one uses, or that a newer version has written', () => {
    const volume = newVolume();
    const first = boot({ volume });
    expect(failure({ volume }).log).toContain('locked');
    if (first.ok) first.server.crash();
    expect(failure({ volume, version: '2026.07.1' }).log).toContain('Downgrade');
  });

  it('with an initial password that is none', () => {
    for (const auth of ['admin/long-enough', 'neo4j/neo4j', 'neo4j', 'neo4j/short']) {
      expect(failure({ environment: { ...licence, NEO4J_AUTH: auth } }).exitCode).toBe(1);
    }
    expect(failure({ environment: { ...licence, NEO4J_AUTH_PATH: '/secret' } }).log).toContain(
      'cannot be read',
    );
  });
});

describe('the environment', () => {
  it('becomes settings, over those of the file', () => {
    const { server } = started({
      conf: 'server.memory.heap.max_size=1g',
      environment: {
        ...licence,
        NEO4J_server_memory_heap_max__size: '2g',
        NEO4J_apoc_export_file_enabled: 'true',
      },
    });
    expect(server.configuration.settings.get('server.memory.heap.max_size')).toBe('2g');
    expect(server.configuration.settings.size).toBe(1);
  });

  it('of a service named neo4j breaks the start, which is why service links have to be off', () => {
    const environment = { ...licence, NEO4J_SERVICE_HOST: '10.0.0.1' };
    expect(failure({ environment }).log).toContain('SERVICE.HOST');
  });

  it('gives the first password, also by a file', () => {
    const volume = newVolume();
    const files = new Map([['/auth', 'neo4j/from-the-file\n']]);
    started({ volume, files, environment: { ...licence, NEO4J_AUTH_PATH: '/auth' } });
    expect(volume.initialPassword).toEqual({ password: 'from-the-file', changeRequired: false });
    started({ volume, environment: { ...licence, NEO4J_AUTH: 'neo4j/changed-later/true' } });
    expect(volume.initialPassword).toEqual({ password: 'changed-later', changeRequired: true });
    const { server } = started({ environment: { ...licence, NEO4J_AUTH: 'none' } });
    expect(server.configuration.security.authEnabled).toBe(false);
  });
});
