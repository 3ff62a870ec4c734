// What neo4j-admin renders, as the real `server validate-config` sees it.
import { expect, it } from '@jest/globals';
import { findSetting } from '../../../libs/neo4j-admin/src/catalogue/index.ts';
import { checkUserSettings, renderConfiguration } from '../../../libs/neo4j-admin/src/config/index.ts';
import { plainModel, sampleModels } from '../../../libs/neo4j-admin/src/config/sample-models.spec-helper.ts';
import { describeEachServer } from './describe.ts';
import { serverFor } from './statement-check.ts';
import { validateConfig } from './validate-config.ts';

function textOf(model: Parameters<typeof renderConfiguration>[0]): string {
  const rendered = renderConfiguration(model);
  if (!rendered.ok) throw new Error(JSON.stringify(rendered.problems));
  return rendered.configuration.text;
}

describeEachServer('A rendered configuration', (server) => {
  const mine = sampleModels().filter(({ model }) => serverFor(model.version) === server);
  const community = mine.filter(
    ({ model }) => model.edition === 'community' && model.version.text === server,
  );
  // Every form for the version that is here; of the others the one that uses everything, since each takes a second.
  const enterprise = mine.filter(
    ({ model, name }) =>
      model.edition === 'enterprise' && (model.version.text === server || name.endsWith('member')),
  );

  it.each(community.map(({ name, model }) => [name, model] as const))(
    'passes strictly: %s',
    async (_, model) => {
      expect(await validateConfig(server, textOf(model), { strict: true })).toEqual({
        exitCode: 0,
        issues: [],
      });
    },
  );

  it.each(enterprise.map(({ name, model }) => [name, model] as const))(
    'passes but for what only Enterprise declares: %s',
    async (_, model) => {
      const { exitCode, issues } = await validateConfig(server, textOf(model), { strict: false });
      const expected = issues.filter(
        ({ kind, setting }) =>
          kind === 'unrecognized' && setting !== undefined && findSetting(setting)?.edition === 'enterprise',
      );
      expect(issues.filter((issue) => !expected.includes(issue))).toEqual([]);
      expect(exitCode).toBe(0);
      expect(expected.length).toBeGreaterThan(10);
    },
  );
});

describeEachServer('A configuration that is known to be bad', (server) => {
  const model = plainModel(server, 'community');

  it.each([
    ['an unknown key', 'server.memory.heap.maximum', '1g', 'unrecognized'],
    ['a bad size', 'db.memory.transaction.max', '12 apples', 'invalid'],
    ['a bad choice', 'db.logs.query.transaction.enabled', 'SOMETIMES', 'invalid'],
    ['a size below zero', 'db.memory.transaction.max', '-1m', 'invalid'],
    ['a bad duration', 'db.transaction.timeout', 'soon', 'invalid'],
  ])('fails in both: %s', async (_, key, value, kind) => {
    const problems = checkUserSettings({ [key]: value }, model);
    const real = await validateConfig(server, `${textOf(model)}${key}=${value}\n`, { strict: true });
    expect(real).toMatchObject({ exitCode: 78, issues: [{ severity: 'error', kind, setting: key }] });
    // For a key that nobody knows our own check leaves the verdict to the server: a plugin may have brought it.
    expect(problems).toMatchObject([{ severity: key.endsWith('maximum') ? 'warning' : 'error' }]);
  });

  it('is found by us alone if only the virtual machine would notice', async () => {
    const settings = { 'server.memory.heap.initial_size': '2g', 'server.memory.heap.max_size': '1g' };
    const text = Object.entries(settings).map(([key, value]) => `${key}=${value}\n`);
    expect(await validateConfig(server, text.join(''), { strict: true })).toEqual({
      exitCode: 0,
      issues: [],
    });
    expect(checkUserSettings(settings, model).some(({ severity }) => severity === 'error')).toBe(true);
  });

  it('with a key twice fails on the server, and cannot be rendered', async () => {
    const twice = `${textOf(model)}db.transaction.timeout=1s\ndb.transaction.timeout=2s\n`;
    expect(await validateConfig(server, twice, { strict: true })).toMatchObject({
      exitCode: 78,
      issues: [{ severity: 'error', kind: 'duplicate', setting: 'db.transaction.timeout' }],
    });
    const settings = { 'db.transaction.timeout': '1s', ' DB.transaction.timeout': '2s' };
    expect(checkUserSettings(settings, model)).toContainEqual(
      expect.objectContaining({ reason: 'Duplicate' }),
    );
  });
});
