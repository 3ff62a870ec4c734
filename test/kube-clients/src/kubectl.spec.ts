import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWithControlPlane } from '../../controlplane/src/describe.ts';
import { excusedFrom, excuses } from './kubectl/excuses.ts';
import { normalise, transcript } from './kubectl/normalise.ts';
import { play } from './kubectl/play.spec-helper.ts';
import { customResources } from './kubectl/script/custom-resources.ts';
import { discovery } from './kubectl/script/discovery.ts';
import { infrastructure } from './kubectl/script/infrastructure.ts';
import { reading } from './kubectl/script/reading.ts';
import { workloads } from './kubectl/script/workloads.ts';
import { writing } from './kubectl/script/writing.ts';
import { openPair, type Pair } from './pair.spec-helper.ts';

const script = [...reading, ...writing, ...customResources, ...discovery, ...workloads, ...infrastructure];

describeWithControlPlane('kubectl says the same on both control planes', () => {
  let pair: Pair;
  const used = new Set<string>();
  beforeAll(async () => {
    pair = await openPair(['node-a', 'node-b']);
  });
  afterAll(() => pair.close());

  it.each(script.map((scene, index) => [scene.title, scene, index] as const))(
    '%s',
    async (_, scene, index) => {
      const said = await pair.onBoth(async (controlPlane) =>
        normalise(await play(controlPlane, `scene-${String(index)}`, scene)),
      );
      const { real, simulated } = excusedFrom(said, used);
      expect(transcript(simulated)).toBe(transcript(real));
    },
  );

  it('needs each of its excuses', () => {
    expect(excuses.filter(({ why }) => !used.has(why))).toEqual([]);
  });
});
