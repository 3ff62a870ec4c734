// The configuration of the servers of a cluster, as the real `server validate-config` sees it.
import { expect, it } from '@jest/globals';
import { findSetting } from '@neo4j-operator/neo4j-admin';
import {
  rendered,
  sampleCluster,
  sampleServers,
  type SpecChange,
} from '../../../libs/cluster/src/render/samples.spec-helper.ts';
import { configurationFile } from '../../../libs/cluster/src/render/server.ts';
import { describeEachServer } from './describe.ts';
import { validateConfig } from './validate-config.ts';

function textsOf(spec: SpecChange): readonly string[] {
  return sampleServers(sampleCluster(spec)).map(
    (input) => rendered(input).configMap.data?.[configurationFile] ?? '',
  );
}

describeEachServer('The configuration of a cluster', (tag) => {
  const community: SpecChange = { edition: 'community', image: { tag }, topology: { primaries: 1 } };

  // Every line is that of the ConfigMap: what only a container has, such as its directories, is not looked for.
  it.each([
    ['as it comes', community],
    [
      'with memory and settings of the user',
      {
        ...community,
        memory: { heap: '1Gi', pageCache: '1500Mi' },
        config: {
          'db.logs.query.threshold': '1s',
          'dbms.memory.transaction.total.max': '500m',
          'dbms.security.auth_minimum_password_length': '12',
          'db.tx_log.rotation.retention_policy': '3 days 4G',
        },
      },
    ],
    [
      'with a database of another name',
      { ...community, topology: { primaries: 1, defaultDatabase: { name: 'movies' } } },
    ],
  ] satisfies readonly (readonly [string, SpecChange])[])(
    'of Community Edition passes strictly: %s',
    async (_, spec) => {
      const [text = ''] = textsOf(spec);

      expect(text).toContain('server.config.strict_validation.enabled=true\n');
      expect(await validateConfig(tag, text)).toEqual({ exitCode: 0, issues: [] });
    },
  );

  it('of Enterprise Edition passes but for what only that declares', async () => {
    const texts = textsOf({ image: { tag }, topology: { primaries: 3, secondaries: 1 } });
    const [primary, secondary] = [texts.at(0), texts.at(-1)];

    for (const text of [primary, secondary]) {
      const { exitCode, issues } = await validateConfig(tag, text ?? '', { strict: false });
      const unexpected = issues.filter(
        ({ kind, setting = '' }) => kind !== 'unrecognized' || findSetting(setting)?.edition !== 'enterprise',
      );
      expect({ exitCode, unexpected }).toEqual({ exitCode: 0, unexpected: [] });
      expect(issues.length).toBeGreaterThan(10);
    }
  });
});
