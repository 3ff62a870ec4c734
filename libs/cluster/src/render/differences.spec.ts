import { describe, expect, it } from '@jest/globals';
import { versionOf } from '@neo4j-operator/neo4j-admin';
import type { SpecChange } from './samples.spec-helper.ts';
import {
  afterwards,
  firstServer,
  rendered,
  sampleCluster,
  without,
  withSpec,
} from './samples.spec-helper.ts';
import type { RenderRevision } from './revision.ts';
import type { RenderedServer, ServerInput } from './server.ts';

const input = firstServer(sampleCluster());
const first = rendered(input);
const running = afterwards(input, first);

function afterChange(change: SpecChange): RenderedServer {
  return rendered(withSpec(running, change));
}

function fieldsOf({ differences }: RenderedServer): readonly string[] {
  return differences.map(({ field, cause }) => `${field} (${cause})`);
}

describe('what needs a restart', () => {
  it.each([
    ['resources', { resources: { limits: { memory: '4Gi', cpu: '2' } } }, 'spec.resources'],
    ['more memory', { resources: { limits: { memory: '8Gi' } } }, 'spec.resources'],
    ['the heap', { memory: { heap: '1Gi' } }, 'spec.memory'],
    ['a variable', { env: [{ name: 'A', value: 'b' }] }, 'spec.env'],
    ['the licence', { acceptLicenseAgreement: 'commercial' }, 'spec.acceptLicenseAgreement'],
    ['the image', { image: { tag: '2026.08.0' } }, 'spec.image'],
    ['how it is pulled', { image: { tag: '2026.08.1', pullPolicy: 'Always' } }, 'spec.image.pullPolicy'],
    ['who may pull it', { image: { tag: '2026.08.1', pullSecrets: ['s'] } }, 'spec.image.pullSecrets'],
    [
      'a setting',
      { config: { 'server.bolt.thread_pool_max_size': '100' } },
      'spec.config[server.bolt.thread_pool_max_size]',
    ],
    ['an unknown setting', { config: { 'server.plugin.own': '1' } }, 'spec.config[server.plugin.own]'],
  ] as const)('is named by its field: %s', (_, change, field) => {
    expect(fieldsOf(afterChange(change as SpecChange))).toEqual([`${field} (spec)`]);
  });

  it('is named for each field', () => {
    const change: SpecChange = {
      memory: { heap: '1Gi', pageCache: '1Gi' },
      resources: { limits: { memory: '8Gi' } },
      config: { 'server.bolt.thread_pool_max_size': '100', 'db.logs.query.threshold': '1s' },
    };

    expect(fieldsOf(afterChange(change))).toEqual([
      'spec.config[server.bolt.thread_pool_max_size] (spec)',
      'spec.memory (spec)',
      'spec.resources (spec)',
    ]);
  });

  it('is named when a setting is given back to its default', () => {
    const community: SpecChange = { edition: 'community', topology: { primaries: 1 } };
    const before = firstServer(sampleCluster({ ...community, config: { 'db.logs.query.threshold': '1s' } }));
    const after = withSpec(afterwards(before, rendered(before)), community);

    expect(fieldsOf(rendered(after))).toEqual(['spec.config[db.logs.query.threshold] (spec)']);
  });

  it('leaves the template as it is, but for the ConfigMap', () => {
    const next = afterChange({
      env: [{ name: 'A', value: 'b' }],
      config: { 'db.logs.query.threshold': '1s' },
    });
    const named = (server: RenderedServer) =>
      JSON.stringify(server.statefulSet.spec).replaceAll(server.configMap.metadata.name, 'NAME');
    const before = { ...first, statefulSet: running.existing?.statefulSet ?? first.statefulSet };

    expect(next.keepsTemplate).toBe(true);
    expect(next.configMap.metadata.name).not.toBe(first.configMap.metadata.name);
    expect(named(next)).toBe(named(before));
    expect(next.statefulSet.metadata.annotations).toEqual(first.statefulSet.metadata.annotations);
  });

  it('is nothing that is live, or read at the next start only', () => {
    const next = afterChange({
      config: { 'db.logs.query.threshold': '1s', 'dbms.cluster.raft.binding_timeout': '3h' },
    });

    expect(next.differences).toEqual([]);
    expect(next.keepsTemplate).toBe(false);
    expect(next.settings.get('db.logs.query.threshold')).toEqual(['1s']);
    expect(next.settings.get('dbms.cluster.raft.binding_timeout')).toEqual(['3h']);
  });

  it('holds back a limit that only the larger heap has room for', () => {
    const next = afterChange({
      memory: { heap: '3Gi' },
      config: { 'dbms.memory.transaction.total.max': '2800m' },
    });

    expect(next.settings.get('dbms.memory.transaction.total.max')).toBeUndefined();
    expect(fieldsOf(next)).toEqual([
      'spec.config[dbms.memory.transaction.total.max] (spec)',
      'spec.memory (spec)',
    ]);
  });

  it('is every part of a template of which nobody has noted how it was rendered', () => {
    const { existing } = running;
    if (existing === undefined) throw new Error('it exists');
    const metadata = without(existing.statefulSet.metadata, 'annotations');
    const next = rendered({
      ...running,
      existing: { ...existing, statefulSet: { ...existing.statefulSet, metadata } },
    });

    expect(next.keepsTemplate).toBe(true);
    expect(next.statefulSet.spec.template).toEqual(existing.statefulSet.spec.template);
  });
});

describe('another image', () => {
  const older: ServerInput = {
    ...running,
    running: { image: 'neo4j:2025.01.0-enterprise', version: versionOf('2025.01.0') },
  };

  it('is not what the server runs, nor what a new server gets', () => {
    const next = rendered({ ...older, existing: undefined });

    expect(next.statefulSet.spec.template.spec.containers[0]?.image).toBe('neo4j:2025.01.0-enterprise');
    expect(fieldsOf(next)).toEqual(['spec.image (spec)']);
  });

  it('may come with settings that the running one does not know, which wait as well', () => {
    const before = { ...older, existing: undefined };
    const asked = withSpec(afterwards(before, rendered(before)), {
      config: { 'server.fleet_discovery.enabled': 'true', 'db.logs.query.threshold': '1s' },
    });
    const next = rendered(asked);

    expect(fieldsOf(next)).toEqual([
      'spec.config[server.fleet_discovery.enabled] (spec)',
      'spec.image (spec)',
    ]);
    expect(next.settings.has('server.fleet_discovery.enabled')).toBe(false);
    expect(next.settings.get('db.logs.query.threshold')).toEqual(['1s']);
  });
});

describe('defaults of another version of the operator', () => {
  const successor: RenderRevision = {
    settings: {
      ...input.revision.settings,
      'db.logs.query.threshold': '10s',
      'dbms.cluster.raft.binding_timeout': '2h',
      'server.logs.gc.enabled': 'true',
    },
  };

  it('are told apart from what the user asks for', () => {
    const next = rendered({ ...running, revision: successor });

    expect(next.differences).toEqual([{ field: 'server.logs.gc.enabled', cause: 'operator' }]);
    expect(next.keepsTemplate).toBe(false);
    expect(next.settings.get('db.logs.query.threshold')).toEqual(['10s']);
    expect(next.settings.get('dbms.cluster.raft.binding_timeout')).toEqual(['2h']);
    expect(next.settings.get('server.logs.gc.enabled')).toEqual(['false']);
  });

  it('are told apart also when the user has asked for something else', () => {
    const next = rendered({
      ...withSpec(running, { env: [{ name: 'A', value: 'b' }], memory: { heap: '1Gi' } }),
      revision: successor,
    });

    expect(fieldsOf(next)).toEqual([
      'server.logs.gc.enabled (operator)',
      'spec.env (spec)',
      'spec.memory (spec)',
    ]);
  });

  it('stay told apart while the rest of the StatefulSet is written', () => {
    const once = rendered({ ...running, revision: successor });
    const again = rendered(afterwards({ ...running, revision: successor }, once));

    expect(again).toEqual(once);
  });

  it('do not touch the settings that the user has set', () => {
    const before = firstServer(sampleCluster({ config: { 'server.logs.gc.enabled': 'false' } }));
    const after = { ...afterwards(before, rendered(before)), revision: successor };

    expect(rendered(after).differences).toEqual([]);
  });

  it('of the pod are told as such', () => {
    const { existing } = running;
    if (existing === undefined) throw new Error('it exists');
    const { statefulSet } = existing;
    const name = 'neo4j.neo4j.com/template-hash';
    const older = (statefulSet.metadata.annotations?.[name] ?? '').replace(
      /rest=.{16}/,
      'rest=0123456789abcdef',
    );
    const annotations = { ...statefulSet.metadata.annotations, [name]: older };
    const next = rendered({
      ...running,
      existing: {
        ...existing,
        statefulSet: { ...statefulSet, metadata: { ...statefulSet.metadata, annotations } },
      },
    });

    expect(fieldsOf(next)).toEqual(['the template of the pod (operator)']);
    expect(next.keepsTemplate).toBe(true);
  });
});
