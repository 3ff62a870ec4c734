import { describe, expect, it } from '@jest/globals';
import type { Mount } from '../program.ts';
import { mapPaths } from './map-paths.ts';

function mount(mountPath: string, hostPath: string): Mount {
  return { mountPath, hostPath, readOnly: false, source: { type: 'emptyDir', volume: 'v' } };
}

const mounts = [mount('/data', '/host/1'), mount('/data/logs/', '/host/2/'), mount('/conf.d', '/host/3')];

describe('mapPaths', () => {
  it.each([
    ['/data', '/host/1'],
    ['/data/x/y', '/host/1/x/y'],
    ['/data/logs/a.log', '/host/2/a.log'],
    ['--home=/data', '--home=/host/1'],
    ['/bin:/data/bin:/conf.d', '/bin:/host/1/bin:/host/3'],
    ['cat /data/a "/data/b"', 'cat /host/1/a "/host/1/b"'],
    ['/database', '/database'],
    ['/var/data', '/var/data'],
    ['/confXd', '/confXd'],
    ['http://host/data', 'http://host/data'],
  ])('makes of %j %j', (text, expected) => {
    expect(mapPaths(text, mounts)).toBe(expected);
  });

  it('leaves everything as it is without mounts', () => {
    expect(mapPaths('/data', [])).toBe('/data');
  });
});
