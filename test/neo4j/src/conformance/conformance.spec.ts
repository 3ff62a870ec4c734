// A simulated server is right only where it was compared with a real one.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeEachServer } from '../describe.ts';
import { sharedServer } from '../shared-server.ts';
import { serverVersions } from '../versions.ts';
import { compare, interactionNames, type Pair, removeData } from './compare.ts';
import { knownDifferences } from './known-differences.ts';
import { startSimulatedServer } from './simulated-server.ts';

describeEachServer('A simulated server answers like a real one', (version) => {
  let pair: Pair;
  beforeAll(async () => {
    const [real, simulated] = await Promise.all([sharedServer(version), startSimulatedServer(version)]);
    pair = { version, real, simulated };
    await removeData(real);
  });
  afterAll(async () => {
    await pair.simulated.stop();
    await removeData(pair.real);
  });

  it.each(interactionNames(version))('%s', async (name) => {
    const { verdict, differences } = await compare(pair, name);
    if (verdict === 'differs') expect(differences).toEqual([]);
    expect(['equal', 'known']).toContain(verdict);
  });
});

describe('The interactions', () => {
  it.each(serverVersions)('with %s are many, and each has a name of its own', (version) => {
    const names = interactionNames(version);
    expect(names.length).toBeGreaterThan(200);
    expect(new Set(names).size).toBe(names.length);
  });

  it('include those that are known to differ, each once', () => {
    const listed = knownDifferences.flatMap(({ interaction, versions }) =>
      versions.map((version) => `${version} ${interaction}`),
    );
    expect(new Set(listed).size).toBe(listed.length);
    const all = serverVersions.flatMap((version) =>
      interactionNames(version).map((name) => `${version} ${name}`),
    );
    expect(listed.filter((entry) => !all.includes(entry))).toEqual([]);
  });
});
