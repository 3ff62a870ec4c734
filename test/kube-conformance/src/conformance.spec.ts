// The simulated control plane is right only where it was compared with the real one.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWithControlPlane } from '../../controlplane/src/describe.ts';
import { compareScene, type Pair } from './compare.ts';
import { excuses } from './excuses.ts';
import { generate } from './generator/generate.ts';
import { closePair, startPair } from './pair.ts';
import { describeComparison } from './report.ts';
import type { Scene } from './scene.ts';
import { controllerScenes } from './scenes/controllers.ts';
import { scenes } from './scenes/index.ts';

const seed = 1;
const count = 300;

async function differences(
  pair: Pair,
  scene: Scene,
  namespace: string,
  seen: Set<string>,
  isRandom = false,
): Promise<string> {
  const comparisons = await compareScene(pair, scene, namespace, isRandom);
  for (const { name } of comparisons.flatMap((comparison) => comparison.excuses)) seen.add(name);
  const different = comparisons.filter(({ verdict }) => verdict === 'different');
  return different.map((comparison) => describeComparison(scene, comparison)).join('\n');
}

describeWithControlPlane('The simulated control plane answers like the real one', () => {
  let pair: Pair;
  const seen = new Set<string>();
  beforeAll(async () => {
    pair = await startPair();
  });
  afterAll(() => closePair(pair));

  it.each(scenes.map((scene, index) => [scene.name, scene, `t${index}`] as const))(
    '%s',
    async (_, scene, namespace) => {
      expect(await differences(pair, scene, namespace, seen)).toBe('');
    },
  );

  it(`to ${count} random requests`, async () => {
    let index = 0;
    for (const scene of generate(seed, count)) {
      expect(await differences(pair, scene, `r${index++}`, new Set(), true)).toBe('');
    }
  });

  it('and every excuse is still needed', () => {
    expect(excuses.map(({ name }) => name).filter((name) => !seen.has(name))).toEqual([]);
  });
});

describeWithControlPlane('The simulated controllers act like the real ones', () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await startPair({ controllers: true });
  });
  afterAll(() => closePair(pair));

  it.each(controllerScenes.map((scene, index) => [scene.name, scene, `c${index}`] as const))(
    '%s',
    async (_, scene, namespace) => {
      expect(await differences(pair, scene, namespace, new Set())).toBe('');
    },
  );
});
