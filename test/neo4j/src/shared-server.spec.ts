import { expect, it } from '@jest/globals';
import { describeEachServer } from './describe.ts';
import { sharedServer } from './shared-server.ts';

describeEachServer('The shared server', (version) => {
  it('is one for all that ask, and outlives them', async () => {
    const [one, other] = await Promise.all([sharedServer(version), sharedServer(version)]);
    expect(other.boltAddress).toBe(one.boltAddress);
    await one.stop();
    const discovery = await fetch(`http://${String((await sharedServer(version)).httpAddress)}/`);
    expect(await discovery.json()).toMatchObject({
      neo4j_version: version,
      neo4j_edition: 'community',
      bolt_direct: `bolt://${one.boltAddress}`,
    });
  });
});
