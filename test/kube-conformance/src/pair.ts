// A real and a simulated control plane, ready for scenes.
import { type Pair, prepare } from './compare.ts';
import { startRealTarget } from './real-target.ts';
import { createSimulatedTarget } from './simulated-target.ts';

/** What a pair is made of. */
export interface PairOptions {
  /** Controllers run in both. */
  readonly controllers?: boolean;
  /** Instead of the simulated one another real one: what differs then is chance. */
  readonly self?: boolean;
}

/** Starts both, and closes them when `use` is done. */
export async function withPair(options: PairOptions, use: (pair: Pair) => Promise<void>): Promise<void> {
  const pair = await startPair(options);
  try {
    await use(pair);
  } finally {
    await closePair(pair);
  }
}

export async function startPair({ controllers = false, self = false }: PairOptions = {}): Promise<Pair> {
  const startReal = (): ReturnType<typeof startRealTarget> =>
    startRealTarget({ controllerManager: controllers });
  const [real, simulated] = await Promise.all([
    startReal(),
    self ? startReal() : createSimulatedTarget({ controllers }),
  ]);
  await prepare({ real, simulated });
  return { real, simulated, controllers };
}

export async function closePair({ real, simulated }: Pair): Promise<void> {
  await Promise.all([real.close(), simulated.close()]);
}
