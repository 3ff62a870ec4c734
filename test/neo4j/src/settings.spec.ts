// The catalogue of settings is that of real servers.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readSettings, type SettingView, showSettings, versionOf } from '@neo4j-operator/neo4j-admin';
import { availability, findSetting, settingNames } from '../../../libs/neo4j-admin/src/catalogue/index.ts';
import { connect } from './connections.spec-helper.ts';
import { describeEachServer } from './describe.ts';
import { sharedServer } from './shared-server.ts';

describeEachServer('The catalogue of settings', (versionText) => {
  const version = versionOf(versionText);
  let connections: ReturnType<typeof connect>;
  let real: ReadonlyMap<string, SettingView>;

  beforeAll(async () => {
    const server = await sharedServer(versionText);
    connections = connect(server);
    const { rows } = await connections.direct(server.boltAddress, showSettings(version));
    real = new Map(readSettings(rows).map((setting) => [setting.name, setting]));
  });
  afterAll(() => connections.close());

  it('has every one that the server has, and takes it for available', () => {
    const missing = [...real.keys()].filter((name) => {
      const setting = findSetting(name);
      return setting === undefined || availability(setting, version, 'community').state !== 'available';
    });
    expect(missing).toEqual([]);
  });

  it('has none for this version and edition that the server does not have', () => {
    const surplus = settingNames.filter((name) => {
      const setting = findSetting(name);
      return setting !== undefined && availability(setting, version, 'community').state === 'available';
    });
    expect(surplus.filter((name) => !real.has(name))).toEqual([]);
  });

  it('knows which of them can be changed in a running server', () => {
    const wrong = [...real.values()].filter(
      ({ isDynamic, name }) => findSetting(name)?.dynamic !== isDynamic,
    );
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });
});
