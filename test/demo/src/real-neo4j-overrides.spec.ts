import { describe, expect, it } from '@jest/globals';
import { hostPathOf, overridesFor } from '../../../tools/demo/real-neo4j-overrides.ts';

const outside = {
  address: '127.64.1.2',
  home: '/tmp/home',
  mounts: [
    { mountPath: '/data', hostPath: '/tmp/claim' },
    { mountPath: '/data/import', hostPath: '/tmp/import' },
  ],
};

describe('The lines that cannot hold outside of a container', () => {
  it.each([
    ['server.default_listen_address=0.0.0.0', '127.64.1.2'],
    ['server.bolt.listen_address=0.0.0.0:7687', '127.64.1.2:7687'],
    ['server.directories.data=/data', '/tmp/claim'],
    ['server.directories.logs=/data/logs', '/tmp/claim/logs'],
    ['server.directories.import=/data/import/x', '/tmp/import/x'],
    ['server.logs.config=/var/lib/neo4j/conf/server-logs.xml', '/tmp/home/conf/server-logs.xml'],
  ])('%s becomes %s', (line, value) => {
    const [key, rendered] = line.split('=');
    expect(overridesFor(`# a comment\n${line}\n`, outside)).toEqual([{ key, rendered, value }]);
  });

  it.each([
    '# server.directories.data=/data',
    'server.bolt.advertised_address=solo-1.default.svc.cluster.local:7687',
    'server.http.listen_address=127.0.0.1:7474',
    'server.jvm.additional=-XX:+UseG1GC',
    'db.tx_log.path=/database',
    '',
  ])('%s is left as it is', (line) => {
    expect(overridesFor(`${line}\n`, outside)).toEqual([]);
  });
});

it('a path in no mount is nowhere', () => {
  expect(hostPathOf('/etc/passwd', outside.mounts)).toBeUndefined();
});
